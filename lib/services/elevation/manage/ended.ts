import "server-only";
import type { PimRequestRow } from "@/lib/azure/pim-ports";
import { createScopeParents, lastSegment, normaliseScope } from "@/lib/domain/access/scope";
import type { AccessInputs } from "@/lib/domain/access/types";
import {
  type ComingGrant,
  comingGrants,
  type EndedGrant,
  endedGrants,
  type GrantRequest,
  heldKey,
} from "@/lib/domain/elevation/manage/ended";
import { AppError } from "@/lib/domain/errors";
import type { Completeness } from "@/lib/domain/fleet-wire";
import { problemOf } from "@/lib/domain/problem";
import { ARM_LANES } from "../../access/fleet-sources";
import { mustStop } from "../../access/gaps";
import { inLanes } from "../../access/lanes";
import type { ServiceContext } from "../../context";
import { toRequestFacts } from "../../history/request-facts";
import type { FleetFacts } from "./fleet";

/** A request with Azure's own row: names and scope as they are written there. */
export type EndedRequest = GrantRequest & { source: PimRequestRow };
export type Ended = EndedGrant<EndedRequest>;
export type Coming = ComingGrant<EndedRequest>;

function toGrantRequest(source: PimRequestRow): EndedRequest[] {
  const facts = toRequestFacts(source);
  // What came from an eligibility is an activation, also when an administrator moved its end.
  if (facts === null || (source.kind === "activation" && source.eligibleScheduleId !== null)) return [];
  const { name, requestType, status, createdAt, startsAt, endsAt, targetSchedule } = facts;
  const of = source.kind === "activation" ? "active" : "eligible";
  const { principalId, roleDefinitionId, scope } = source;
  return [
    {
      ...{ name, of, requestType, status, createdAt, startsAt, endsAt, targetSchedule },
      ...{ principalId, roleId: roleDefinitionId, scope, source },
    },
  ];
}

function heldNow({ eligible, timeBound, standing }: FleetFacts): Set<string> {
  const ofRow = (of: GrantRequest["of"]) => (row: FleetFacts["eligible"][number]) =>
    heldKey({ of, principalId: row.principalId, roleId: row.roleDefinitionId, scope: row.scope });
  return new Set([
    ...eligible.map(ofRow("eligible")),
    ...timeBound.map(ofRow("active")),
    ...standing.map(({ principalId, roleId, scope }) => heldKey({ of: "active", principalId, roleId, scope: scope.id })),
  ]);
}

/** A list at a subscription has what is above it too: only management groups without one below are read by themselves. */
function placesOf(inputs: AccessInputs): { scope: string; name: string }[] {
  const parents = createScopeParents(inputs);
  const subscriptions = inputs.subscriptions.map(({ id, displayName }) => ({
    ...{ scope: `/subscriptions/${lastSegment(id)}`, name: displayName },
  }));
  const above = new Set(subscriptions.flatMap(({ scope }) => parents.managementGroupsAbove(normaliseScope(scope))));
  const others = inputs.managementGroups.filter(({ id }) => !above.has(normaliseScope(id)));
  return [...subscriptions, ...others.map(({ id, displayName }) => ({ scope: id, name: displayName }))];
}

export type EndedList = { ended: Ended[]; coming: Coming[]; missing: Completeness["missing"] };

/** What ended in the last 30 days and can be renewed, and what begins later, from the requests that Azure still lists at the scopes of the fleet. */
export async function readEnded(ctx: ServiceContext, facts: FleetFacts): Promise<EndedList> {
  const requests = new Map<string, EndedRequest>();
  const missing: Completeness["missing"] = [];
  async function read(kind: PimRequestRow["kind"], { scope, name }: { scope: string; name: string }): Promise<void> {
    try {
      const rows = await ctx.azure.history.requestsAt(scope, kind, { signal: ctx.signal });
      for (const row of rows.flatMap(toGrantRequest)) requests.set(row.source.id.toLowerCase(), row);
    } catch (error) {
      if (mustStop(error, ctx)) throw error;
      if (!(error instanceof AppError)) ctx.log.error("elevation.endedFailed", error, { traceId: ctx.traceId });
      const label = `${kind === "eligibility" ? "Ended eligibilities" : "Ended assignments"} of ${name}`;
      missing.push({ source: "endedSchedules", label, problem: problemOf(error, ctx.traceId) });
    }
  }
  await inLanes(placesOf(facts.names.inputs), ARM_LANES, async (place) => {
    await Promise.all([read("eligibility", place), read("activation", place)]);
  });
  const args = { requests: [...requests.values()], held: heldNow(facts), now: ctx.clock.now() };
  return { ended: endedGrants(args), coming: comingGrants(args), missing };
}

export type Renewable = Pick<GrantRequest, "of" | "principalId" | "roleId" | "scope"> & { targetScheduleId: string | null };

async function requestsAbout(ctx: ServiceContext, facts: FleetFacts, { of, scope, principalId }: Renewable) {
  const kind = of === "eligible" ? "eligibility" : "activation";
  const rows = await ctx.azure.pim.requestsOf({ kind, scope, principalId }, { signal: ctx.signal });
  return { requests: rows.flatMap(toGrantRequest), held: heldNow(facts), now: ctx.clock.now() };
}

function wantedOf<Found extends { row: EndedRequest; scheduleId: string }>(all: readonly Found[], wanted: Renewable) {
  const { targetScheduleId } = wanted;
  const found = all.find(({ row }) => heldKey(row) === heldKey(wanted));
  return found !== undefined && (targetScheduleId === null || targetScheduleId.toLowerCase() === found.scheduleId) ? found : null;
}

/** What a renewal is about, from the requests of this one person; null = nothing there can be renewed. Throws AppError. */
export async function readRenewable(ctx: ServiceContext, facts: FleetFacts, wanted: Renewable): Promise<Ended | null> {
  return wantedOf(endedGrants(await requestsAbout(ctx, facts, wanted)), wanted);
}

/** What was given to this one person and begins later; null = nothing of the kind. Throws AppError. */
export async function readComing(ctx: ServiceContext, facts: FleetFacts, wanted: Renewable): Promise<Coming | null> {
  return wantedOf(comingGrants(await requestsAbout(ctx, facts, wanted)), wanted);
}
