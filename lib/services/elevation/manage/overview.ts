import "server-only";
import { z } from "zod";
import type { PimScheduleRow } from "@/lib/azure/pim-ports";
import { loadPreference, savePreference } from "@/lib/db/preferences";
import { lastSegment } from "@/lib/domain/access/scope";
import type { ManageOverview, ScheduleRow } from "@/lib/domain/elevation/manage/api";
import { type Ratio, type RatioFact, ratios } from "@/lib/domain/elevation/manage/ratio";
import type { Completeness } from "@/lib/domain/fleet-wire";
import type { ServiceContext } from "../../context";
import { type Coming, type Ended, readEnded } from "./ended";
import { type FleetFacts, type Names, readFleetFacts } from "./fleet";

const INPUTS_AGE_MS = 60_000;
const SHOWN_STANDING = 2_000;
const KEPT_DAYS = 400;
/** A day on which one of these was not read whole would bend the curve. Names of people do not matter for it. */
const COUNTED = new Set<string>(["scopes", "assignments", "activeInstances", "eligibleInstances"]);

function toScheduleRow(names: Names, row: PimScheduleRow, of: ScheduleRow["of"]): ScheduleRow {
  const known = names.principal(row.principalId, row.principalType);
  const named = { ...known, displayName: row.names.principal ?? "", detail: row.names.email ?? "" };
  return {
    id: row.id,
    scheduleId: row.scheduleId === null ? null : lastSegment(row.scheduleId),
    of,
    principal: known.displayName === "" ? named : known,
    role: names.role(row.roleDefinitionId),
    scope: names.scope(row.scope),
    startsAt: row.startsAt,
    endsAt: row.endsAt,
    over: false,
  };
}

/** Whoever holds nothing else is not among the fleet's principals: the request itself then says who it was. */
function toRequestRow(names: Names, { row, endsAt, scheduleId }: Ended | Coming, over: boolean): ScheduleRow {
  const { source, of } = row;
  const known = names.principal(source.principalId, source.principalType);
  const isUser = known.kind === "unknown" && source.principalType.toLowerCase() === "user";
  const { principal, email } = source.names;
  return {
    id: `${over ? "ended" : "coming"}:${of}:${scheduleId}`,
    scheduleId,
    of,
    principal:
      known.displayName === ""
        ? { ...known, kind: isUser ? "user" : known.kind, displayName: principal ?? "", detail: email ?? "" }
        : known,
    role: names.role(source.roleDefinitionId),
    scope: names.scope(source.scope),
    startsAt: source.startsAt,
    endsAt,
    over,
  };
}

function ratioFacts(facts: FleetFacts): RatioFact[] {
  const { names, standing, eligible, timeBound } = facts;
  const of = (rows: readonly PimScheduleRow[], kind: RatioFact["kind"]): RatioFact[] =>
    rows.map((row) => {
      const [scope, role] = [names.scope(row.scope), names.role(row.roleDefinitionId)];
      return { scopeId: scope.id, scopeName: scope.name, roleId: role.id, roleName: role.name, kind };
    });
  // Identities of machines and applications cannot be eligible: counting them would make the ratio a lie.
  const people = standing.filter(({ kind }) => kind === "user" || kind === "guest" || kind === "group");
  return [
    ...people.map(({ scope, roleId, roleName }) => ({
      ...{ scopeId: scope.id, scopeName: scope.name, roleId, roleName, kind: "standing" as const },
    })),
    ...of(timeBound, "timeBound"),
    ...of(eligible, "eligible"),
  ];
}

const daySchema = z.object({ day: z.string(), standing: z.number(), timeBound: z.number(), eligible: z.number() });
const historySchema = z.array(daySchema).catch([]);

/** One entry a day for each person, because people see different parts of the tenant. */
async function keepHistory(ctx: ServiceContext, all: Ratio, complete: boolean): Promise<ManageOverview["history"]> {
  const { tenantId, objectId } = ctx.operator;
  const of = { tenantId, objectId, key: `elevation.ratio/1/${ctx.config.cloud.id}` };
  const stored = historySchema.parse(JSON.parse((await loadPreference(ctx.db, of)) ?? "[]"));
  if (!complete) return stored;
  const at = ctx.clock.now();
  const day = at.toISOString().slice(0, 10);
  const { standing, timeBound, eligible } = all;
  const days = [...stored.filter((entry) => entry.day !== day), { day, standing, timeBound, eligible }].slice(-KEPT_DAYS);
  await savePreference(ctx.db, of, JSON.stringify(days), at);
  return days;
}

/** Eligibilities, time-bound and standing assignments of everything the operator sees, what ended and what begins later, and how they compare. */
export async function manageOverview(args: { ctx: ServiceContext }): Promise<ManageOverview> {
  const { ctx } = args;
  const facts = await readFleetFacts(ctx, INPUTS_AGE_MS);
  const { names } = facts;
  const { ended, coming, missing } = await readEnded(ctx, facts);
  const completeness: Completeness = {
    ...facts.completeness,
    complete: facts.completeness.complete && missing.length === 0,
    missing: [...facts.completeness.missing, ...missing],
  };
  const ratio = ratios(ratioFacts(facts));
  const convertible = new Set(["user", "guest", "group"]);
  const standing = [...facts.standing].sort(
    (left, right) => Number(convertible.has(right.kind)) - Number(convertible.has(left.kind)),
  );
  return {
    schedules: [
      ...facts.eligible.map((row) => toScheduleRow(names, row, "eligible")),
      ...facts.timeBound.map((row) => toScheduleRow(names, row, "active")),
    ],
    ended: ended.map((one) => toRequestRow(names, one, true)),
    coming: coming.map((one) => toRequestRow(names, one, false)),
    standing: standing.slice(0, SHOWN_STANDING),
    standingTotal: standing.length,
    ratio,
    history: await keepHistory(ctx, ratio.all, !completeness.missing.some(({ source }) => COUNTED.has(source))),
    completeness,
  };
}
