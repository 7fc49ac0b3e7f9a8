import "server-only";
import type { PimRequestRow, PimScheduleRow } from "@/lib/azure/pim-ports";
import { type ClaimedElevation, itemsOfPeople } from "@/lib/db/elevation";
import { lastSegment, normaliseScope } from "@/lib/domain/access/scope";
import type { ActiveRow, ClockSkew, EligibleRow, MyElevation } from "@/lib/domain/elevation/api";
import { azureNow, canEndFrom, extendRule, skewOf } from "@/lib/domain/elevation/clock";
import { isOver, phaseOfActivation } from "@/lib/domain/elevation/request-status";
import type { ServiceContext } from "../context";
import { createParts, type Parts } from "./parts";
import { type PolicyBook, readPolicies } from "./policies";
import { pendingRowOf, placeKey, roleRefOf, scopeRefOf, viaGroupOf } from "./rows";
import { effectView } from "./view";

/** Activations last a day at most, so older items of the portal say nothing about what is active now. */
const OWN_ITEMS_MS = 2 * 86_400_000;
const OWN_ITEMS_MAX = 200;

/** What Azure holds of one person at this moment. */
export type MyFacts = {
  eligible: PimScheduleRow[];
  active: PimScheduleRow[];
  requests: PimRequestRow[];
  /** Sources that could not be read: what is not in such a list may be there all the same. */
  unread: ReadonlySet<"eligible" | "active" | "requests">;
};

/** Everything of mine, on all scopes, in four calls side by side. */
export async function readMyFacts(ctx: ServiceContext, parts: Parts): Promise<MyFacts> {
  const { pim } = ctx.azure;
  const options = { signal: ctx.signal };
  const unread = new Set<"eligible" | "active" | "requests">();
  const read = <T>(source: "eligible" | "active" | "requests", label: string, call: () => Promise<T[]>): Promise<T[]> =>
    parts.orElse(source, label, null, call).then((rows) => {
      if (rows === null) unread.add(source);
      return rows ?? [];
    });
  const [eligible, active, activations, extensions] = await Promise.all([
    read("eligible", "Roles that you may activate", () => pim.myEligibilities(options)),
    read("active", "Roles that you hold", () => pim.myAssignments(options)),
    read("requests", "Your requests", () => pim.requests("activation", "asRequestor", options)),
    read("requests", "Your requests about eligibility", () => pim.requests("eligibility", "asRequestor", options)),
  ]);
  return { eligible, active, requests: [...activations, ...extensions], unread };
}

/** The clock of Azure beside the portal's, as far as the calls until now have shown it. */
export function clockOf(ctx: ServiceContext): ClockSkew {
  const reading = ctx.azure.pim.clock();
  return reading === null ? skewOf(null, ctx.clock.now()) : skewOf(reading.azure, reading.portal);
}

function isActivated(row: PimScheduleRow): boolean {
  return row.assignmentType?.toLowerCase() === "activated";
}

/** Whether an activation came out of this eligibility: by its link, or by role and a scope within where Azure sent no link. */
export function belongsTo(
  row: Pick<PimScheduleRow, "eligibleScheduleId" | "roleDefinitionId" | "scope">,
  eligible: PimScheduleRow,
): boolean {
  if (row.eligibleScheduleId !== null && eligible.scheduleId !== null) {
    return lastSegment(row.eligibleScheduleId) === lastSegment(eligible.scheduleId);
  }
  return placeKey(row) === placeKey(eligible);
}

/** Requests of mine that are still open. */
export function openRequests(facts: MyFacts, now: Date): PimRequestRow[] {
  return facts.requests.filter((row) => !isOver(phaseOfActivation(row.status, row.startsAt, now)));
}

function eligibleRow(ctx: ServiceContext, row: PimScheduleRow, facts: MyFacts, policies: PolicyBook, now: Date): EligibleRow {
  const viaGroup = viaGroupOf(row, ctx.operator.objectId);
  const active = facts.active.find((one) => isActivated(one) && belongsTo(one, row));
  const pending = openRequests(facts, now).find(
    (one) => one.kind === "activation" && one.requestType.toLowerCase() === "selfactivate" && belongsTo(one, row),
  );
  return {
    id: row.name,
    scheduleId: lastSegment(row.scheduleId ?? row.name),
    role: roleRefOf(row),
    scope: scopeRefOf(row.scope, row.names.scope),
    viaGroup,
    startsAt: row.startsAt,
    endsAt: row.endsAt,
    condition: row.condition,
    conditionVersion: row.conditionVersion,
    policy: policies.of(row),
    activeId: active?.name ?? null,
    pendingRequestId: pending?.name ?? null,
    extend: extendRule({ endsAt: row.endsAt, viaGroup: viaGroup !== null }, now),
  };
}

function activeRow(ctx: ServiceContext, row: PimScheduleRow, items: readonly ClaimedElevation[]): ActiveRow {
  const isOwn = isActivated(row);
  const own = items.find(
    ({ item }) =>
      item.roleId === lastSegment(row.roleDefinitionId) && item.scopeKey === normaliseScope(row.scope) && item.state === "done",
  );
  return {
    id: row.name,
    scheduleId: row.scheduleId === null ? null : lastSegment(row.scheduleId),
    role: roleRefOf(row),
    scope: scopeRefOf(row.scope, row.names.scope),
    viaGroup: viaGroupOf(row, ctx.operator.objectId),
    kind: isOwn ? "activated" : "assigned",
    eligibleScheduleId: row.eligibleScheduleId === null ? null : lastSegment(row.eligibleScheduleId),
    startsAt: row.startsAt,
    endsAt: row.endsAt,
    canEndFrom: isOwn ? canEndFrom(row.startsAt) : null,
    effect: isOwn && own !== undefined ? effectView(own.item, ctx.clock.now()) : null,
    itemId: isOwn ? (own?.item.id ?? null) : null,
  };
}

/** Azure lists every standing assignment too; only what was activated or ends is elevation. */
function isElevation(row: PimScheduleRow, now: Date): boolean {
  if (row.endsAt !== null && Date.parse(row.endsAt) <= now.getTime()) return false;
  return isActivated(row) || row.endsAt !== null;
}

/** Everything that I may activate, hold for a while, or wait for, on all scopes. What could not be read is named in it. */
export async function myElevation(args: { ctx: ServiceContext }): Promise<MyElevation> {
  const { ctx } = args;
  const asOf = ctx.clock.now();
  const parts = createParts(ctx);
  const { tenantId, objectId } = ctx.operator;
  const since = new Date(asOf.getTime() - OWN_ITEMS_MS);
  const [facts, items] = await Promise.all([
    readMyFacts(ctx, parts),
    itemsOfPeople(ctx.db, { tenantId, objectIds: [objectId], kinds: ["activate"], since, limit: OWN_ITEMS_MAX }),
  ]);
  const policies = await readPolicies(ctx, facts.eligible);
  for (const { scope, error } of policies.failures) parts.note("policies", `Role settings of ${scope}`, error);
  const clock = clockOf(ctx);
  const now = azureNow(clock, ctx.clock.now());
  const active = facts.active.filter((row) => isElevation(row, now)).map((row) => activeRow(ctx, row, items));
  const pending = openRequests(facts, now).map((row) => pendingRowOf(row, now));
  const eligible = facts.eligible.map((row) => eligibleRow(ctx, row, facts, policies, now));
  eligible.sort((a, b) => a.role.name.localeCompare(b.role.name) || a.scope.name.localeCompare(b.scope.name));
  active.sort((a, b) => (a.endsAt ?? "9").localeCompare(b.endsAt ?? "9"));
  pending.sort((a, b) => (b.createdAt ?? "").localeCompare(a.createdAt ?? ""));
  const received = eligible.length + active.length + pending.length;
  return {
    eligible,
    active,
    pending,
    clock,
    notice: parts.notice(),
    completeness: parts.completeness(asOf.toISOString(), received),
  };
}
