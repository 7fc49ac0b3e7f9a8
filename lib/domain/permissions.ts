import { actionCovered, matchingPattern } from "./access/actions";
import type { OperatorPermission, OperatorPermissions } from "./api";

/** One entry of Azure's answer to "which permissions do I have here". */
export type PermissionSet = { actions: string[]; notActions: string[]; dataActions: string[]; notDataActions: string[] };

/** True when an Azure RBAC pattern covers an action; the rule and its source are at `actionCovered`. */
export function actionMatches(pattern: string, action: string): boolean {
  return actionCovered(pattern, action);
}

/**
 * True when some entry grants the action and no exclusion of that same entry takes it away again. Exclusions of one role
 * never reduce another (RBAC documentation, "NotActions").
 */
export function isActionAllowed(
  entries: readonly PermissionSet[],
  action: string,
  kind: "action" | "dataAction" = "action",
): boolean {
  return entries.some((entry) => matchingPattern(entry, action, kind === "dataAction") !== null);
}

export const MACHINE_ACTIONS = {
  readMachine: "Microsoft.HybridCompute/machines/read",
  writeMachine: "Microsoft.HybridCompute/machines/write",
  readExtension: "Microsoft.HybridCompute/machines/extensions/read",
  writeExtension: "Microsoft.HybridCompute/machines/extensions/write",
  deleteExtension: "Microsoft.HybridCompute/machines/extensions/delete",
} as const;

export const MACHINE_DATA_ACTIONS = {
  signInAsUser: "Microsoft.HybridCompute/machines/login/action",
  signInAsAdministrator: "Microsoft.HybridCompute/machines/loginAsAdmin/action",
} as const;

function permission(entries: readonly PermissionSet[], action: string, kind: "action" | "dataAction"): OperatorPermission {
  const allowed = isActionAllowed(entries, action, kind);
  return { action, allowed, reason: allowed ? "machine.permission.granted" : "machine.permission.missing" };
}

/**
 * What the caller may do on a machine, by the action that decides it. Optimistic by nature: Azure reflects neither deny
 * assignments nor role conditions in this answer, so a call may still be refused (permissions list API).
 */
export function operatorPermissions(entries: readonly PermissionSet[]): OperatorPermissions {
  return {
    readMachine: permission(entries, MACHINE_ACTIONS.readMachine, "action"),
    writeMachine: permission(entries, MACHINE_ACTIONS.writeMachine, "action"),
    writeExtension: permission(entries, MACHINE_ACTIONS.writeExtension, "action"),
    deleteExtension: permission(entries, MACHINE_ACTIONS.deleteExtension, "action"),
    readExtension: permission(entries, MACHINE_ACTIONS.readExtension, "action"),
    signInAsUser: permission(entries, MACHINE_DATA_ACTIONS.signInAsUser, "dataAction"),
    signInAsAdministrator: permission(entries, MACHINE_DATA_ACTIONS.signInAsAdministrator, "dataAction"),
  };
}
