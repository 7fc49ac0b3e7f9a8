import "server-only";
import type { DirectoryRow } from "@/lib/azure/access-ports";
import type { GroupMembersInput, PrincipalInput } from "@/lib/domain/access/types";
import { AppError } from "@/lib/domain/errors";
import type { ServiceContext } from "../context";
import { type GapContext, type Gaps, mustStop } from "./gaps";
import { nameless, toPrincipal } from "./to-inputs";

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** Stands for everyone in deny assignments. */
const EVERYONE = "00000000-0000-0000-0000-000000000000";
/** Members read of one group; a larger one is marked as incomplete. */
export const MAX_MEMBERS_PER_GROUP = 20_000;
/** All reading of groups ends after this, whatever the directory holds. */
const GROUPS_BUDGET_MS = 30_000;

export type DirectoryContext = GapContext & Pick<ServiceContext, "azure" | "clock">;
export type NamedPrincipal = { id: string; type: string | null };
export type DirectoryFacts = { principals: PrincipalInput[]; groups: GroupMembersInput[] };

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
  /** By id in lower case. */
  known: Map<string, PrincipalInput>;
  groups: GroupMembersInput[];
  seen: Set<string>;
};

function keep(walk: Walk, row: DirectoryRow): void {
  walk.known.set(row.id.toLowerCase(), toPrincipal(row));
}

function labelOf(walk: Walk, groupId: string): string {
  return walk.known.get(groupId.toLowerCase())?.displayName || groupId;
}

/** Reads one level of groups and gives back the groups among their members that were not read yet. */
async function readLevel(walk: Walk, level: readonly string[]): Promise<string[]> {
  const next = new Set<string>();
  const { ctx } = walk;
  const answers = await ctx.azure.directory.membersOf(level, MAX_MEMBERS_PER_GROUP, { signal: ctx.signal });
  for (const { groupId, members, complete, error } of answers) {
    if (!complete) walk.gaps.note("groups", groupId, labelOf(walk, groupId), error);
    for (const row of members) {
      keep(walk, row);
      const key = row.id.toLowerCase();
      if (row.kind === "group" && !walk.seen.has(key)) next.add(key);
    }
    walk.groups.push({ groupId, memberIds: members.map(({ id }) => id), transitive: false });
  }
  return [...next];
}

/** Groups level by level. Each group is asked once, so a cycle ends by itself; direct members keep the chain between. */
async function walkGroups(walk: Walk, start: readonly string[]): Promise<void> {
  const endMs = walk.ctx.clock.now().getTime() + GROUPS_BUDGET_MS;
  let level = [...start];
  while (level.length > 0) {
    for (const id of level) walk.seen.add(id);
    if (walk.ctx.clock.now().getTime() > endMs) {
      for (const id of level) walk.gaps.note("groups", id, labelOf(walk, id), outOfTime());
      return;
    }
    try {
      level = await readLevel(walk, level);
    } catch (error) {
      if (mustStop(error, walk.ctx)) throw error;
      for (const id of level) walk.gaps.note("groups", id, labelOf(walk, id), error);
      return;
    }
  }
}

async function readNames(walk: Walk, ids: readonly string[]): Promise<boolean> {
  if (ids.length === 0) return true;
  try {
    for (const row of await walk.ctx.azure.directory.byIds(ids, { signal: walk.ctx.signal })) keep(walk, row);
    return true;
  } catch (error) {
    if (mustStop(error, walk.ctx)) throw error;
    walk.gaps.note("principals", null, "People, groups and service principals", error);
    return false;
  }
}

function typesById(named: readonly NamedPrincipal[]): Map<string, string | null> {
  const types = new Map<string, string | null>();
  for (const { id, type } of named) {
    if (id === EVERYONE) continue;
    types.set(id.toLowerCase(), type ?? types.get(id.toLowerCase()) ?? null);
  }
  return types;
}

/**
 * Names, kinds and states of principals, and the members of every group among them down to the last nested one. Never throws
 * for a part: what could not be read is a gap, and what the directory does not have is `deleted`.
 */
export async function readDirectory(
  ctx: DirectoryContext,
  gaps: Gaps,
  named: readonly NamedPrincipal[],
): Promise<DirectoryFacts> {
  const types = typesById(named);
  const walk: Walk = { ctx, gaps, known: new Map(), groups: [], seen: new Set() };
  const ids = [...types.keys()].filter((id) => GUID.test(id));
  const readable = await readNames(walk, ids);
  // Without names the assignment's own word still tells which principals are groups.
  const isGroup = (id: string) =>
    walk.known.has(id) ? walk.known.get(id)?.kind === "group" : !readable && types.get(id)?.toLowerCase() === "group";
  const groupIds = ids.filter(isGroup);
  await walkGroups(walk, groupIds);
  const unreadGroups = new Set(groupIds);
  for (const id of types.keys()) {
    if (walk.known.has(id)) continue;
    const kind = unreadGroups.has(id) ? "group" : readable && GUID.test(id) ? "deleted" : "unknown";
    walk.known.set(id, nameless(id, kind));
  }
  return { principals: [...walk.known.values()], groups: walk.groups };
}
