import type { OperatorRight } from "../access/api";
import type { AccessCapabilityId } from "../access/capabilities";
import { AUTHORIZATION_ACTIONS, SMALLEST_ROLES } from "../access/rights";
import { WORK_KINDS, type WorkKindId } from "./types";

/** Built-in role that may do every work on extensions and gives least besides. Source: "Azure built-in roles for Hybrid". */
const RESOURCE_ADMINISTRATOR = {
  id: "cd570a14-e51a-42ad-bac8-bafd67325302",
  name: "Azure Connected Machine Resource Administrator",
};
const EXTENSIONS = "Microsoft.HybridCompute/machines/extensions";

/** Any one of these lets an operator do a kind of work. */
export const WORK_CAPABILITIES: Readonly<Record<WorkKindId, readonly AccessCapabilityId[]>> = {
  "windowsSignIn.install": ["writeExtensions"],
  "windowsSignIn.settings": ["writeExtensions"],
  "windowsSignIn.upgrade": ["writeExtensions", "upgradeExtensions"],
  "windowsSignIn.uninstall": ["deleteExtensions"],
  "linuxSignIn.install": ["writeExtensions"],
  "linuxSignIn.upgrade": ["writeExtensions", "upgradeExtensions"],
  "linuxSignIn.uninstall": ["deleteExtensions"],
  "role.assign": ["assignRoles", "assignRolesLimited"],
};

/** Whoever holds none of these can roll out nothing. */
export const ROLLOUT_CAPABILITIES: readonly AccessCapabilityId[] = [
  ...new Set(WORK_KINDS.flatMap((kind) => WORK_CAPABILITIES[kind])),
];

/** The right that a kind of work needs, as controls name it. `allowed` null = not known. */
export function workRight(kind: WorkKindId, allowed: boolean | null): OperatorRight {
  if (kind === "role.assign") {
    return { action: AUTHORIZATION_ACTIONS.assignRoles, allowed, smallestRole: SMALLEST_ROLES.assignRoles };
  }
  const verb = kind.endsWith(".uninstall") ? "delete" : "write";
  return { action: `${EXTENSIONS}/${verb}`, allowed, smallestRole: RESOURCE_ADMINISTRATOR };
}

/** The right that a control names which leads to any kind of work: that of the most common one. */
export function rolloutRight(allowed: boolean | null): OperatorRight {
  return workRight("windowsSignIn.install", allowed);
}
