import "server-only";
import type { DirectoryRow } from "@/lib/azure/access-ports";
import type { GroupMembersInput, PrincipalInput } from "@/lib/domain/access/types";
import { AppError } from "@/lib/domain/errors";
import type { ServiceContext } from "../context";
import { type GapContext, type Gaps, mustStop } from "./gaps";
import { createLanes, type Lanes } from "./lanes";
import { nameless, toPrincipal } from "./to-inputs";

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** Stands for everyone in deny assignments. */
const EVERYONE = "00000000-0000-0000-0000-000000000000";
/** Members read of one group; a larger one is marked as incomplete. */
export const MAX_MEMBERS_PER_GROUP = 20_000;
/** All reading of groups ends after this, whatever the directory holds. */
const GROUPS_BUDGET_MS = 30_000;
/** Most that one request takes: so many names, or the members of so many groups. */
const IDS_PER_CALL = 1_000;
const GROUPS_PER_CALL = 20;
/** Requests at the same time. */
const LANES = 6;
/** Rows that are handed on together. */
const PRINCIPALS_PER_PAGE = 2_000;
const MEMBERS_PER_PAGE = 20_000;

export type DirectoryContext = GapContext & Pick<ServiceContext, "azure" | "clock">;
export type NamedPrincipal = { id: string; type: string | null };
export type DirectoryFacts = { principals: PrincipalInput[]; groups: GroupMembersInput[] };
/** Takes what was read, a page at a time, as it comes. */
export type DirectorySink = {
  principals(rows: PrincipalInput[]): void | Promise<void>;
  groups(rows: GroupMembersInput[]): void | Promise<void>;
};
export type DirectoryReader = {
  /** Principals to read. Who came before is not asked for again. Reading begins once a request is full. */
  add(named: readonly NamedPrincipal[]): void;
  /** Waits until everybody, every group and every group inside a group is read and handed on. */
  finish(): Promise<void>;
};

function outOfTime(): AppError {
  return new AppError({
    code: "upstream",
    message: "Reading the groups took longer than 30 seconds, so the rest was left out.",
    nextStep: "Load again; Microsoft Graph may answer faster then.",
  });
}

type Walk = {
  ctx: DirectoryContext;
  gaps: Gaps;
  lanes: Lanes;
  sink: DirectorySink;
  /** What assignments call the kind of each named principal. By id in lower case, as everything here. */
  types: Map<string, string | null>;
  known: Map<string, PrincipalInput>;
  /** Names that could not be read: who is missing among them is not deleted. */
  unread: Set<string>;
  /** Groups that were asked for their members, or wait for it. */
  seenGroups: Set<string>;
  openIds: string[];
  openGroups: string[];
  /** Not handed on yet. */
  newPrincipals: PrincipalInput[];
  newGroups: GroupMembersInput[];
  newMembers: number;
  endMs: number | null;
  finishing: boolean;
};

function keep(walk: Walk, principal: PrincipalInput): void {
  const key = principal.id.toLowerCase();
  if (walk.known.has(key)) return;
  walk.known.set(key, principal);
  walk.newPrincipals.push(principal);
}

function keepRow(walk: Walk, row: DirectoryRow): void {
  keep(walk, toPrincipal(row));
}

async function handOn(walk: Walk, least: { principals: number; members: number }): Promise<void> {
  while (walk.newPrincipals.length >= least.principals) {
    await walk.sink.principals(walk.newPrincipals.splice(0, PRINCIPALS_PER_PAGE));
  }
  if (walk.newMembers < least.members) return;
  const groups = walk.newGroups;
  [walk.newGroups, walk.newMembers] = [[], 0];
  if (groups.length > 0) await walk.sink.groups(groups);
}

function handOnPages(walk: Walk): Promise<void> {
  return handOn(walk, { principals: PRINCIPALS_PER_PAGE, members: MEMBERS_PER_PAGE });
}

function noteGroups(walk: Walk, ids: readonly string[], error: unknown): void {
  for (const id of ids) walk.gaps.note("groups", id, walk.known.get(id)?.displayName || id, error);
}

/** Reads the direct members of some groups; groups among them are read next. */
async function readMembers(walk: Walk, ids: readonly string[]): Promise<void> {
  const { ctx } = walk;
  const nowMs = ctx.clock.now().getTime();
  walk.endMs ??= nowMs + GROUPS_BUDGET_MS;
  if (nowMs > walk.endMs) return noteGroups(walk, ids, outOfTime());
  try {
    const answers = await ctx.azure.directory.membersOf(ids, MAX_MEMBERS_PER_GROUP, { signal: ctx.signal });
    for (const { groupId, members, complete, error } of answers) {
      if (!complete) noteGroups(walk, [groupId], error);
      for (const row of members) {
        keepRow(walk, row);
        if (row.kind === "group") openGroup(walk, row.id.toLowerCase());
      }
      walk.newGroups.push({ groupId, memberIds: members.map(({ id }) => id), transitive: false });
      walk.newMembers += members.length + 1;
    }
  } catch (error) {
    if (mustStop(error, ctx)) throw error;
    noteGroups(walk, ids, error);
  }
}

/** Each group is asked once, so a cycle ends by itself; direct members keep the chain between. */
function openGroup(walk: Walk, id: string): void {
  if (walk.seenGroups.has(id)) return;
  walk.seenGroups.add(id);
  walk.openGroups.push(id);
}

function startGroups(walk: Walk): void {
  while (walk.openGroups.length >= (walk.finishing ? 1 : GROUPS_PER_CALL)) {
    const ids = walk.openGroups.splice(0, GROUPS_PER_CALL);
    walk.lanes.run(async () => {
      await readMembers(walk, ids);
      startGroups(walk);
      await handOnPages(walk);
    });
  }
}

async function readNames(walk: Walk, ids: readonly string[]): Promise<void> {
  const { ctx, gaps, types } = walk;
  try {
    for (const row of await ctx.azure.directory.byIds(ids, { signal: ctx.signal })) keepRow(walk, row);
    for (const id of ids) if (walk.known.get(id)?.kind === "group") openGroup(walk, id);
  } catch (error) {
    if (mustStop(error, ctx)) throw error;
    if (walk.unread.size === 0) gaps.note("principals", null, "People, groups and service principals", error);
    for (const id of ids) walk.unread.add(id);
    // Without names the assignment's own word still tells which principals are groups.
    for (const id of ids) if (types.get(id)?.toLowerCase() === "group") openGroup(walk, id);
  }
}

function startNames(walk: Walk): void {
  while (walk.openIds.length >= (walk.finishing ? 1 : IDS_PER_CALL)) {
    // Members of groups come with their names.
    const ids = walk.openIds.splice(0, IDS_PER_CALL).filter((id) => !walk.known.has(id));
    if (ids.length === 0) continue;
    walk.lanes.run(async () => {
      await readNames(walk, ids);
      startGroups(walk);
      await handOnPages(walk);
    });
  }
}

function addNamed(walk: Walk, named: readonly NamedPrincipal[]): void {
  for (const { id, type } of named) {
    if (id === EVERYONE) continue;
    const key = id.toLowerCase();
    if (!walk.types.has(key) && GUID.test(key)) walk.openIds.push(key);
    walk.types.set(key, type ?? walk.types.get(key) ?? null);
  }
  startNames(walk);
}

function keepNameless(walk: Walk): void {
  for (const id of walk.types.keys()) {
    if (walk.known.has(id)) continue;
    const kind = walk.seenGroups.has(id) ? "group" : GUID.test(id) && !walk.unread.has(id) ? "deleted" : "unknown";
    keep(walk, nameless(id, kind));
  }
}

/**
 * Names, kinds and states of principals, and the members of every group among them down to the last nested one, read while
 * principals still come. Never throws for a part: what could not be read is a gap, and what the directory does not have is
 * `deleted`.
 */
export function createDirectoryReader(ctx: DirectoryContext, gaps: Gaps, sink: DirectorySink): DirectoryReader {
  const walk: Walk = {
    ...{ ctx, gaps, sink, lanes: createLanes(LANES) },
    ...{ types: new Map(), known: new Map(), unread: new Set(), seenGroups: new Set() },
    ...{ openIds: [], openGroups: [], newPrincipals: [], newGroups: [], newMembers: 0 },
    endMs: null,
    finishing: false,
  };
  return {
    add: (named) => addNamed(walk, named),
    async finish() {
      walk.finishing = true;
      startNames(walk);
      startGroups(walk);
      await walk.lanes.drain();
      keepNameless(walk);
      await handOn(walk, { principals: 1, members: 0 });
    },
  };
}

/** The same for principals that are all known already. */
export async function readDirectory(
  ctx: DirectoryContext,
  gaps: Gaps,
  named: readonly NamedPrincipal[],
): Promise<DirectoryFacts> {
  const facts: DirectoryFacts = { principals: [], groups: [] };
  const reader = createDirectoryReader(ctx, gaps, {
    principals: (rows) => void facts.principals.push(...rows),
    groups: (rows) => {
      for (const row of rows) facts.groups.push(row);
    },
  });
  reader.add(named);
  await reader.finish();
  return facts;
}
