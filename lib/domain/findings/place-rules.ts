import type { AccessFinding } from "../access/api";
import { MANAGEMENT_GROUP_LIMIT, SUBSCRIPTION_LIMIT } from "../access/preview-warnings";
import { lastSegment, normaliseScope } from "../access/scope";
import type { FleetAccess } from "../access/types";
import { type FindingContext, ONBOARDING_ROLE, OWNER_ROLE, placeFinding } from "./context";
import { roleDrift } from "./role-drift";
import { FINDING_RULES } from "./rules";

const NEAR = 0.8;
const MAX_OWNERS = 3;
const LOGIN_DATA = ["loginAsAdmin", "WACloginAsAdmin", "machines/login"];

function onboardingDrift(context: FindingContext): AccessFinding[] {
  const role = context.index.roles.find(ONBOARDING_ROLE);
  const drift = role === undefined ? null : roleDrift(ONBOARDING_ROLE, role.permissions);
  if (role === undefined || drift === null || drift.added.length === 0) return [];
  const held = context.index.grants.filter(({ roleId }) => roleId === ONBOARDING_ROLE).map(({ id }) => id);
  const place = { scope: "/", key: ONBOARDING_ROLE, roleId: ONBOARDING_ROLE, roleName: role.name, assignmentIds: held };
  return [placeFinding(context, "R07", place, { added: drift.added.join(", ") })];
}

/** Assignments per place that has a limit of its own: a subscription with all below it, or one management group. */
function limits(context: FindingContext): AccessFinding[] {
  const counts = new Map<string, number>();
  for (const { scope } of context.index.inputs.assignments) {
    const target = normaliseScope(scope);
    const place = /^\/subscriptions\/[^/]+/.exec(target)?.[0] ?? target;
    counts.set(place, (counts.get(place) ?? 0) + 1);
  }
  return [...counts].flatMap(([scope, assignments]) => {
    const limit = scope.startsWith("/subscriptions/") ? SUBSCRIPTION_LIMIT : MANAGEMENT_GROUP_LIMIT;
    if (assignments < limit * NEAR) return [];
    const place = { scope, key: scope, roleId: null, roleName: null, assignmentIds: [] };
    return [placeFinding(context, "R16", place, { assignments, limit })];
  });
}

function owners(context: FindingContext): AccessFinding[] {
  const bySubscription = Map.groupBy(
    context.index.grants.filter(
      ({ roleId, scope, kind }) => roleId === OWNER_ROLE && kind.kind !== "eligible" && scope.split("/").length === 3,
    ),
    ({ scope }) => scope,
  );
  return [...bySubscription].flatMap(([scope, grants]) => {
    const people = new Set(grants.flatMap(({ principalId }) => context.index.directory.leavesOf(principalId)));
    if (people.size <= MAX_OWNERS) return [];
    const place = { scope, key: scope, roleId: OWNER_ROLE, roleName: "Owner", assignmentIds: grants.map(({ id }) => id) };
    return [placeFinding(context, "R57", place, { owners: people.size, recommended: MAX_OWNERS })];
  });
}

function customRoles(context: FindingContext): AccessFinding[] {
  return context.index.inputs.roleDefinitions.flatMap((role) => {
    if (role.type !== "CustomRole") return [];
    const actions = role.permissions.flatMap((permission) => permission.actions);
    const dataActions = role.permissions.flatMap((permission) => permission.dataActions);
    const wild = actions.filter((action) => action === "*" || /^microsoft\.hybridcompute\/(machines\/)?\*$/i.test(action));
    const login = dataActions.filter(
      (action) => action.includes("*") || LOGIN_DATA.some((word) => action.toLowerCase().includes(word.toLowerCase())),
    );
    if (wild.length === 0 && login.length === 0) return [];
    const id = lastSegment(role.id).toLowerCase();
    const held = context.index.grants.filter(({ roleId }) => roleId === id).map((grant) => grant.id);
    const place = { scope: role.assignableScopes[0] ?? "/", key: id, roleId: id, roleName: role.name, assignmentIds: held };
    return [placeFinding(context, "R54", place, { actions: [...wild, ...login].join(", ") })];
  });
}

/** People who manage servers and could expect to sign in to them, and cannot: no role of theirs gives it anywhere. */
function managersWithoutSignIn(context: FindingContext, fleet: FleetAccess): AccessFinding[] {
  return fleet.principals.flatMap((principal, number) => {
    if (principal.kind !== "user") return [];
    const machines = fleet.reach(number, "writeExtensions", "now");
    if (machines === 0) return [];
    if (fleet.reach(number, "signInUser", "now") > 0 || fleet.reach(number, "signInAdmin", "now") > 0) return [];
    const identities = context.index.directory.groupsOf(principal.id);
    const grants = [...identities].flatMap((id) => context.grantsOf.get(id) ?? []);
    const roles = new Set(grants.map(({ roleId }) => context.index.roles.find(roleId)?.name ?? roleId));
    const finding: AccessFinding = {
      id: `R26:${principal.id}`,
      ruleId: "R26",
      severity: FINDING_RULES.R26.severity,
      principal,
      scope: context.index.scopes.describe("/"),
      roleId: null,
      roleName: null,
      assignmentIds: grants.map(({ id }) => id),
      values: { roles: [...roles].sort().join(", ") },
      machines,
      machineIds: [],
      fix: null,
    };
    return [finding];
  });
}

/** Findings about places, roles and people over the whole fleet. */
export function placeFindings(context: FindingContext, fleet: FleetAccess): AccessFinding[] {
  return [
    ...onboardingDrift(context),
    ...limits(context),
    ...owners(context),
    ...customRoles(context),
    ...managersWithoutSignIn(context, fleet),
  ];
}
