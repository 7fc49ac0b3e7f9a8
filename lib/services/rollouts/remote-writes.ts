import "server-only";
import type { RoleAssignmentBody } from "@/lib/azure/access-ports";
import type { AzureClients, CallOptions, ExtensionBody, LongRunningStart } from "@/lib/azure/ports";
import { assignmentIdOf, roleDefinitionIdAt } from "@/lib/domain/access/write-request";
import type { ExactRequest } from "@/lib/domain/api";
import type { Cloud } from "@/lib/domain/clouds";
import { AppError, type AzureFailure } from "@/lib/domain/errors";
import type { MachineExtension } from "@/lib/domain/machine";
import type { RolloutPlan, RolloutPrincipal, RolloutTarget, Work } from "@/lib/domain/rollout/types";
import { workRequest } from "@/lib/domain/rollout/work-kinds";
import type { TaskStart } from "@/lib/jobs/rollout-remote";
import { assignmentNameOf } from "./stored";

/** The engine keeps the pace: a throttled write comes back at once instead of waiting inside the client. */
const ONCE: CallOptions = { once: true };

function startOf(start: LongRunningStart): TaskStart {
  const { operationUrl, locationUrl, retryAfterSeconds, requestId, remaining } = start;
  return { operationUrl, locationUrl, retryAfterSeconds, requestId, remaining: remaining ?? null };
}

/** An answer that is final at once: nothing goes on in Azure. */
export const FINAL_START: TaskStart = {
  operationUrl: null,
  locationUrl: null,
  retryAfterSeconds: null,
  requestId: null,
  remaining: null,
};

/** The task's request as it is sent. `standing` = what stands there now, whose settings are kept. */
export function requestOfTask(args: {
  cloud: Cloud;
  rolloutId: string;
  work: Work;
  target: RolloutTarget;
  standing: MachineExtension | null;
}): ExactRequest {
  const { rolloutId, target, ...rest } = args;
  return workRequest({ ...rest, target, assignmentName: assignmentNameOf(rolloutId, target.machineId) });
}

/** Whether the request depends on what stands at the machine now. */
export function needsStanding(work: Work, target: RolloutTarget): boolean {
  return target.extensionName !== null && (work.kind === "windowsSignIn.settings" || work.kind === "windowsSignIn.install");
}

function extensionNameIn(request: ExactRequest): string {
  const name = /\/extensions\/([^/?]+)\?/.exec(request.url)?.[1];
  if (name === undefined) throw new Error("The request of a roll-out names no extension.");
  return decodeURIComponent(name);
}

/** Name of the extension that a task writes; null for work that writes none. */
export function extensionOfTask(args: Parameters<typeof requestOfTask>[0]): string | null {
  const request = requestOfTask(args);
  return request.url.includes("/extensions/") ? extensionNameIn(request) : null;
}

/** Sends exactly the request that preview and audit show. Throws AppError. */
export async function sendExact(azure: AzureClients, target: RolloutTarget, request: ExactRequest): Promise<TaskStart> {
  const { hybridCompute, access } = azure;
  if (request.url.includes("/roleAssignments/")) {
    const name = /\/roleAssignments\/([^/?]+)\?/.exec(request.url)?.[1] ?? "";
    const body = (request.body as { properties: RoleAssignmentBody }).properties;
    await putAssignment(access, { scope: target.machineId, name, body });
    return FINAL_START;
  }
  const name = extensionNameIn(request);
  switch (request.method) {
    case "PUT":
      return startOf(await hybridCompute.putExtension(target, name, request.body as ExtensionBody, ONCE));
    case "PATCH":
      return startOf(await hybridCompute.patchExtension(target, name, request.body, ONCE));
    case "DELETE":
      return startOf(await hybridCompute.deleteExtension(target, name, ONCE));
    case "POST":
      return startOf(await hybridCompute.upgradeExtensions(target, request.body, ONCE));
  }
}

/** The same role for the same principal stands there already, under another name: that is what was wanted. */
function standsAlready(error: unknown): boolean {
  return error instanceof AppError && error.azure?.code === "RoleAssignmentExists";
}

async function putAssignment(
  access: AzureClients["access"],
  args: { scope: string; name: string; body: RoleAssignmentBody },
): Promise<void> {
  try {
    await access.putRoleAssignment(args, ONCE);
  } catch (error) {
    if (!standsAlready(error)) throw error;
  }
}

type Grant = NonNullable<RolloutPlan["grant"]>;

/** Id of the role assignment that a roll-out makes at a scope. */
export function assignmentIdAt(rolloutId: string, scope: string): string {
  return assignmentIdOf({ scope, assignmentName: assignmentNameOf(rolloutId, scope) });
}

/** Scope and name of the role assignment of the last step. */
export function grantOf(rolloutId: string, grant: Grant, machineId: string) {
  const scope = grant.at.kind === "scope" ? grant.at.scope : machineId;
  return { scope, name: assignmentNameOf(rolloutId, scope), id: assignmentIdAt(rolloutId, scope), body: grantBody(scope, grant) };
}

function grantBody(scope: string, of: { roleDefinitionId: string; principal: RolloutPrincipal }): RoleAssignmentBody {
  return {
    roleDefinitionId: roleDefinitionIdAt(scope, of.roleDefinitionId.slice(of.roleDefinitionId.lastIndexOf("/") + 1)),
    principalId: of.principal.id,
    principalType: of.principal.type,
  };
}

/** Errors after which the write of a grant is asked for again later, by the engine's own rules. */
const PASSES = new Set(["unauthenticated", "throttled", "upstream", "internal"]);

/** Assigns the role of the last step. Null = it stands; a refusal comes back as data, what may pass is thrown. */
export async function sendGrant(
  azure: AzureClients,
  rolloutId: string,
  grant: Grant,
  machineId: string,
): Promise<AzureFailure | null> {
  const { scope, name, body } = grantOf(rolloutId, grant, machineId);
  try {
    await putAssignment(azure.access, { scope, name, body });
    return null;
  } catch (error) {
    if (!(error instanceof AppError) || error.azure === undefined || PASSES.has(error.code)) throw error;
    return error.azure;
  }
}

/** Removes an extension that failed. Gone already is success. */
export async function sendRemoval(azure: AzureClients, target: RolloutTarget, name: string): Promise<TaskStart> {
  try {
    return startOf(await azure.hybridCompute.deleteExtension(target, name, ONCE));
  } catch (error) {
    if (error instanceof AppError && error.code === "not_found") return FINAL_START;
    throw error;
  }
}
