import type { CapabilityRisk } from "./capabilities";

export const ACTION_GROUPS = ["read", "signIn", "code", "machine", "patch", "licence", "connect", "access"] as const;
export type ActionGroup = (typeof ACTION_GROUPS)[number];

export type CatalogueAction = { action: string; isDataAction: boolean; group: ActionGroup; risk: CapabilityRisk };

const MACHINES = "Microsoft.HybridCompute/machines";

function actions(
  group: ActionGroup,
  rows: readonly (readonly [string, CapabilityRisk])[],
  isDataAction = false,
): CatalogueAction[] {
  return rows.map(([action, risk]) => ({ action, isDataAction, group, risk }));
}

/**
 * Actions on Arc machines that a custom role is put together from. Sources: role-based-access-control permissions
 * (hybrid + multicloud), and the actions of Authorization that decide about access itself.
 */
export const ACTION_CATALOGUE: readonly CatalogueAction[] = [
  ...actions("read", [
    [`${MACHINES}/read`, "low"],
    [`${MACHINES}/extensions/read`, "low"],
    [`${MACHINES}/runcommands/read`, "medium"],
    [`${MACHINES}/licenseProfiles/read`, "low"],
    ["Microsoft.HybridConnectivity/endpoints/read", "low"],
    ["Microsoft.GuestConfiguration/guestConfigurationAssignments/read", "low"],
    ["Microsoft.Authorization/roleAssignments/read", "low"],
    ["Microsoft.Resources/subscriptions/resourceGroups/read", "low"],
  ]),
  ...actions(
    "signIn",
    [
      [`${MACHINES}/login/action`, "high"],
      [`${MACHINES}/loginAsAdmin/action`, "critical"],
      [`${MACHINES}/WACloginAsAdmin/action`, "critical"],
    ],
    true,
  ),
  ...actions("code", [
    [`${MACHINES}/extensions/write`, "critical"],
    [`${MACHINES}/extensions/delete`, "high"],
    [`${MACHINES}/addExtensions/action`, "critical"],
    [`${MACHINES}/UpgradeExtensions/action`, "medium"],
    [`${MACHINES}/runcommands/write`, "critical"],
    [`${MACHINES}/runcommands/delete`, "medium"],
    ["Microsoft.GuestConfiguration/guestConfigurationAssignments/write", "critical"],
  ]),
  ...actions("machine", [
    [`${MACHINES}/write`, "high"],
    [`${MACHINES}/delete`, "high"],
    ["Microsoft.HybridCompute/settings/write", "medium"],
  ]),
  ...actions("patch", [
    [`${MACHINES}/assessPatches/action`, "low"],
    [`${MACHINES}/installPatches/action`, "medium"],
  ]),
  ...actions("licence", [
    [`${MACHINES}/licenseProfiles/write`, "medium"],
    ["Microsoft.HybridCompute/licenses/write", "medium"],
    ["Microsoft.HybridCompute/privateLinkScopes/write", "high"],
  ]),
  ...actions("connect", [
    [`${MACHINES}/listAccessDetails/action`, "medium"],
    ["Microsoft.HybridConnectivity/endpoints/write", "high"],
    ["Microsoft.HybridConnectivity/endpoints/listCredentials/action", "high"],
    ["Microsoft.HybridConnectivity/endpoints/serviceConfigurations/write", "high"],
    ["Microsoft.HybridConnectivity/endpoints/listManagedProxyDetails/action", "high"],
  ]),
  ...actions("access", [
    ["Microsoft.Authorization/roleAssignments/write", "critical"],
    ["Microsoft.Authorization/roleAssignments/delete", "high"],
    ["Microsoft.Authorization/roleDefinitions/write", "critical"],
    ["Microsoft.Authorization/policyAssignments/write", "high"],
    ["Microsoft.ManagedIdentity/userAssignedIdentities/assign/action", "high"],
  ]),
];

export const ROLE_TEMPLATE_IDS = ["runCommandOnly", "patchOperator", "configurationReader", "signInOnly"] as const;
export type RoleTemplateId = (typeof ROLE_TEMPLATE_IDS)[number];

export type RolePermissions = { actions: string[]; notActions: string[]; dataActions: string[]; notDataActions: string[] };

const permissions = (actionList: string[], dataActions: string[] = []): RolePermissions => ({
  actions: actionList,
  notActions: [],
  dataActions,
  notDataActions: [],
});

/**
 * Starting points for custom roles that built-in roles do not offer: run commands without extensions, patches without
 * sign-in, configuration without writes, sign-in without anything else. Source: custom roles page; the action lists above.
 */
export const ROLE_TEMPLATES: Readonly<Record<RoleTemplateId, RolePermissions>> = {
  runCommandOnly: permissions([
    `${MACHINES}/read`,
    `${MACHINES}/runcommands/read`,
    `${MACHINES}/runcommands/write`,
    `${MACHINES}/runcommands/delete`,
  ]),
  patchOperator: permissions([`${MACHINES}/read`, `${MACHINES}/assessPatches/action`, `${MACHINES}/installPatches/action`]),
  configurationReader: permissions([
    `${MACHINES}/read`,
    `${MACHINES}/extensions/read`,
    `${MACHINES}/licenseProfiles/read`,
    "Microsoft.HybridConnectivity/endpoints/read",
    "Microsoft.GuestConfiguration/guestConfigurationAssignments/read",
    "Microsoft.Resources/subscriptions/resourceGroups/read",
  ]),
  signInOnly: permissions([`${MACHINES}/read`], [`${MACHINES}/login/action`]),
};

const ACTION_PATTERN = /^(\*|[a-z][a-z0-9.-]*(\/[a-z0-9*._-]+)+|\*(\/[a-z0-9*._-]+)+)$/i;

/** Whether a text can stand in a role definition: a provider with a path, `*`, or a path with wildcards. */
export function isActionPattern(text: string): boolean {
  return text.length <= 300 && ACTION_PATTERN.test(text);
}
