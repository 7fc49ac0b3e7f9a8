import "server-only";
import type { RoleAssignmentRow } from "@/lib/azure/access-ports";
import { type AccessIndex, prepareAccess } from "@/lib/domain/access/access-index";
import type { MachineReachView, ReachGrant } from "@/lib/domain/access/api";
import type { AccessCapabilityId } from "@/lib/domain/access/capabilities";
import { evaluateMachine } from "@/lib/domain/access/evaluate-machine";
import { reachClasses, reachSeverity, resourceTypeOf } from "@/lib/domain/access/reach";
import { lastSegment, normaliseScope } from "@/lib/domain/access/scope";
import type { PrincipalInput } from "@/lib/domain/access/types";
import type { MachineRef } from "@/lib/domain/machine";
import type { ServiceContext } from "../context";
import { assignmentsOfPrincipals, definitionsFromGraph } from "./assignment-rows";
import { capabilityIdsOf } from "./assignment-view";
import { machinesUnder } from "./controlled-machines";
import { type MachineInputs, machineInput, readMachineInputs } from "./read-machine";
import { readScopes, type ScopeTree } from "./scopes";
import { nameless, toAssignmentInput, toDefinitionInput, toPrincipal } from "./to-inputs";

const CONTROLS: readonly AccessCapabilityId[] = ["indirectAdmin", "signInAdmin", "adminCenter", "becomeIdentity"];
const SEVERITY_ORDER = ["critical", "high", "medium", "low"] as const;

type IdentityFacts = { principalId: string; displayName: string; groups: PrincipalInput[] };

/** The identity's name and the groups it is in; rights given to a group are its rights too. */
async function readIdentity(ctx: ServiceContext, read: MachineInputs, principalId: string): Promise<IdentityFacts> {
  const { directory } = ctx.azure;
  const options = { signal: ctx.signal };
  const { gaps } = read;
  const groupIds = await gaps.orElse("groups", principalId, "Groups of the machine's identity", [], () =>
    directory.groupIdsOf(principalId, options),
  );
  const rows = await gaps.orElse("principals", principalId, "The machine's identity", [], () =>
    directory.byIds([principalId, ...groupIds], options),
  );
  const named = new Map(rows.map((row) => [row.id.toLowerCase(), toPrincipal(row)]));
  return {
    principalId,
    displayName: named.get(principalId.toLowerCase())?.displayName || read.machine.name,
    groups: groupIds.map((id) => named.get(id.toLowerCase()) ?? nameless(id, "group")),
  };
}

function toGrant(index: AccessIndex, row: RoleAssignmentRow, identity: IdentityFacts): ReachGrant {
  const role = index.roles.find(row.roleDefinitionId);
  const roleId = lastSegment(row.roleDefinitionId).toLowerCase();
  const scope = index.scopes.describe(normaliseScope(row.scope));
  const resourceType = resourceTypeOf(row.scope);
  const classes = role === undefined ? (["other"] as const) : reachClasses(role.permissions, resourceType);
  return {
    assignmentId: row.id,
    scope: { ...scope, id: row.scope },
    resourceType,
    roleId,
    roleName: role?.name ?? roleId,
    classes: [...classes],
    actions: (role?.permissions ?? []).flatMap(({ actions }) => actions),
    dataActions: (role?.permissions ?? []).flatMap(({ dataActions }) => dataActions),
    viaGroup: identity.groups.find(({ id }) => id.toLowerCase() === row.principalId.toLowerCase()) ?? null,
    condition: row.condition,
    severity: reachSeverity(classes, scope.kind),
  };
}

/** Other machines that the identity may control, from its grants that give control of machines. */
async function readControls(ctx: ServiceContext, read: MachineInputs, index: AccessIndex, rows: readonly RoleAssignmentRow[]) {
  const controlling = rows.filter((row) => {
    const { sure, depends } = index.roles.masks(row.roleDefinitionId, row.condition);
    return capabilityIdsOf(sure | depends).some((id) => CONTROLS.includes(id));
  });
  const empty = { ids: [] as string[], total: 0 };
  const found = await read.gaps.orElse("machines", null, "Machines that the identity may control", empty, () =>
    machinesUnder(
      ctx,
      index,
      controlling.map(({ scope }) => scope),
    ),
  );
  const own = normaliseScope(read.machine.id);
  const ids = found.ids.filter((id) => normaliseScope(id) !== own);
  const controls = ids.map((machineId) => {
    const chain = new Set(index.scopes.chain(normaliseScope(machineId)));
    const reaching = controlling.filter(({ scope }) => chain.has(normaliseScope(scope)));
    const atoms = reaching.reduce((mask, row) => mask | index.roles.masks(row.roleDefinitionId, row.condition).sure, 0);
    return { machineId, capabilities: capabilityIdsOf(atoms) };
  });
  return { controls, controlsTotal: found.total - (found.ids.length - ids.length) };
}

const NO_SCOPES: ScopeTree = { managementGroups: [], subscriptions: [] };

async function readGrants(ctx: ServiceContext, read: MachineInputs, identity: IdentityFacts) {
  const { gaps } = read;
  const ids = [identity.principalId, ...identity.groups.map(({ id }) => id)];
  const [rows, tree, definitions] = await Promise.all([
    gaps.orElse("assignments", null, "Role assignments of the identity", [], () => assignmentsOfPrincipals(ctx, ids)),
    gaps.orElse("scopes", null, "Subscriptions of the tenant", NO_SCOPES, () => readScopes(ctx)),
    gaps.orElse("roleDefinitions", null, "Role definitions of the tenant", [], () => definitionsFromGraph(ctx)),
  ]);
  const known = new Set(read.definitions.map(({ name }) => name.toLowerCase()));
  const others = definitions.filter(({ name }) => !known.has(name.toLowerCase()));
  const index = prepareAccess(
    {
      ...read.inputs,
      ...(tree.subscriptions.length === 0 ? {} : tree),
      roleDefinitions: [...read.definitions, ...others].map(toDefinitionInput),
      assignments: rows.map(toAssignmentInput),
    },
    ctx.clock.now(),
  );
  return { rows, index };
}

function bySeverity(a: ReachGrant, b: ReachGrant): number {
  return SEVERITY_ORDER.indexOf(a.severity) - SEVERITY_ORDER.indexOf(b.severity) || (a.scope.id < b.scope.id ? -1 : 1);
}

/**
 * What a machine's identity may do across the tenant, and who can become that identity. Throws when the machine cannot be
 * read; any other hole is named in the answer.
 */
export async function getMachineReach(args: { ctx: ServiceContext; ref: MachineRef }): Promise<MachineReachView> {
  const { ctx, ref } = args;
  const read = await readMachineInputs(ctx, ref);
  const access = evaluateMachine(prepareAccess(read.inputs, ctx.clock.now()), read.machine.id, ["becomeIdentity"]);
  const base = {
    machine: machineInput(read.machine),
    becomeIdentity: access.answers.becomeIdentity,
    atLeast: access.atLeast,
  };
  const { principalId } = read.machine.identity;
  if (principalId === null) {
    const completeness = read.gaps.completeness(read.asOf, 0, 0);
    return { ...base, identity: null, grants: [], controls: [], controlsTotal: 0, completeness };
  }
  const identity = await readIdentity(ctx, read, principalId);
  const { rows, index } = await readGrants(ctx, read, identity);
  const grants = rows.map((row) => toGrant(index, row, identity)).sort(bySeverity);
  const { controls, controlsTotal } = await readControls(ctx, read, index, rows);
  return {
    ...base,
    identity,
    grants,
    controls,
    controlsTotal,
    completeness: read.gaps.completeness(read.asOf, rows.length, null),
  };
}
