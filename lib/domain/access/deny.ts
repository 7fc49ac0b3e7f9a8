import { matchingPattern } from "./actions";
import { ATOM_IDS, ATOMS } from "./capabilities";
import { conditionHolds } from "./condition";
import { createConditionReader, withLimited } from "./roles";
import { normaliseScope } from "./scope";
import type { AccessInputs, DenyAssignmentInput } from "./types";

/** Stands for every principal of the tenant in a deny assignment (Understand deny assignments: principals). */
const EVERYONE = "00000000-0000-0000-0000-000000000000";

/** A deny assignment ready for use. Bits are those of ATOM_IDS. `maybe`: only if its condition holds at the call. */
export type Deny = {
  input: DenyAssignmentInput;
  scope: string;
  sure: number;
  maybe: number;
  /** `identities`: a principal's own id and its groups, in lower case. */
  appliesTo(identities: ReadonlySet<string>): boolean;
  /** true: denied. null: denied if the condition holds. false: not denied. */
  denies(action: string, isDataAction: boolean): boolean | null;
  /** Whether it reaches down from its scope to `target`, which its scope covers. */
  reaches(target: string): boolean;
};

function createDeny(input: DenyAssignmentInput, readCondition: ReturnType<typeof createConditionReader>): Deny {
  const scope = normaliseScope(input.scope);
  const included = new Set(input.principalIds.map((id) => id.toLowerCase()));
  const excluded = new Set(input.excludePrincipalIds.map((id) => id.toLowerCase()));

  function decide(text: string | null | undefined, action: string): boolean | null {
    if (text === null || text === undefined || text.trim() === "") return true;
    const parsed = readCondition(text);
    return parsed.ok ? conditionHolds(parsed.node, action) : null;
  }

  function denies(action: string, isDataAction: boolean): boolean | null {
    let verdict: boolean | null = false;
    for (const entry of input.permissions) {
      if (matchingPattern(entry, action, isDataAction) === null) continue;
      const parts = [decide(entry.condition, action), decide(input.condition, action)];
      if (parts.every((part) => part === true)) return true;
      if (!parts.includes(false)) verdict = null;
    }
    return verdict;
  }

  let sure = 0;
  let maybe = 0;
  ATOM_IDS.forEach((atom, bit) => {
    const verdict = denies(ATOMS[atom].action, ATOMS[atom].isDataAction);
    if (verdict === true) sure |= 1 << bit;
    if (verdict === null) maybe |= 1 << bit;
  });
  return {
    input,
    scope,
    sure: withLimited(sure),
    maybe: withLimited(maybe),
    appliesTo: (identities) =>
      (included.has(EVERYONE) || [...identities].some((id) => included.has(id))) &&
      ![...identities].some((id) => excluded.has(id)),
    denies,
    reaches: (target) => !input.doNotApplyToChildScopes || target === scope,
  };
}

/**
 * Deny assignments win over role assignments for the principals they name and not for those they exclude, both through
 * groups too; doNotApplyToChildScopes keeps one to its own scope (Understand deny assignments).
 */
export function createDenies(inputs: Pick<AccessInputs, "denyAssignments">): Deny[] {
  const readCondition = createConditionReader();
  return inputs.denyAssignments.map((input) => createDeny(input, readCondition));
}
