import { IDENTITY_GROUP } from "./access-catalogue.ts";
import { groupIdOf } from "./people.ts";
import { personaId } from "./personas.ts";
import { subscriptionIdOf } from "./places.ts";
import { stableGuid } from "./random.ts";
import type { DenyAssignment } from "./types.ts";
import { CONTOSO_TENANT_ID } from "./types.ts";

const EVERYBODY = { id: "00000000-0000-0000-0000-000000000000", type: "SystemDefined" } as const;
const MACHINES = "Microsoft.HybridCompute/machines";

type Seed = Pick<DenyAssignment, "denyAssignmentName" | "description" | "scope" | "principals" | "excludePrincipals"> & {
  actions?: string[];
  dataActions?: string[];
  doNotApplyToChildScopes?: boolean;
  isSystemProtected?: boolean;
};

/** Deny assignments come from deployment stacks and managed applications; people cannot make them. */
export function denyAssignments(seed: number, nowMs: number): DenyAssignment[] {
  const rows: Seed[] = [
    {
      denyAssignmentName: "Deny assignment created by deployment stack tier0-baseline",
      description: "Domain controllers are neither deleted nor sent scripts.",
      scope: `/subscriptions/${subscriptionIdOf("tier0")}/resourceGroups/rg-dc-ams`,
      principals: [EVERYBODY],
      excludePrincipals: [{ id: personaId("ada.admin"), type: "User" }],
      actions: [`${MACHINES}/delete`, `${MACHINES}/runCommands/write`],
      isSystemProtected: true,
    },
    {
      denyAssignmentName: "Contractors do not administer database servers",
      description: "External staff may sign in to database servers as users only.",
      scope: `/subscriptions/${subscriptionIdOf("prodEu2")}/resourceGroups/rg-sql-fra`,
      principals: [{ id: groupIdOf(seed, "contractors"), type: "Group" }],
      excludePrincipals: [],
      dataActions: [`${MACHINES}/loginAsAdmin/action`],
    },
    {
      denyAssignmentName: "Deny assignment created by deployment stack identities",
      description: "The group itself stays; what is in it is not protected.",
      scope: `/subscriptions/${subscriptionIdOf("prodEu1")}/resourceGroups/${IDENTITY_GROUP}`,
      principals: [EVERYBODY],
      excludePrincipals: [],
      actions: ["*/delete"],
      doNotApplyToChildScopes: true,
      isSystemProtected: true,
    },
  ];
  return rows.map(({ actions = [], dataActions = [], ...row }) => ({
    doNotApplyToChildScopes: false,
    isSystemProtected: false,
    ...row,
    name: stableGuid(seed, `deny:${row.denyAssignmentName}`),
    tenantId: CONTOSO_TENANT_ID,
    permissions: [{ actions, notActions: [], dataActions, notDataActions: [] }],
    createdOn: new Date(nowMs - 90 * 86_400_000).toISOString().replace("Z", "0000Z"),
  }));
}
