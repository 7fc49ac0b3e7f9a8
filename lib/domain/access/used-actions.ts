import type { Problem } from "../errors";
import { matchingPattern } from "./actions";
import type { AccessCapabilityId } from "./capabilities";
import { roleCapabilities, roleSize, smallestRoles } from "./least-privilege";
import { createRoleBook } from "./roles";
import type { RoleDefinitionInput } from "./types";

/** One action that was really used: how often, and when last (ISO 8601). */
export type UsedAction = { action: string; count: number; lastAt: string };

export type UsedRoleVerdict =
  /** Nothing was used in the whole time. */
  | "unused"
  /** Nothing was found, and not all of the log was read. */
  | "unknown"
  /** A smaller role than the one held covers everything used. */
  | "smaller"
  /** No role that may be given there is smaller and covers everything used. */
  | "smallest"
  /** No role that may be given there covers everything used. */
  | "none";

export type UsedRole = {
  verdict: UsedRoleVerdict;
  /** The smaller role; null unless the verdict is "smaller". */
  role: { id: string; name: string; type: string } | null;
  /** Capabilities on machines that the held role gives and the smaller one does not. */
  loses: AccessCapabilityId[];
  /** The same the other way round: a smaller role may still give something new. */
  gains: AccessCapabilityId[];
  /** Actions of the held role, as its definition writes them, that the smaller one does not give. */
  losesActions: string[];
  losesDataActions: string[];
};

type Rows = readonly { action: string; at: string }[];

/** Counts operations per action, most used first. Case is ignored; the first spelling is kept. */
export function countActions(operations: Rows): UsedAction[] {
  const byAction = new Map<string, UsedAction>();
  for (const { action, at } of operations) {
    const known = byAction.get(action.toLowerCase());
    if (known === undefined) byAction.set(action.toLowerCase(), { action, count: 1, lastAt: at });
    else {
      known.count += 1;
      if (at > known.lastAt) known.lastAt = at;
    }
  }
  return [...byAction.values()].sort((a, b) => b.count - a.count || (a.action < b.action ? -1 : 1));
}

/** Patterns of one role that no entry of another gives, and what the other takes out of its own wide patterns. */
function lostPatterns(held: RoleDefinitionInput, next: RoleDefinitionInput, isData: boolean): string[] {
  const gives = (role: RoleDefinitionInput, pattern: string) =>
    role.permissions.some((entry) => matchingPattern(entry, pattern, isData) !== null);
  const given = held.permissions.flatMap((entry) => [...(isData ? entry.dataActions : entry.actions)]);
  const taken = next.permissions.flatMap((entry) => [...(isData ? entry.notDataActions : entry.notActions)]);
  const lost = [...given.filter((pattern) => !gives(next, pattern)), ...taken.filter((pattern) => gives(held, pattern))];
  // Where the whole pattern goes, what it holds goes with it and need not be named again.
  const whole = lost.filter((pattern) => given.includes(pattern));
  const isWithin = (pattern: string) =>
    whole.some((other) => other !== pattern && matchingPattern(entryOf(other), pattern, false) !== null);
  return [...new Set(lost)].filter((pattern) => !isWithin(pattern));
}

const entryOf = (pattern: string) => ({ actions: [pattern], notActions: [], dataActions: [], notDataActions: [] });

const NOTHING: Omit<UsedRole, "verdict"> = { role: null, loses: [], gains: [], losesActions: [], losesDataActions: [] };

/**
 * The smallest role that covers what was really used at or below a scope, against the role that is held there. The activity
 * log has writes, deletes and actions of the control plane only: reads and data actions, signing in among them, are never in
 * it and are not judged (Azure Monitor activity log; Best practices for Azure RBAC: only grant the access people need).
 * `isWhole`: false when a part of the log could not be read, so that more may have been used.
 */
export function roleForUse(args: {
  used: readonly UsedAction[];
  roles: readonly RoleDefinitionInput[];
  held: RoleDefinitionInput;
  scope: string;
  isWhole: boolean;
}): UsedRole {
  const { used, roles, held, scope, isWhole } = args;
  if (used.length === 0) return { verdict: isWhole ? "unused" : "unknown", ...NOTHING };
  const actions = used.map(({ action }) => ({ action, isDataAction: false }));
  const found = smallestRoles(roles, { capabilities: [], actions, scope })[0]?.role;
  if (found === undefined) return { verdict: "none", ...NOTHING };
  const book = createRoleBook([...roles, held]);
  const [ours, theirs] = [roleSize(book, found), roleSize(book, held)];
  const isSmaller = ours.gravity < theirs.gravity || (ours.gravity === theirs.gravity && ours.breadth < theirs.breadth);
  if (!isSmaller) return { verdict: "smallest", ...NOTHING };
  const [had, has] = [roleCapabilities(book, held.id), roleCapabilities(book, found.id)];
  return {
    verdict: "smaller",
    role: { id: found.id, name: found.name, type: found.type },
    loses: had.filter((id) => !has.includes(id)),
    gains: has.filter((id) => !had.includes(id)),
    losesActions: lostPatterns(held, found, false),
    losesDataActions: lostPatterns(held, found, true),
  };
}

/** How far the activity log of one subscription was read. */
export type UsedLog = {
  subscriptionId: string;
  name: string;
  /** Where reading ended because the log has more pages than are read; null = all of the time, or none of it. */
  readBackTo: string | null;
  /** Why it could not be read; null when it was. */
  problem: Problem | null;
};

/** GET /api/access/used-roles: what a principal did at and below a scope, and the smallest role for that. */
export type UsedRolesView = UsedRole & {
  used: UsedAction[];
  held: { id: string; name: string };
  /** The time that the log was asked for, ISO 8601. */
  from: string;
  to: string;
  logs: UsedLog[];
  /** Subscriptions below the scope whose log was not asked for. */
  leftOut: string[];
  /** What was done to management groups themselves stands in no subscription's log. */
  aboveSubscriptions: boolean;
  isWhole: boolean;
};
