import type { AccessCapabilityId } from "./capabilities";

/** Capabilities that follow from others and would only repeat a difference. */
const DERIVED: ReadonlySet<AccessCapabilityId> = new Set(["indirectAdmin", "becomeIdentity"]);

/**
 * What the documentation says that the built-in roles for Arc machines may do, by GUID. Sources: azure-arc/servers
 * security-identity-authorization and security-overview (onboarding sees and creates machines, and manages no extensions;
 * the administrator manages machines, extensions, licences and private link scopes), howto-arc-sign-in (login roles).
 */
const DOCUMENTED: Readonly<Record<string, readonly AccessCapabilityId[]>> = {
  "b64e21ea-ac4e-4cdf-9dc9-5b892992bee7": ["read", "changeIdentity", "onboard"],
  "cd570a14-e51a-42ad-bac8-bafd67325302": [
    "read",
    "writeExtensions",
    "addExtensions",
    "upgradeExtensions",
    "deleteExtensions",
    "runCommand",
    "changeIdentity",
    "onboard",
    "delete",
    "accessDetails",
    "installPatches",
    "licences",
    "licenceProfile",
    "privateLink",
  ],
  "1c0163c0-47e6-4577-8991-ea5c82e286e4": ["read", "signInUser", "signInAdmin", "relayCredentials"],
  "fb879df8-f326-4884-b1cf-06f3ad86be52": ["read", "signInUser", "relayCredentials"],
};

export type RoleDrift = { added: AccessCapabilityId[]; removed: AccessCapabilityId[] };

/**
 * What a role can do beyond its documentation, and what it lacks. Null when it does what is documented, or when the portal
 * knows no documentation of it. `roleId` is a GUID in any case.
 */
export function roleDrift(roleId: string, capabilities: readonly AccessCapabilityId[]): RoleDrift | null {
  const documented = DOCUMENTED[roleId.toLowerCase()];
  if (documented === undefined) return null;
  const added = capabilities.filter((id) => !documented.includes(id) && !DERIVED.has(id));
  const removed = documented.filter((id) => !capabilities.includes(id));
  return added.length + removed.length === 0 ? null : { added, removed };
}
