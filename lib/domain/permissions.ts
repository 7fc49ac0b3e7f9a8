import type { OperatorPermission, OperatorPermissions } from "./api";

/** One entry of Azure's answer to "which permissions do I have here". */
export type PermissionSet = { actions: string[]; notActions: string[]; dataActions: string[]; notDataActions: string[] };

/**
 * True when an Azure RBAC pattern covers an action. Case is ignored and `*` stands for any run of characters, slashes
 * included, wherever it appears (RBAC documentation, "Understand role definitions": wildcards).
 */
export function actionMatches(pattern: string, action: string): boolean {
  const parts = pattern.toLowerCase().split("*");
  const text = action.toLowerCase();
  const first = parts[0] ?? "";
  if (parts.length === 1) return text === first;
  const last = parts[parts.length - 1] ?? "";
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
  let at = first.length;
  const end = text.length - last.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
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
  return entries.some((entry) => {
    const granted = kind === "action" ? entry.actions : entry.dataActions;
    const excluded = kind === "action" ? entry.notActions : entry.notDataActions;
    return granted.some((p) => actionMatches(p, action)) && !excluded.some((p) => actionMatches(p, action));
  });
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
