import "server-only";
import { z } from "zod";
import type { PimRequestKind, PimScheduleRow } from "@/lib/azure/pim-ports";
import type { AzureClients } from "@/lib/azure/ports";
import { grantKey } from "@/lib/domain/elevation/manage/conversion-plan";
import { policyDifferences, settingsOf } from "@/lib/domain/elevation/manage/policy-settings";
import {
  type ConvertRequest,
  eligibilityOfConversion,
  type ManageRequest,
  type RestoreRequest,
  removalOfRestore,
  restoredAssignmentId,
  type ScheduleRequest,
  scheduleProperties,
} from "@/lib/domain/elevation/manage/requests";
import { readPolicy } from "@/lib/domain/elevation/policy";
import { phaseOf } from "@/lib/domain/elevation/request-status";
import { AppError } from "@/lib/domain/errors";
import type { AccessChangeRemote } from "@/lib/jobs/access-change-remote";
import { storedRequest, storedSteps } from "./stored";

type Grant = { principalId: string; roleId: string; scope: string };
type Pending = { pending: string } | undefined;

const SHOWN_LATER = "Azure has taken the eligibility but does not show it yet. The standing assignment stays until it does.";
const STANDING_LATER = "Azure has taken the standing assignment but does not show it yet. The eligibility stays until it does.";

const REMOVED_LATER = "Azure lets it be removed five minutes after its start. The portal asks again until then.";
const rulesSchema = z.looseObject({ properties: z.looseObject({ rules: z.array(z.unknown()) }) });
const propertiesSchema = z.looseObject({
  properties: z.looseObject({
    roleDefinitionId: z.string(),
    principalId: z.string(),
    principalType: z.string(),
    description: z.string().optional(),
  }),
});

/** The schedule instance that is exactly this grant, given directly and in force now. */
async function scheduleOf(azure: AzureClients, of: "eligible" | "active", grant: Grant): Promise<PimScheduleRow | null> {
  const rows = await azure.pimManage.schedules({ of, scope: grant.scope, atScope: true });
  const key = grantKey(grant);
  const isIt = (row: PimScheduleRow) =>
    grantKey({ ...row, roleId: row.roleDefinitionId }) === key && row.assignmentType?.toLowerCase() !== "activated";
  return rows.find(isIt) ?? null;
}

/** An assignment cannot be removed within its first five minutes (PIM, assign Azure resource roles). */
function isTooYoung(error: unknown): boolean {
  return error instanceof AppError && error.azure?.code?.toLowerCase() === "activedurationtooshort";
}

/**
 * Makes the request unless Azure has one of that name, then says whether it was taken. Throws AppError when Azure ended it
 * without an effect: such a request is over and cannot be sent again under its name.
 */
async function request(azure: AzureClients, wanted: ScheduleRequest): Promise<Pending> {
  const kind: PimRequestKind = wanted.of === "eligible" ? "eligibility" : "activation";
  const at = { kind, scope: wanted.scope, name: wanted.requestName };
  let made = await azure.pim.request(at);
  try {
    made ??= await azure.pim.putRequest({ ...at, body: scheduleProperties(wanted) });
  } catch (error) {
    if (isTooYoung(error)) return { pending: REMOVED_LATER };
    throw error;
  }
  const { status } = made;
  const phase = phaseOf(status);
  if (phase !== "refused" && phase !== "canceled") return undefined;
  throw new AppError({
    code: "forbidden",
    message: `Azure took the request and ended it as ${status}.`,
    nextStep: "Look at the request in Azure's activity log, then try again with a new one.",
  });
}

/** Says which of the steps had been done when Azure refused one. The refusal itself stays as it is. */
function after(done: string, error: unknown): unknown {
  if (!(error instanceof AppError) || error.code === "unauthenticated") return error;
  const { code, message, nextStep, azure, claims } = error;
  return new AppError({
    code,
    message: `${done} ${message}`,
    cause: error,
    ...(nextStep === undefined ? {} : { nextStep }),
    ...(azure === undefined ? {} : { azure }),
    ...(claims === undefined ? {} : { claims }),
  });
}

/**
 * Eligibility first; only when Azure's own list shows it, the standing assignment goes. Every step looks before it acts, so
 * that the whole may run again from the start at any moment.
 */
async function convert(azure: AzureClients, wanted: ConvertRequest): Promise<Pending> {
  if ((await scheduleOf(azure, "eligible", wanted)) === null) {
    await request(azure, eligibilityOfConversion(wanted));
    if ((await scheduleOf(azure, "eligible", wanted)) === null) return { pending: SHOWN_LATER };
  }
  try {
    if ((await azure.access.roleAssignment(wanted.assignmentId)) !== null) {
      await azure.access.deleteRoleAssignment(wanted.assignmentId);
    }
  } catch (error) {
    throw after("The eligibility stands, and so does the standing assignment.", error);
  }
  return undefined;
}

async function isStanding(azure: AzureClients, assignmentId: string, scope: string): Promise<boolean> {
  const name = assignmentId.slice(assignmentId.lastIndexOf("/") + 1).toLowerCase();
  const rows = await azure.access.roleAssignments(scope, { atScope: true });
  return rows.some((row) => row.name.toLowerCase() === name);
}

/** The undo of a conversion: standing first, and only when Azure's list shows it, the eligibility goes. */
async function restore(azure: AzureClients, wanted: RestoreRequest, body: unknown): Promise<Pending> {
  const { scope, assignmentName } = wanted;
  const id = restoredAssignmentId(wanted);
  if (!(await isStanding(azure, id, scope))) {
    const { roleDefinitionId, principalId, principalType, description } = propertiesSchema.parse(body).properties;
    const properties = { roleDefinitionId, principalId, principalType, ...(description === undefined ? {} : { description }) };
    await azure.access.putRoleAssignment({ scope, name: assignmentName, body: properties });
    if (!(await isStanding(azure, id, scope))) return { pending: STANDING_LATER };
  }
  const schedule = await scheduleOf(azure, "eligible", wanted);
  if (schedule === null) return undefined;
  try {
    const scheduleId = schedule.scheduleId?.split("/").at(-1) ?? null;
    return await request(azure, removalOfRestore(wanted, scheduleId));
  } catch (error) {
    throw after("The standing assignment is back, and the eligibility stands too.", error);
  }
}

async function hasSettings(azure: AzureClients, wanted: Extract<ManageRequest, { kind: "policy" }>): Promise<boolean> {
  const policy = await azure.pimManage.policy(wanted.policyId);
  if (policy === null) return false;
  const source = { id: policy.policyId, scope: policy.scope, roleDefinitionId: wanted.roleId, lastModifiedBy: null };
  const read = readPolicy({ ...source, rules: policy.rules, lastModifiedAt: policy.lastModifiedAt });
  return policyDifferences(settingsOf(read), wanted.settings).length === 0;
}

/** Whether a schedule is as wanted; an extension or change is seen by its request, because ends are rounded by Azure. */
async function isScheduled(azure: AzureClients, wanted: ScheduleRequest): Promise<boolean> {
  if (wanted.requestType === "AdminRemove") {
    const { of, scope, targetScheduleId } = wanted;
    if (targetScheduleId === null) return (await scheduleOf(azure, of, wanted)) === null;
    const rows = await azure.pimManage.schedules({ of, scope, atScope: true });
    return !rows.some(({ scheduleId }) => scheduleId?.toLowerCase().endsWith(`/${targetScheduleId.toLowerCase()}`));
  }
  const kind: PimRequestKind = wanted.of === "eligible" ? "eligibility" : "activation";
  const made = await azure.pim.request({ kind, scope: wanted.scope, name: wanted.requestName });
  if (made === null) return false;
  const phase = phaseOf(made.status);
  if (phase === "scheduled") return true;
  return phase === "done" && (await scheduleOf(azure, wanted.of, wanted)) !== null;
}

async function send(azure: AzureClients, wanted: ManageRequest, steps: ReturnType<typeof storedSteps>): Promise<Pending> {
  switch (wanted.kind) {
    case "schedule":
      return request(azure, wanted);
    case "convert":
      return convert(azure, wanted);
    case "restore":
      return restore(azure, wanted, steps[0]?.body);
    case "policy":
      // The stored rules are those the operator saw; exactly they are sent.
      await azure.pimManage.patchPolicy({
        policyId: wanted.policyId,
        rules: rulesSchema.parse(steps[0]?.body).properties.rules,
      });
      return undefined;
  }
}

async function isInForce(azure: AzureClients, wanted: ManageRequest): Promise<boolean> {
  switch (wanted.kind) {
    case "schedule":
      return isScheduled(azure, wanted);
    case "convert":
      return (
        (await scheduleOf(azure, "eligible", wanted)) !== null && !(await isStanding(azure, wanted.assignmentId, wanted.scope))
      );
    case "restore":
      return (
        (await isStanding(azure, restoredAssignmentId(wanted), wanted.scope)) &&
        (await scheduleOf(azure, "eligible", wanted)) === null
      );
    case "policy":
      return hasSettings(azure, wanted);
  }
}

/** Changes of Privileged Identity Management as one person. None carries a request's signal: the browser may leave. */
export function createManageRemote(azure: AzureClients): AccessChangeRemote {
  return {
    send: (item) => send(azure, storedRequest(item), storedSteps(item)),
    isInForce: (item) => isInForce(azure, storedRequest(item)),
  };
}
