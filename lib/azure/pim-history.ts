import "server-only";
import type { RoleAssignmentScheduleInstance } from "@azure/arm-authorization";
import { lastSegment } from "@/lib/domain/access/scope";
import { type ArmArgs, createArmClient } from "./arm-client";
import { createAssignmentActivity } from "./assignment-activity";
import { createDirectoryAudit } from "./directory-audit";
import type { HistoryPort, PimActiveRow } from "./history-ports";
import { toRequestRow, toScheduleRow } from "./pim-rows";
import type { AzurePipeline } from "./pipeline";
import type { CallOptions } from "./ports";
import { encodedScope } from "./role-definitions";
import { authorizationSdk, fromSdkError } from "./sdk-clients";

/** Scope calls name their scope in the path; the SDK still wants a subscription to be made with. */
const NO_SUBSCRIPTION = "00000000-0000-0000-0000-000000000000";

function toActiveRow(raw: RoleAssignmentScheduleInstance): PimActiveRow | null {
  const row = toScheduleRow(raw);
  const origin = raw.originRoleAssignmentId;
  return row === null ? null : { ...row, assignmentName: origin == null || origin === "" ? null : lastSegment(origin) };
}

async function collect<Raw, Row>(pages: AsyncIterable<Raw>, map: (raw: Raw) => Row | null): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const raw of pages) {
    const row = map(raw);
    if (row !== null) rows.push(row);
  }
  return rows;
}

/**
 * What Azure still tells about the past of access: requests and instances of Privileged Identity Management, the activity log
 * of subscriptions, the directory's audit log. Every call may throw AppError; 403 means that the caller may not read it.
 * Source: Authorization REST API 2020-10-01; Activity log 2015-04-01; Graph v1.0 directoryAudit.
 */
export function createHistory(args: ArmArgs & { graph: AzurePipeline }): HistoryPort {
  const { pipeline } = args;
  const arm = createArmClient(args);
  const sdk = () => authorizationSdk(pipeline, NO_SUBSCRIPTION);
  const sdkOptions = (options: CallOptions) => (options.signal === undefined ? {} : { abortSignal: options.signal });

  async function asking<T>(subject: string, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw fromSdkError(error, pipeline, subject, false);
    }
  }

  return {
    requestsAt: (scope, kind, options = {}) =>
      asking(`the requests of Privileged Identity Management at ${scope}`, () => {
        const at = encodedScope(scope);
        return kind === "activation"
          ? collect(sdk().roleAssignmentScheduleRequests.listForScope(at, sdkOptions(options)), (raw) => toRequestRow(kind, raw))
          : collect(sdk().roleEligibilityScheduleRequests.listForScope(at, sdkOptions(options)), (raw) =>
              toRequestRow(kind, raw),
            );
      }),
    activeAt: (scope, options = {}) =>
      asking(`the active assignments at ${scope}`, () =>
        collect(sdk().roleAssignmentScheduleInstances.listForScope(encodedScope(scope), sdkOptions(options)), toActiveRow),
      ),
    eligibleAt: (scope, options = {}) =>
      asking(`the eligible assignments at ${scope}`, () =>
        collect(sdk().roleEligibilityScheduleInstances.listForScope(encodedScope(scope), sdkOptions(options)), toScheduleRow),
      ),
    ...createAssignmentActivity(arm),
    ...createDirectoryAudit({ pipeline: args.graph }),
    async serverTime(options = {}) {
      const answer = await arm.send({ area: "tenants", method: "GET", url: "/tenants", subject: "Azure's clock" }, options);
      const ms = Date.parse(answer.header("date") ?? "");
      return Number.isNaN(ms) ? null : new Date(ms);
    },
  };
}
