import "server-only";
import type { RoleAssignmentRow } from "@/lib/azure/access-ports";
import type { PimActiveRow } from "@/lib/azure/history-ports";
import type { PimScheduleRow } from "@/lib/azure/pim-ports";
import type { AzureClients } from "@/lib/azure/ports";
import { lastSegment, normaliseScope } from "@/lib/domain/access/scope";
import { eventsOfActivity } from "@/lib/domain/elevation/history/from-activity";
import { eventOfDirectoryAudit } from "@/lib/domain/elevation/history/from-directory";
import { eventsOfRequest, needsApproval, requestKey } from "@/lib/domain/elevation/history/from-requests";
import { holdingOfMember, holdingOfState, type StateRow } from "@/lib/domain/elevation/history/from-state";
import { type HistoryEvent, isoTime, namelessPrincipal } from "@/lib/domain/elevation/history/types";
import type { PimPrincipal } from "@/lib/domain/elevation/write-api";
import { AppError } from "@/lib/domain/errors";
import type { HistoryLookup, HistoryRemote, Reading, SweepPlace } from "@/lib/jobs/history-remote";
import { readScopes } from "../access/scopes";
import { Names, principalKind, principalOfRow } from "./names";
import { principalOfNames, toApprovalFacts, toRequestFacts } from "./request-facts";

export const TENANT_PLACE = "tenant";
export const ROOT_PLACE = "/";
/** Members of one group that are followed; a larger group is left out and said to be unknown. */
const MAX_MEMBERS = 5_000;
const MAX_GROUPS = 500;

type Deps = { azure: AzureClients; names: Names; now: () => Date };
type Range = { from: string; now: Date };

async function readDirectory({ azure, names }: Deps, { from }: Range): Promise<Reading> {
  const entries = await azure.history.directoryAudits(from);
  const events = entries.map(eventOfDirectoryAudit).filter((event) => event !== null);
  for (const { decidedBy } of events) if (decidedBy !== null) names.learn(decidedBy);
  return { events, lists: null };
}

async function readRequests(deps: Deps, place: SweepPlace, { now }: Range, lookup: HistoryLookup): Promise<Reading> {
  const { azure, names } = deps;
  const rows = [
    ...(await azure.history.requestsAt(place.scope, "activation")),
    ...(await azure.history.requestsAt(place.scope, "eligibility")),
  ];
  const facts = rows.map(toRequestFacts).filter((row) => row !== null);
  for (const row of facts) {
    names.learn(row.principal);
    names.learnRole(row.role.id, row.role.name);
  }
  await names.resolve(facts.flatMap(({ requestorId }) => requestorId ?? []));
  const asked = facts.filter(needsApproval);
  const keys = asked.flatMap(({ name }) => [requestKey(name, "approved"), requestKey(name, "denied")]);
  const known = await lookup.knownKeys(keys);
  const events: HistoryEvent[] = [];
  for (const row of facts) {
    const isDecided = known.has(requestKey(row.name, "approved")) || known.has(requestKey(row.name, "denied"));
    const approvalId = needsApproval(row) && !isDecided ? row.approvalId : null;
    // Stages may be closed to whoever reads here; the directory's audit log then names who decided.
    const stages = approvalId === null ? null : await azure.pim.approvalStages(approvalId).catch(() => null);
    const made = eventsOfRequest(row, toApprovalFacts(stages), now);
    events.push(
      ...made.map((event) => ({ ...event, by: event.by === null ? null : (names.principal(event.by.id) ?? event.by) })),
    );
  }
  return { events: events.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)), lists: null };
}

async function readActivity(deps: Deps, place: SweepPlace, { from, now }: Range, lookup: HistoryLookup): Promise<Reading> {
  const { azure, names } = deps;
  const rows = await azure.history.assignmentActivity({ scope: place.scope, from, to: now.toISOString() });
  await names.resolve(
    rows.flatMap(({ principal, caller }) => [
      ...(principal === null ? [] : [principal.id]),
      ...(caller === null ? [] : [caller.id]),
    ]),
  );
  await names.resolveRoles(place.scope);
  const known = await lookup.byAssignment([...new Set(rows.map(({ assignment }) => assignment))]);
  const named = rows.map((row) => ({
    ...row,
    caller: row.caller === null ? null : (names.principal(row.caller.id) ?? row.caller),
  }));
  const find = (assignment: string) => {
    const row = known.get(assignment);
    return row === undefined ? null : { holding: row.id, begin: row.begin, endedAt: row.endedAt };
  };
  return { events: eventsOfActivity(named, find, names), lists: null };
}

type Shared = { names: Names; createdBy: ReadonlyMap<string, RoleAssignmentRow> };

function stateOfInstance(row: PimActiveRow | PimScheduleRow, track: StateRow["track"], shared: Shared): StateRow | null {
  const assignmentName = "assignmentName" in row ? row.assignmentName : null;
  const assignment = assignmentName === null ? undefined : shared.createdBy.get(assignmentName);
  const startsAt = isoTime(row.startsAt) ?? isoTime(assignment?.createdAt);
  if (startsAt === null) return null;
  const roleId = lastSegment(row.roleDefinitionId);
  const by = assignment?.createdBy ?? null;
  return {
    track,
    schedule: lastSegment(row.scheduleId ?? assignmentName ?? row.name),
    assignmentName,
    activated: row.assignmentType?.toLowerCase() === "activated",
    principal: principalOfNames(row),
    role: { id: roleId, name: row.names.role ?? shared.names.role(roleId) },
    scope: normaliseScope(row.scope),
    scopeName: row.names.scope ?? "",
    startsAt,
    endsAt: isoTime(row.endsAt),
    // What PIM made, PIM made; its request names the person.
    by: by === null || row.endsAt !== null ? null : (shared.names.principal(by) ?? namelessPrincipal(by)),
    condition: row.condition,
    azureId: row.id,
  };
}

function stateOfAssignment(row: RoleAssignmentRow, { names }: Shared): StateRow | null {
  const startsAt = isoTime(row.createdAt);
  if (startsAt === null) return null;
  const id = row.principalId.toLowerCase();
  const roleId = lastSegment(row.roleDefinitionId);
  const principal: PimPrincipal = names.principal(id) ?? { ...namelessPrincipal(id), kind: principalKind(row.principalType) };
  return {
    track: "active",
    schedule: row.name.toLowerCase(),
    assignmentName: row.name.toLowerCase(),
    activated: false,
    principal,
    role: { id: roleId, name: names.role(roleId) },
    scope: normaliseScope(row.scope),
    scopeName: "",
    startsAt,
    endsAt: null,
    by: row.createdBy === null ? null : (names.principal(row.createdBy) ?? namelessPrincipal(row.createdBy)),
    condition: row.condition,
    azureId: row.id,
  };
}

/** A tenant without the licence has no schedules, and its assignments are all there is. */
async function schedules<T>(read: Promise<T[]>): Promise<T[]> {
  return read.catch((error: unknown) => {
    if (error instanceof AppError && error.azure?.code === "AadPremiumLicenseRequired") return [];
    throw error;
  });
}

async function readState(deps: Deps, place: SweepPlace): Promise<Reading> {
  const { azure, names } = deps;
  const active = await schedules(azure.history.activeAt(place.scope));
  const eligible = await schedules(azure.history.eligibleAt(place.scope));
  const assignments = await azure.access.roleAssignments(place.scope, { atScope: false });
  await names.resolveRoles(place.scope);
  await names.resolve(
    assignments.flatMap(({ principalId, createdBy }) => (createdBy === null ? [principalId] : [principalId, createdBy])),
  );
  const shared: Shared = { names, createdBy: new Map(assignments.map((row) => [row.name.toLowerCase(), row])) };
  const behind = new Set(active.map(({ assignmentName }) => assignmentName));
  const rows = [
    ...active.map((row) => stateOfInstance(row, "active", shared)),
    ...eligible.map((row) => stateOfInstance(row, "eligible", shared)),
    ...assignments.filter(({ name }) => !behind.has(name.toLowerCase())).map((row) => stateOfAssignment(row, shared)),
  ].filter((row) => row !== null);
  return { events: [], lists: [{ seenFrom: place.scope, holdings: rows.map(holdingOfState) }] };
}

async function readGroups(deps: Deps, { now }: Range, lookup: HistoryLookup): Promise<Reading> {
  const { azure } = deps;
  const open = await lookup.open();
  const lastReadAt = await lookup.lastRead("groups", TENANT_PLACE);
  const groups = new Map<string, string>();
  for (const { begin } of open) {
    if (begin.track !== "member" && begin.principal?.kind === "group") groups.set(begin.principal.id, begin.principal.name);
  }
  const memberships = new Map(
    open
      .filter(({ begin }) => begin.track === "member")
      .map((row) => [`${row.begin.group?.id}/${row.begin.principal?.id}`, row.id]),
  );
  const wasRead = new Set(open.map(({ seenFrom }) => seenFrom));
  const lists: NonNullable<Reading["lists"]> = [];
  let level = [...groups.keys()];
  while (level.length > 0 && lists.length < MAX_GROUPS) {
    const answers = await azure.directory.membersOf(level, MAX_MEMBERS);
    const next: string[] = [];
    for (const { groupId, members, complete } of answers) {
      const id = groupId.toLowerCase();
      if (!complete) continue;
      const group = { id, name: groups.get(id) ?? id };
      const holdings = members.map((row) => {
        const member = principalOfRow(row);
        if (member.kind === "group" && !groups.has(member.id)) {
          groups.set(member.id, member.name);
          next.push(member.id);
        }
        const openId = memberships.get(`${id}/${member.id}`) ?? null;
        return holdingOfMember({
          group,
          member,
          now: now.toISOString(),
          openId,
          lastReadAt: wasRead.has(`group:${id}`) ? lastReadAt : null,
        });
      });
      lists.push({ seenFrom: `group:${id}`, holdings });
    }
    level = next;
  }
  return { events: [], lists };
}

/** Logs name a subscription by its id alone; the list of subscriptions knows what people call it. */
function withScopeNames(reading: Reading, names: ReadonlyMap<string, string>): Reading {
  const named = (event: HistoryEvent): HistoryEvent => {
    const name = event.scope === null ? undefined : names.get(event.scope);
    return name === undefined ? event : { ...event, scopeName: name };
  };
  const lists = reading.lists?.map((list) => ({
    ...list,
    holdings: list.holdings.map((holding) => ({ ...holding, begin: named(holding.begin) })),
  }));
  return { events: reading.events.map(named), lists: lists ?? null };
}

/** Management groups that can be seen; a tree that cannot be read leaves the root alone, and the next look tries again. */
async function placesAbove(azure: AzureClients): Promise<SweepPlace[]> {
  const tree = await readScopes({ azure, signal: new AbortController().signal }).catch(() => null);
  const groups = (tree?.managementGroups ?? []).map(({ id, displayName }) => ({ scope: normaliseScope(id), name: displayName }));
  return [{ scope: ROOT_PLACE, name: "" }, ...groups].map((place) => ({ source: "activity", ...place }));
}

/** Azure for the sweep, with one person's rights. */
export function createHistoryRemote(azure: AzureClients, now: () => Date): HistoryRemote {
  const deps: Deps = { azure, names: new Names(azure), now };
  const scopeNames = new Map<string, string>();
  const readSource = (place: SweepPlace, range: Range, lookup: HistoryLookup): Promise<Reading> => {
    switch (place.source) {
      case "directory":
        return readDirectory(deps, range);
      case "requests":
        return readRequests(deps, place, range, lookup);
      case "activity":
        return readActivity(deps, place, range, lookup);
      case "state":
        return readState(deps, place);
      case "groups":
        return readGroups(deps, range, lookup);
    }
  };
  return {
    now: async () => (await azure.history.serverTime()) ?? now(),
    async places() {
      const subscriptions = await azure.resourceManager.listSubscriptions();
      const places = subscriptions.flatMap(({ id, name }): SweepPlace[] => {
        const scope = normaliseScope(`/subscriptions/${id}`);
        scopeNames.set(scope, name);
        return (["requests", "activity", "state"] as const).map((source) => ({ source, scope, name }));
      });
      const tenant = (["directory", "groups"] as const).map((source) => ({ source, scope: TENANT_PLACE, name: "" }));
      return [...tenant, ...places, ...(await placesAbove(azure))];
    },
    async read(place, range, lookup) {
      return withScopeNames(await readSource(place, range, lookup), scopeNames);
    },
  };
}
