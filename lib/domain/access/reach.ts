import { actionMatches } from "../permissions";
import type { ReachClass, ReachGrant } from "./api";
import type { PermissionInput } from "./types";

type Probe = { action: string; isDataAction: boolean; class: ReachClass };

const data = (kind: ReachClass, action: string): Probe => ({ action, isDataAction: true, class: kind });
const control = (kind: ReachClass, action: string): Probe => ({ action, isDataAction: false, class: kind });

/** Actions that stand for what an identity may do at a target. Sources: permissions reference pages of each provider. */
const PROBES: readonly Probe[] = [
  data("secrets", "Microsoft.KeyVault/vaults/secrets/getSecret/action"),
  data("certificates", "Microsoft.KeyVault/vaults/certificates/read"),
  data("keys", "Microsoft.KeyVault/vaults/keys/read"),
  data("keys", "Microsoft.KeyVault/vaults/keys/decrypt/action"),
  data("blobs", "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"),
  data("blobs", "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/write"),
  control("blobs", "Microsoft.Storage/storageAccounts/listKeys/action"),
  control("logs", "Microsoft.OperationalInsights/workspaces/query/read"),
  control("logs", "Microsoft.OperationalInsights/workspaces/sharedKeys/action"),
  control("machineControl", "Microsoft.HybridCompute/machines/extensions/write"),
  control("machineControl", "Microsoft.HybridCompute/machines/runCommands/write"),
  data("machineControl", "Microsoft.HybridCompute/machines/loginAsAdmin/action"),
  control("machineControl", "Microsoft.Compute/virtualMachines/extensions/write"),
  control("machineControl", "Microsoft.Compute/virtualMachines/runCommand/action"),
  control("assignRoles", "Microsoft.Authorization/roleAssignments/write"),
];

/** Which provider of a probe a resource type belongs to; a role on a vault says nothing about storage. */
function reachesType(probe: Probe, resourceType: string | null): boolean {
  if (resourceType === null || probe.class === "assignRoles") return true;
  return probe.action.toLowerCase().startsWith(`${resourceType.toLowerCase()}/`);
}

function gives(permissions: readonly PermissionInput[], action: string, isDataAction: boolean): boolean {
  return permissions.some((permission) => {
    const granted = isDataAction ? permission.dataActions : permission.actions;
    const excluded = isDataAction ? permission.notDataActions : permission.notActions;
    return granted.some((p) => actionMatches(p, action)) && !excluded.some((p) => actionMatches(p, action));
  });
}

const WRITES = /(^\*$|\/\*$|\/write$|\/delete$|\/action$)/i;
/** Actions that read although they do not end in read; listing keys and the like have classes of their own. */
const READS =
  /\/(read|get\w*\/action|read\w*\/action|list\w*\/action|query\/action|search\/action|export\/action|generateUserDelegationKey\/action)$/i;

/** Opening a support case, which almost every role may, changes no resource. */
const SUPPORT = /^Microsoft\.Support\//i;

/**
 * What a role lets an identity do at a target, by representative actions; [] never comes: a role without any of them is
 * write, read or other. Data actions and actions are asked apart (Understand role definitions).
 */
export function reachClasses(permissions: readonly PermissionInput[], resourceType: string | null): ReachClass[] {
  const found = new Set<ReachClass>();
  for (const probe of PROBES) {
    if (reachesType(probe, resourceType) && gives(permissions, probe.action, probe.isDataAction)) found.add(probe.class);
  }
  const granted = permissions.flatMap(({ actions, dataActions }) => [...actions, ...dataActions]);
  const changes = (action: string) => WRITES.test(action) && !READS.test(action) && !SUPPORT.test(action);
  if (granted.some(changes)) found.add("write");
  else if (found.size === 0 && granted.some((action) => READS.test(action))) found.add("read");
  return found.size === 0 ? ["other"] : [...found];
}

/** How grave it is that a server's identity may do this: it is in the hands of everyone who administers the server. */
export function reachSeverity(classes: readonly ReachClass[], scopeKind: ReachGrant["scope"]["kind"]): ReachGrant["severity"] {
  const has = (kind: ReachClass) => classes.includes(kind);
  const isWide = scopeKind === "subscription" || scopeKind === "managementGroup" || scopeKind === "root";
  if (has("assignRoles") || has("machineControl")) return "critical";
  if (isWide && has("write")) return "critical";
  if (has("secrets") || has("keys") || has("certificates")) return isWide ? "critical" : "high";
  if (has("write") || has("blobs")) return "medium";
  return "low";
}

/** Resource type of a scope id in lower case, for example microsoft.keyvault/vaults; null for a scope that is no resource. */
export function resourceTypeOf(scope: string): string | null {
  const match = /\/providers\/([^/]+)\/(.+)$/i.exec(scope);
  if (match === null || !/^\/subscriptions\//i.test(scope)) return null;
  const types = (match[2] ?? "").split("/").filter((_, position) => position % 2 === 0);
  return `${match[1]}/${types.join("/")}`.toLowerCase();
}
