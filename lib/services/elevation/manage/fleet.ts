import "server-only";
import type { PimScheduleRow } from "@/lib/azure/pim-ports";
import { matchingPattern } from "@/lib/domain/access/actions";
import { AUTHORIZATION_ACTIONS } from "@/lib/domain/access/rights";
import { createScopeParents, lastSegment, normaliseScope } from "@/lib/domain/access/scope";
import type { AccessInputs, PrincipalInput, ScopeRef } from "@/lib/domain/access/types";
import type { PimRole } from "@/lib/domain/elevation/api";
import { type ApproverPeople, createApproverBook, type NamedApprover } from "@/lib/domain/elevation/approvers";
import type { StandingRow } from "@/lib/domain/elevation/manage/api";
import type { Completeness } from "@/lib/domain/fleet-wire";
import { ARM_LANES } from "../../access/fleet-sources";
import { createGaps, type Gaps } from "../../access/gaps";
import { fleetInputs } from "../../access/inputs";
import { inLanes } from "../../access/lanes";
import { nameless } from "../../access/to-inputs";
import type { ServiceContext } from "../../context";

/** Names of what assignments and schedules point to, from one reading of the fleet. */
export type Names = {
  inputs: AccessInputs;
  role(definitionId: string): PimRole;
  scope(written: string): ScopeRef;
  principal(id: string, type?: string): PrincipalInput;
  /** The people behind a principal: itself, or everybody in a group, nested ones too. */
  people(named: NamedApprover): ApproverPeople;
};

export function namesOf(inputs: AccessInputs): Names {
  const roles = new Map(inputs.roleDefinitions.map((role) => [lastSegment(role.id), role]));
  const principals = new Map(inputs.principals.map((one) => [one.id.toLowerCase(), one]));
  const scopes = createScopeParents(inputs);

  return {
    inputs,
    role(definitionId) {
      const id = lastSegment(definitionId);
      const known = roles.get(id);
      return { id, definitionId, name: known?.name ?? id, type: known?.type ?? "Unknown" };
    },
    scope: (written) => scopes.describe(normaliseScope(written), written),
    principal: (id, type) =>
      principals.get(id.toLowerCase()) ?? nameless(id, type?.toLowerCase() === "group" ? "group" : "unknown"),
    people: createApproverBook(inputs),
  };
}

export type FleetFacts = {
  names: Names;
  eligible: PimScheduleRow[];
  /** Given with an end by an administrator. */
  timeBound: PimScheduleRow[];
  /** Activations that run. */
  running: PimScheduleRow[];
  standing: StandingRow[];
  completeness: Completeness;
};

const isDirect = ({ memberType }: PimScheduleRow) => memberType === null || memberType.toLowerCase() === "direct";

async function readSchedules(ctx: ServiceContext, gaps: Gaps, inputs: AccessInputs) {
  const rows = { eligible: new Map<string, PimScheduleRow>(), active: new Map<string, PimScheduleRow>() };
  const read = async (of: "eligible" | "active", scope: string, label: string, atScope: boolean) => {
    const source = of === "eligible" ? "eligibleInstances" : "activeInstances";
    const what = of === "eligible" ? "Eligibilities" : "Time-bound assignments";
    const found = await gaps.orElse(source, scope, `${what} of ${label}`, [], () =>
      ctx.azure.pimManage.schedules({ of, scope, atScope }, { signal: ctx.signal }),
    );
    // What holds above is listed here once more as inherited; it is read where it stands.
    for (const row of found) if (isDirect(row)) rows[of].set(row.id.toLowerCase(), row);
  };
  await inLanes(inputs.subscriptions, ARM_LANES, async ({ id, displayName }) => {
    const scope = `/subscriptions/${lastSegment(id)}`;
    await Promise.all([read("eligible", scope, displayName, false), read("active", scope, displayName, false)]);
  });
  await inLanes(inputs.managementGroups, ARM_LANES, async ({ id, displayName }) => {
    await Promise.all([read("eligible", id, displayName, true), read("active", id, displayName, true)]);
  });
  return { eligible: [...rows.eligible.values()], active: [...rows.active.values()] };
}

function standingRows(names: Names, active: readonly PimScheduleRow[]): StandingRow[] {
  const { inputs } = names;
  const ends = new Map<string, "activated" | "timeBound">();
  for (const row of inputs.activeInstances) {
    if (row.originRoleAssignmentId === null || row.until === null) continue;
    ends.set(
      lastSegment(row.originRoleAssignmentId),
      row.assignmentType.toLowerCase() === "activated" ? "activated" : "timeBound",
    );
  }
  const timeBound = new Set(
    active
      .filter(({ endsAt }) => endsAt !== null)
      .map(({ principalId, roleDefinitionId, scope }) =>
        [principalId.toLowerCase(), lastSegment(roleDefinitionId), normaliseScope(scope)].join("|"),
      ),
  );
  const definitions = new Map(inputs.roleDefinitions.map((role) => [lastSegment(role.id), role]));
  return inputs.assignments.flatMap((row) => {
    const end = ends.get(lastSegment(row.id));
    const key = [row.principalId.toLowerCase(), lastSegment(row.roleDefinitionId), normaliseScope(row.scope)].join("|");
    // What ends by itself is no standing access, whichever list says so.
    if (end !== undefined || timeBound.has(key)) return [];
    const role = names.role(row.roleDefinitionId);
    const principal = names.principal(row.principalId, row.principalType ?? undefined);
    const permissions = definitions.get(role.id)?.permissions ?? [];
    return [
      {
        assignmentId: row.id,
        scope: names.scope(row.scope),
        roleId: role.id,
        roleName: role.name,
        principalId: row.principalId,
        kind: principal.kind,
        condition: row.condition,
        activatedByPim: false,
        assignsRoles: permissions.some(
          (permission) => matchingPattern(permission, AUTHORIZATION_ACTIONS.assignRoles, false) !== null,
        ),
        principal,
        description: null,
      },
    ];
  });
}

/** Everything about standing, time-bound and eligible access of the fleet: assignments at most `maxAgeMs` old, schedules fresh. */
export async function readFleetFacts(ctx: ServiceContext, maxAgeMs: number): Promise<FleetFacts> {
  const read = await fleetInputs(ctx, maxAgeMs);
  const gaps = createGaps(ctx);
  const names = namesOf(read.inputs);
  const { eligible, active } = await readSchedules(ctx, gaps, read.inputs);
  const activated = (row: PimScheduleRow) => row.assignmentType?.toLowerCase() === "activated";
  const own = gaps.completeness(read.asOf, 0, null).missing;
  return {
    names,
    eligible,
    timeBound: active.filter((row) => !activated(row) && row.endsAt !== null),
    running: active.filter(activated),
    standing: standingRows(names, active),
    completeness: {
      ...read.completeness,
      complete: read.completeness.complete && own.length === 0,
      missing: [...own, ...read.completeness.missing],
    },
  };
}
