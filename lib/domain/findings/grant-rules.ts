import type { AccessFinding } from "../access/api";
import type { Grant } from "../access/grants";
import { scopeKind } from "../access/scope";
import {
  CONTRIBUTOR_ROLE,
  type FindingContext,
  gives,
  grantFinding,
  holderOf,
  isPersonOrGroup,
  ONBOARDING_ROLE,
  OWNER_ROLE,
  removal,
} from "./context";

/** Roles made to manage Arc machines: their holders are meant to be server administrators, so they are not hidden. */
const OPEN_ADMIN_ROLES = new Set([
  OWNER_ROLE,
  CONTRIBUTOR_ROLE,
  "cd570a14-e51a-42ad-bac8-bafd67325302",
  "48b40c6e-82e0-4eb3-90d5-19e40f49b624",
  ONBOARDING_ROLE,
]);
const INDIRECT = ["writeExtensions", "addExtensions", "runCommand", "machineConfiguration"] as const;
const SIGN_IN = ["signInUser", "signInAdmin", "adminCenter"] as const;
/** Fewer machines below a wide scope are no blast radius. */
const WIDE_FROM_MACHINES = 2;

type Rule = (context: FindingContext, grant: Grant) => AccessFinding | null;

const isWide = (grant: Grant): boolean => ["root", "managementGroup", "subscription"].includes(scopeKind(grant.scope));
const isIndirect = (context: FindingContext, grant: Grant): boolean => INDIRECT.some((atom) => gives(context, grant, atom));
const signsIn = (context: FindingContext, grant: Grant): boolean => SIGN_IN.some((atom) => gives(context, grant, atom));
const touchesMachines = (context: FindingContext, grant: Grant): boolean => context.machines.count(grant.scope) > 0;

const grantsOfHolder = (context: FindingContext, grant: Grant): readonly Grant[] => context.grantsOf.get(grant.principalId) ?? [];

const onboardingHeldByPeople: Rule = (context, grant) =>
  grant.roleId === ONBOARDING_ROLE && isPersonOrGroup(holderOf(context, grant))
    ? grantFinding(context, "R01", grant, { fix: removal(grant) })
    : null;

const onboardingPrincipalHoldsMore: Rule = (context, grant) => {
  if (grant.roleId === ONBOARDING_ROLE || holderOf(context, grant).kind !== "servicePrincipal") return null;
  const isOnboarder = grantsOfHolder(context, grant).some((other) => other.roleId === ONBOARDING_ROLE);
  return isOnboarder ? grantFinding(context, "R02", grant, { fix: removal(grant) }) : null;
};

const onboardingWide: Rule = (context, grant) =>
  grant.roleId === ONBOARDING_ROLE && isWide(grant) ? grantFinding(context, "R03", grant) : null;

const standingManagers: Rule = (context, grant) => {
  if (grant.kind.kind !== "standing" || !isPersonOrGroup(holderOf(context, grant))) return null;
  const isKnown = grant.roleId === OWNER_ROLE || grant.roleId === CONTRIBUTOR_ROLE;
  return isKnown && touchesMachines(context, grant) ? grantFinding(context, "R05", grant, { fix: removal(grant) }) : null;
};

const hiddenAdministrators: Rule = (context, grant) => {
  if (OPEN_ADMIN_ROLES.has(grant.roleId) || grant.kind.kind === "eligible") return null;
  const holder = holderOf(context, grant);
  if (!isPersonOrGroup(holder) || !isIndirect(context, grant) || !touchesMachines(context, grant)) return null;
  const openly = grantsOfHolder(context, grant).some((other) => OPEN_ADMIN_ROLES.has(other.roleId) && isIndirect(context, other));
  return openly ? null : grantFinding(context, "R06", grant, { fix: removal(grant) });
};

const grantsThemselves: Rule = (context, grant) => {
  if (!touchesMachines(context, grant)) return null;
  const decision = context.index.roles.decideAtom(grant.roleId, grant.condition, "assignRoles");
  return decision?.condition.kind === "none" ? grantFinding(context, "R08", grant) : null;
};

const givenToUsers: Rule = (context, grant) => {
  const { kind } = holderOf(context, grant);
  if ((kind !== "user" && kind !== "guest") || grant.kind.kind === "eligible") return null;
  const matters = signsIn(context, grant) || isIndirect(context, grant);
  return matters && touchesMachines(context, grant) ? grantFinding(context, "R15", grant) : null;
};

const wideSignIn: Rule = (context, grant) => {
  const machines = context.machines.count(grant.scope);
  const isRule = isWide(grant) && machines >= WIDE_FROM_MACHINES && signsIn(context, grant);
  return isRule ? grantFinding(context, "R18", grant, { values: { machines } }) : null;
};

const standingAdministrators: Rule = (context, grant) => {
  if (grant.kind.kind !== "standing" || !isPersonOrGroup(holderOf(context, grant))) return null;
  const isAdmin = gives(context, grant, "signInAdmin") || gives(context, grant, "adminCenter");
  return isAdmin && touchesMachines(context, grant) ? grantFinding(context, "R19", grant) : null;
};

const guests: Rule = (context, grant) => {
  if (!signsIn(context, grant)) return null;
  const holder = holderOf(context, grant);
  if (holder.kind === "guest") return grantFinding(context, "R24", grant, { fix: removal(grant) });
  if (holder.kind !== "group") return null;
  const inside = context.index.directory
    .leavesOf(grant.principalId)
    .filter((id) => context.index.directory.find(id)?.kind === "guest");
  const names = inside.map((id) => context.index.directory.find(id)?.displayName ?? id);
  return inside.length === 0
    ? null
    : grantFinding(context, "R24", grant, { values: { guests: inside.length, names: names.slice(0, 5).join(", ") } });
};

const leavers: Rule = (context, grant) => {
  const holder = holderOf(context, grant);
  const state = holder.kind === "deleted" ? "deleted" : holder.enabled === false ? "disabled" : null;
  return state === null ? null : grantFinding(context, "R25", grant, { values: { state }, fix: removal(grant) });
};

const machineIdentities: Rule = (context, grant) => {
  const holder = holderOf(context, grant);
  if (holder.kind !== "managedIdentity" || holder.machineId === null) return null;
  if (isIndirect(context, grant) || gives(context, grant, "signInAdmin")) {
    const own = holder.machineId.toLowerCase();
    const others = context.machines.count(grant.scope) - (own === grant.scope || own.startsWith(`${grant.scope}/`) ? 1 : 0);
    if (others > 0)
      return grantFinding(context, "R31", grant, { values: { machine: holder.displayName, others }, fix: removal(grant) });
  }
  const isPrivileged = gives(context, grant, "assignRoles") || gives(context, grant, "changeIdentity");
  return isPrivileged ? grantFinding(context, "R30", grant, { values: { machine: holder.displayName } }) : null;
};

const DELEGATIONS = new Set(["f58310d9-a9f6-439a-9e8d-f62e7b41a168", "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9"]);
const unconditionedDelegation: Rule = (context, grant) =>
  DELEGATIONS.has(grant.roleId) && grant.condition === null && touchesMachines(context, grant)
    ? grantFinding(context, "R55", grant)
    : null;

const RULES: readonly Rule[] = [
  onboardingHeldByPeople,
  onboardingPrincipalHoldsMore,
  onboardingWide,
  standingManagers,
  hiddenAdministrators,
  grantsThemselves,
  givenToUsers,
  wideSignIn,
  standingAdministrators,
  guests,
  leavers,
  machineIdentities,
  unconditionedDelegation,
];

/** Findings about single grants: who holds what where. */
export function grantFindings(context: FindingContext): AccessFinding[] {
  return context.index.grants.flatMap((grant) => RULES.flatMap((rule) => rule(context, grant) ?? []));
}
