import "server-only";
import type { RoleAssignmentScheduleRequest, RoleEligibilityScheduleRequest } from "@azure/arm-authorization";
import { type ArmArgs, createArmClient } from "./arm-client";
import { createPimApprovals } from "./pim-approvals";
import { createPimPolicies } from "./pim-policies";
import type { ClockReading, PimPort, PimRequestBody, PimRequestKind } from "./pim-ports";
import { toRequestRow, toScheduleRow } from "./pim-rows";
import type { AzurePipeline } from "./pipeline";
import type { CallOptions } from "./ports";
import { encodedScope } from "./role-definitions";
import { authorizationSdk, fromSdkError } from "./sdk-clients";

/** Scope calls name their scope in the path; the SDK still wants a subscription to be made with. */
const NO_SUBSCRIPTION = "00000000-0000-0000-0000-000000000000";
/** Lists of the whole tenant: the SDK puts the provider right behind it. */
const TENANT = "";

/** The same pipeline, with an ear on the time that Azure's answers carry. */
function listening(source: AzurePipeline, heard: (reading: ClockReading) => void): AzurePipeline {
  const pipeline = source.pipeline.clone();
  pipeline.addPolicy({
    name: "arcwardenAzureTimePolicy",
    async sendRequest(request, next) {
      const response = await next(request);
      const azureMs = Date.parse(response.headers.get("date") ?? "");
      if (!Number.isNaN(azureMs)) heard({ azure: new Date(azureMs), portal: source.clock.now() });
      return response;
    },
  });
  return { ...source, pipeline };
}

async function collect<Raw, Row>(pages: AsyncIterable<Raw>, map: (raw: Raw) => Row | null): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const raw of pages) {
    const row = map(raw);
    if (row !== null) rows.push(row);
  }
  return rows;
}

function scopeText(scope: string): string {
  return scope === "/" ? TENANT : encodedScope(scope);
}

/** The SDK's body: its serialiser wants Date objects where the wire has text. */
function toSdkBody(body: PimRequestBody): RoleAssignmentScheduleRequest & RoleEligibilityScheduleRequest {
  const { scheduleInfo, ...rest } = body;
  if (scheduleInfo === undefined) return rest;
  const { startDateTime, expiration } = scheduleInfo;
  const { endDateTime, ...length } = expiration;
  return {
    ...rest,
    scheduleInfo: {
      ...(startDateTime === undefined ? {} : { startDateTime: new Date(startDateTime) }),
      expiration: { ...length, ...(endDateTime === undefined ? {} : { endDateTime: new Date(endDateTime) }) },
    },
  };
}

function isNotFound(error: unknown): boolean {
  return typeof error === "object" && error !== null && "statusCode" in error && error.statusCode === 404;
}

const SUBJECT: Readonly<Record<PimRequestKind, string>> = {
  activation: "the activation request",
  eligibility: "the eligibility request",
};

/**
 * Privileged Identity Management for Azure resources. Schedules and requests go through the SDK; policies and approvals by
 * raw request, because SDK 9.0.0 drops rules it does not know and has no approvals. Source: Authorization API 2020-10-01.
 */
export function createPim(args: ArmArgs): PimPort {
  let reading: ClockReading | null = null;
  const pipeline = listening(args.pipeline, (heard) => {
    reading = heard;
  });
  const arm = createArmClient({ ...args, pipeline });
  const sdk = () => authorizationSdk(pipeline, NO_SUBSCRIPTION);
  const requestsOf = (kind: PimRequestKind) =>
    kind === "activation" ? sdk().roleAssignmentScheduleRequests : sdk().roleEligibilityScheduleRequests;
  const sdkOptions = (options: CallOptions) => (options.signal === undefined ? {} : { abortSignal: options.signal });

  async function asking<T>(subject: string, call: () => Promise<T>, isWrite = false): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw fromSdkError(error, pipeline, subject, isWrite);
    }
  }

  function listRequests(kind: PimRequestKind, scope: string, filter: string, options: CallOptions) {
    const listOptions = { ...sdkOptions(options), filter };
    return asking(`${SUBJECT[kind]}s (${filter})`, () =>
      collect(requestsOf(kind).listForScope(scopeText(scope), listOptions), (raw) => toRequestRow(kind, raw)),
    );
  }

  return {
    myEligibilities: (options = {}) =>
      asking("your eligible roles", () =>
        collect(
          sdk().roleEligibilityScheduleInstances.listForScope(TENANT, { ...sdkOptions(options), filter: "asTarget()" }),
          toScheduleRow,
        ),
      ),
    myAssignments: (options = {}) =>
      asking("your active roles", () =>
        collect(
          sdk().roleAssignmentScheduleInstances.listForScope(TENANT, { ...sdkOptions(options), filter: "asTarget()" }),
          toScheduleRow,
        ),
      ),
    requests: (kind, of, options = {}) => listRequests(kind, "/", `${of}()`, options),
    requestsOf: ({ kind, scope, principalId }, options = {}) =>
      listRequests(kind, scope, `principalId eq '${principalId.replaceAll("'", "''")}'`, options),
    request: ({ kind, scope, name }, options = {}) =>
      asking(SUBJECT[kind], async () => {
        try {
          return toRequestRow(kind, await requestsOf(kind).get(scopeText(scope), name, sdkOptions(options)));
        } catch (error) {
          if (isNotFound(error)) return null;
          throw error;
        }
      }),
    putRequest: ({ kind, scope, name, body }, options = {}) =>
      asking(
        SUBJECT[kind],
        async () => {
          const made = await requestsOf(kind).create(scopeText(scope), name, toSdkBody(body), sdkOptions(options));
          const row = toRequestRow(kind, made);
          if (row === null) throw new TypeError("Azure answered a request without its parts.");
          return row;
        },
        true,
      ),
    validateRequest: ({ kind, scope, name, body }, options = {}) =>
      asking(
        SUBJECT[kind],
        async () => {
          const answer = await requestsOf(kind).validate(scopeText(scope), name, toSdkBody(body), sdkOptions(options));
          return { status: answer.status ?? "Unknown" };
        },
        true,
      ),
    cancelRequest: ({ kind, scope, name }, options = {}) =>
      asking(
        `the withdrawal of ${SUBJECT[kind]}`,
        () => requestsOf(kind).cancel(scopeText(scope), name, sdkOptions(options)),
        true,
      ),
    eligibleChildren: (scope, options = {}) =>
      asking(`the eligible scopes below ${scope}`, () =>
        collect(sdk().eligibleChildResources.list(scopeText(scope), sdkOptions(options)), ({ id, name, type }) =>
          id == null ? null : { id, name: name ?? id, type: type ?? "" },
        ),
      ),
    ...createPimPolicies({ arm }),
    ...createPimApprovals({ arm }),
    clock: () => reading,
  };
}
