/** Where Azure checks the action: on the machine, or on the group in which a new resource would be made. */
export type CheckedAt = "machine" | "resourceGroup";

export type AtomRule = { action: string; isDataAction: boolean; at: CheckedAt };

const machine = (action: string): AtomRule => ({ action, isDataAction: false, at: "machine" });
const machineData = (action: string): AtomRule => ({ action, isDataAction: true, at: "machine" });
const group = (action: string): AtomRule => ({ action, isDataAction: false, at: "resourceGroup" });

/**
 * Single permissions that decide capabilities; the order is the bit number, and at most 26 fit beside the derived bits.
 * Sources: role-based-access-control/permissions/hybrid-multicloud, and the pages named in the capability table.
 */
export const ATOMS = {
  read: machine("Microsoft.HybridCompute/machines/read"),
  signInUser: machineData("Microsoft.HybridCompute/machines/login/action"),
  signInAdmin: machineData("Microsoft.HybridCompute/machines/loginAsAdmin/action"),
  adminCenter: machineData("Microsoft.HybridCompute/machines/WACloginAsAdmin/action"),
  writeExtensions: machine("Microsoft.HybridCompute/machines/extensions/write"),
  addExtensions: machine("Microsoft.HybridCompute/machines/addExtensions/action"),
  upgradeExtensions: machine("Microsoft.HybridCompute/machines/UpgradeExtensions/action"),
  deleteExtensions: machine("Microsoft.HybridCompute/machines/extensions/delete"),
  runCommand: machine("Microsoft.HybridCompute/machines/runcommands/write"),
  machineConfiguration: machine("Microsoft.GuestConfiguration/guestConfigurationAssignments/write"),
  writePolicy: machine("Microsoft.Authorization/policyAssignments/write"),
  assignRoles: machine("Microsoft.Authorization/roleAssignments/write"),
  removeRoles: machine("Microsoft.Authorization/roleAssignments/delete"),
  defineRoles: machine("Microsoft.Authorization/roleDefinitions/write"),
  changeIdentity: machine("Microsoft.HybridCompute/machines/write"),
  onboard: group("Microsoft.HybridCompute/machines/write"),
  delete: machine("Microsoft.HybridCompute/machines/delete"),
  accessDetails: machine("Microsoft.HybridCompute/machines/listAccessDetails/action"),
  relayCredentials: machine("Microsoft.HybridConnectivity/endpoints/listCredentials/action"),
  managedProxy: machine("Microsoft.HybridConnectivity/endpoints/listManagedProxyDetails/action"),
  enableEndpoint: machine("Microsoft.HybridConnectivity/endpoints/write"),
  openPort: machine("Microsoft.HybridConnectivity/endpoints/serviceConfigurations/write"),
  assignUserIdentity: group("Microsoft.ManagedIdentity/userAssignedIdentities/assign/action"),
  installPatches: machine("Microsoft.HybridCompute/machines/installPatches/action"),
  licences: group("Microsoft.HybridCompute/licenses/write"),
  licenceProfile: machine("Microsoft.HybridCompute/machines/licenseProfiles/write"),
  privateLink: group("Microsoft.HybridCompute/privateLinkScopes/write"),
} as const satisfies Record<string, AtomRule>;

export type AtomId = keyof typeof ATOMS;

export type CapabilityRisk = "low" | "medium" | "high" | "critical";

export type CapabilityRule = {
  /** Any one of these gives the capability. */
  anyOf: readonly AtomId[];
  risk: CapabilityRisk;
  /** Row of arc-actions.json `builtInRolesByCapability`; null for capabilities of our own. */
  referenceId: string | null;
  /** assignRoles only: whether the right is limited by a condition. */
  limited?: boolean;
};

const one = (atom: AtomId, risk: CapabilityRisk, referenceId: string | null): CapabilityRule => ({
  anyOf: [atom],
  risk,
  referenceId,
});

/**
 * Every capability of a principal on a machine. Words for operators are in `messages`, keyed by these ids.
 * `indirectAdmin`: code as SYSTEM or root without signing in (azure-arc/servers/security-identity-authorization).
 * `becomeIdentity`: everyone who can run code as administrator can take the machine identity's token (managed-identity pages).
 */
export const CAPABILITIES = {
  signInUser: one("signInUser", "high", "os.login.user"),
  signInAdmin: one("signInAdmin", "critical", "os.login.admin"),
  adminCenter: one("adminCenter", "critical", "os.wac.admin"),
  indirectAdmin: {
    anyOf: ["writeExtensions", "addExtensions", "runCommand", "machineConfiguration"],
    risk: "critical",
    referenceId: null,
  },
  becomeIdentity: {
    anyOf: ["signInAdmin", "adminCenter", "writeExtensions", "addExtensions", "runCommand", "machineConfiguration"],
    risk: "critical",
    referenceId: null,
  },
  writeExtensions: one("writeExtensions", "critical", "code.extension.write"),
  addExtensions: one("addExtensions", "critical", "code.extension.add"),
  upgradeExtensions: one("upgradeExtensions", "medium", "code.extension.upgrade"),
  deleteExtensions: one("deleteExtensions", "high", "extension.delete"),
  runCommand: one("runCommand", "critical", "code.runCommand"),
  machineConfiguration: one("machineConfiguration", "critical", "code.machineConfiguration"),
  writePolicy: one("writePolicy", "high", "code.policy"),
  assignRoles: one("assignRoles", "critical", "access.grant"),
  assignRolesLimited: { anyOf: ["assignRoles"], risk: "high", referenceId: null, limited: true },
  removeRoles: one("removeRoles", "high", null),
  defineRoles: one("defineRoles", "critical", "access.defineRole"),
  changeIdentity: one("changeIdentity", "high", "machine.write"),
  onboard: one("onboard", "high", "machine.write"),
  delete: one("delete", "high", "machine.delete"),
  accessDetails: one("accessDetails", "medium", "machine.accessDetails"),
  relayCredentials: one("relayCredentials", "high", "connect.relayCredentials"),
  managedProxy: one("managedProxy", "high", "connect.managedProxy"),
  enableEndpoint: one("enableEndpoint", "high", "connect.enable"),
  openPort: one("openPort", "high", "connect.port"),
  assignUserIdentity: one("assignUserIdentity", "high", "identity.assignUserAssigned"),
  installPatches: one("installPatches", "medium", "patch.install"),
  licences: one("licences", "medium", "license.write"),
  licenceProfile: one("licenceProfile", "medium", "licenseProfile.write"),
  privateLink: one("privateLink", "high", "privateLink.write"),
  read: one("read", "low", null),
} as const satisfies Record<string, CapabilityRule>;

export type AccessCapabilityId = keyof typeof CAPABILITIES;

const capabilityRules: Readonly<Record<AccessCapabilityId, CapabilityRule>> = CAPABILITIES;

/** The rule of a capability: which single permissions give it, how grave it is. */
export function capabilityRule(id: AccessCapabilityId): CapabilityRule {
  return capabilityRules[id];
}

/** All capabilities in the order of the table: the index is the bit number of the engine's masks. */
export const CAPABILITY_IDS = Object.keys(CAPABILITIES).filter(isCapabilityId);

export const ATOM_IDS = Object.keys(ATOMS).filter(isAtomId);

/** True for the id of a capability, for text that comes from outside. */
export function isCapabilityId(text: string): text is AccessCapabilityId {
  return Object.hasOwn(CAPABILITIES, text);
}

function isAtomId(text: string): text is AtomId {
  return Object.hasOwn(ATOMS, text);
}
