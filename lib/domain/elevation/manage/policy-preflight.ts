import type { PolicySettings } from "./policy-settings";

/** Longest and shortest activation that Azure takes. Source: PIM role settings, activation maximum duration; assign roles. */
export const ACTIVATION_LIMITS = { minMinutes: 5, maxMinutes: 24 * 60 } as const;

/** Whom a policy is about, as far as it was read. Ids in lower case. */
export type PolicyPeople = {
  /** People who may activate the role under this policy, groups resolved. */
  eligible: readonly { id: string; name: string }[];
  /** Running activations of the role at the scope: how long each lasts in all. */
  running: readonly { id: string; name: string; minutes: number }[];
  /** Of an approver, the people behind it: itself, or a group's members. null = could not be read. Disabled people are absent. */
  behind: ReadonlyMap<string, readonly string[] | null>;
  /** People who hold the role here without activation: they can still repair a policy. */
  standing: number;
};

export const POLICY_PROBLEM_IDS = [
  "approvalWithoutApprovers",
  "mfaAndContext",
  "maxOutOfRange",
  "lockOut",
  "onlyApproverIsRequester",
  "approversUnreadable",
  "maxBelowRunning",
] as const;
export type PolicyProblemId = (typeof POLICY_PROBLEM_IDS)[number];

/** blocks: Azure refuses it or it makes no sense, nothing is sent. typed: sent only after its words are typed. warns: shown. */
export type PolicyProblem = {
  id: PolicyProblemId;
  weight: "blocks" | "typed" | "warns";
  values: Record<string, string | number>;
};

const named = (people: readonly { name: string }[]): string => people.map(({ name }) => name).join(", ");

/** Approvers that could decide for one person: themselves never count. null when a group could not be read. */
function decidersFor(person: string, after: PolicySettings, { behind }: PolicyPeople): number | null {
  const ids = new Set<string>();
  for (const { id } of after.activation.approval.approvers) {
    const known = behind.get(id.toLowerCase());
    if (known === null || known === undefined) return null;
    for (const one of known) if (one !== person) ids.add(one);
  }
  return ids.size;
}

function approvalProblems(after: PolicySettings, people: PolicyPeople): PolicyProblem[] {
  const { approval } = after.activation;
  if (!approval.required) return [];
  if (approval.approvers.length === 0) return [{ id: "approvalWithoutApprovers", weight: "blocks", values: {} }];
  const counted = people.eligible.map((person) => ({ person, deciders: decidersFor(person.id, after, people) }));
  if (approval.approvers.some(({ id }) => (people.behind.get(id.toLowerCase()) ?? null) === null)) {
    const unread = approval.approvers.filter(({ id }) => (people.behind.get(id.toLowerCase()) ?? null) === null);
    return [{ id: "approversUnreadable", weight: "warns", values: { names: named(unread) } }];
  }
  const alone = counted.filter(({ deciders }) => deciders === 0).map(({ person }) => person);
  if (alone.length === 0) return [];
  const values = { count: alone.length, names: named(alone), standing: people.standing };
  // Everybody who could activate would wait for an approval that nobody may give.
  if (alone.length === people.eligible.length) return [{ id: "lockOut", weight: "typed", values }];
  return [{ id: "onlyApproverIsRequester", weight: "warns", values }];
}

/** What speaks against giving a policy these settings. Only the state after the change counts; gravest first. */
export function policyProblems(after: PolicySettings, people: PolicyPeople): PolicyProblem[] {
  const { maxMinutes, mfa, authenticationContext } = after.activation;
  const problems: PolicyProblem[] = [];
  if (mfa && authenticationContext !== null) {
    problems.push({ id: "mfaAndContext", weight: "blocks", values: { context: authenticationContext } });
  }
  const { minMinutes, maxMinutes: limit } = ACTIVATION_LIMITS;
  if (maxMinutes !== null && (maxMinutes < minMinutes || maxMinutes > limit)) {
    problems.push({ id: "maxOutOfRange", weight: "blocks", values: { minutes: maxMinutes } });
  }
  problems.push(...approvalProblems(after, people));
  const longer = maxMinutes === null ? [] : people.running.filter(({ minutes }) => minutes > maxMinutes);
  if (longer.length > 0) {
    problems.push({ id: "maxBelowRunning", weight: "warns", values: { count: longer.length, names: named(longer) } });
  }
  const order = { blocks: 0, typed: 1, warns: 2 };
  return problems.sort((left, right) => order[left.weight] - order[right.weight]);
}
