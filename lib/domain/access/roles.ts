import { matchingPattern } from "./actions";
import { ATOM_IDS, ATOMS, type AtomId } from "./capabilities";
import { conditionHolds, type RoleRequest, roleLimitOf } from "./condition";
import { type ConditionNode, type ParsedCondition, parseCondition } from "./condition-parse";
import { lastSegment } from "./scope";
import type { PathCondition, RoleDefinitionInput } from "./types";

/** How a role gives an action under the conditions of the role's entry and of the assignment. */
export type Decision = { pattern: string; condition: PathCondition };

/** Bits are those of ATOM_IDS; LIMITED_BIT beside them says: may assign roles, limited by a condition. */
export type GrantMasks = { sure: number; depends: number };

export const LIMITED_BIT = 1 << ATOM_IDS.length;
const ASSIGN_BIT = 1 << ATOM_IDS.indexOf("assignRoles");

/** Which of two ways to the same action says more: no condition, then a known limit, then an undecided condition. */
export const CONDITION_RANK = { none: 0, limitsRoles: 1, depends: 2 } as const;

export type RoleBook = {
  /** By GUID or full id; undefined when the definition was not read. */
  find(roleId: string): RoleDefinitionInput | undefined;
  /** Null when the role does not give the action, or a condition excludes it. */
  decide(roleId: string, condition: string | null, action: string, isData: boolean, request?: RoleRequest): Decision | null;
  decideAtom(roleId: string, condition: string | null, atom: AtomId): Decision | null;
  /** All atoms at once, remembered per role and condition. */
  masks(roleId: string, condition: string | null): GrantMasks;
};

type Remembered = { masks: GrantMasks; decisions: (Decision | null)[] };

const NONE: PathCondition = { kind: "none" };

function better(best: Decision | null, next: Decision): Decision {
  if (best === null) return next;
  return CONDITION_RANK[next.condition.kind] < CONDITION_RANK[best.condition.kind] ? next : best;
}

/** Remembers parsed conditions by their text. */
export function createConditionReader(): (text: string) => ParsedCondition {
  const known = new Map<string, ParsedCondition>();
  return (text) => {
    const parsed = known.get(text) ?? parseCondition(text);
    known.set(text, parsed);
    return parsed;
  };
}

function decideCondition(
  texts: readonly string[],
  read: (text: string) => ParsedCondition,
  action: string,
  request: RoleRequest | null,
): PathCondition | null {
  if (texts.length === 0) return NONE;
  const text = texts.join(" AND ");
  let readable = true;
  const parts = texts.map((one): ConditionNode => {
    const parsed = read(one);
    if (parsed.ok) return parsed.node;
    readable = false;
    return { op: "opaque" };
  });
  const node: ConditionNode = { op: "and", parts };
  const holds = conditionHolds(node, action, request);
  if (holds !== null) return holds ? NONE : null;
  const limit = roleLimitOf(node, action);
  if (limit !== null) return { kind: "limitsRoles", limit, text };
  return { kind: "depends", text, why: readable ? "condition" : "unreadableCondition" };
}

function conditionTexts(...texts: (string | null | undefined)[]): string[] {
  return texts.flatMap((text) => (text === null || text === undefined || text.trim() === "" ? [] : [text]));
}

/** Role definitions by GUID; of two with the same GUID the last counts, as a role has one definition in a tenant. */
export function createRoleBook(roles: readonly RoleDefinitionInput[]): RoleBook {
  const byId = new Map(roles.map((role) => [lastSegment(role.id), role]));
  const read = createConditionReader();
  const known = new Map<string, Map<string, Remembered>>();

  function decide(roleId: string, condition: string | null, action: string, isData: boolean, request?: RoleRequest) {
    let best: Decision | null = null;
    for (const entry of byId.get(lastSegment(roleId))?.permissions ?? []) {
      const pattern = matchingPattern(entry, action, isData);
      if (pattern === null) continue;
      const decided = decideCondition(conditionTexts(entry.condition, condition), read, action, request ?? null);
      if (decided !== null) best = better(best, { pattern, condition: decided });
    }
    return best;
  }

  function remember(roleId: string, condition: string | null): Remembered {
    const masks = { sure: 0, depends: 0 };
    const decisions = ATOM_IDS.map((atom, bit) => {
      const decision = decide(roleId, condition, ATOMS[atom].action, ATOMS[atom].isDataAction);
      if (decision === null) return null;
      if (decision.condition.kind === "depends") masks.depends |= 1 << bit;
      else if (decision.condition.kind === "limitsRoles" && atom === "assignRoles") masks.sure |= LIMITED_BIT;
      else masks.sure |= 1 << bit;
      return decision;
    });
    return { masks, decisions };
  }

  function recall(roleId: string, condition: string | null): Remembered {
    const byCondition = known.get(roleId) ?? new Map<string, Remembered>();
    known.set(roleId, byCondition);
    const found = byCondition.get(condition ?? "") ?? remember(roleId, condition);
    byCondition.set(condition ?? "", found);
    return found;
  }

  return {
    find: (roleId) => byId.get(lastSegment(roleId)),
    decide,
    decideAtom: (roleId, condition, atom) => recall(roleId, condition).decisions[ATOM_IDS.indexOf(atom)] ?? null,
    masks: (roleId, condition) => recall(roleId, condition).masks,
  };
}

/** A deny assignment on assigning roles also stops assigning under a limit: it is the same action. */
export function withLimited(mask: number): number {
  return (mask & ASSIGN_BIT) === 0 ? mask : mask | LIMITED_BIT;
}
