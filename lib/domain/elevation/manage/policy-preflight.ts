import { type ApproverPeople, decidersFor } from "../approvers";
import type { PolicySettings } from "./policy-settings";

/** Longest and shortest activation that Azure takes. Source: PIM role settings, activation maximum duration; assign roles. */
export const ACTIVATION_LIMITS = { minMinutes: 5, maxMinutes: 24 * 60 } as const;

/** Whom a policy is about, as far as it was read. Ids in lower case. */
export type PolicyPeople = {
  /** People who may activate the role under this policy, groups resolved. */
  eligible: readonly { id: string; name: string }[];
  /** Names of groups that may activate and were not read whole: more people may be eligible than are named. */
  eligibleUnread: readonly string[];
  /** Running activations of the role at the scope: how long each lasts in all. */
  running: readonly { id: string; name: string; minutes: number }[];
  /** Of an approver, by id in lower case, the people behind it. */
  behind: ReadonlyMap<string, ApproverPeople>;
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
  "approversEmpty",
  "eligibleUnreadable",
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

/** An approver of which nothing was read counts as a group of unknown size. */
function approversOf(after: PolicySettings, { behind }: PolicyPeople): { name: string; people: ApproverPeople }[] {
  return after.activation.approval.approvers.map(({ id, kind, name }) => {
    const key = id.toLowerCase();
    return { name, people: behind.get(key) ?? { id: key, kind, name, people: [], atLeast: true } };
  });
}

/** Everybody who could activate would wait for an approval that nobody may give; certain, whoever else was not read. */
function isLockOut(alone: number, deciders: { count: number; atLeast: boolean }, people: PolicyPeople): boolean {
  const nobodyDecides = deciders.count === 0 && !deciders.atLeast;
  if (people.eligibleUnread.length > 0) return nobodyDecides;
  return alone > 0 && alone === people.eligible.length;
}

function approvalProblems(after: PolicySettings, people: PolicyPeople): PolicyProblem[] {
  const { approval } = after.activation;
  if (!approval.required) return [];
  if (approval.approvers.length === 0) return [{ id: "approvalWithoutApprovers", weight: "blocks", values: {} }];
  const approvers = approversOf(after, people);
  const behind = approvers.map((one) => one.people);
  const everybody = decidersFor("", behind);
  const counted = people.eligible.map((person) => ({ person, ...decidersFor(person.id, behind) }));
  const alone = counted.filter(({ count, atLeast }) => count === 0 && !atLeast).map(({ person }) => person);
  const problems: PolicyProblem[] = [];
  const values = { count: alone.length, names: named(alone), standing: people.standing, deciders: everybody.count };
  if (isLockOut(alone.length, everybody, people)) problems.push({ id: "lockOut", weight: "typed", values });
  else if (alone.length > 0) problems.push({ id: "onlyApproverIsRequester", weight: "warns", values });
  // Two people who can decide are enough for anybody; what was not read matters below that only.
  const mayBeAlone = counted.some(({ count }) => count === 0) || (everybody.count < 2 && people.eligibleUnread.length > 0);
  if (everybody.atLeast && (everybody.count === 0 || mayBeAlone)) {
    const unread = approvers.filter((one) => one.people.atLeast);
    problems.push({ id: "approversUnreadable", weight: "warns", values: { names: named(unread) } });
  }
  if (people.eligibleUnread.length > 0 && !everybody.atLeast && everybody.count === 1) {
    problems.push({ id: "eligibleUnreadable", weight: "warns", values: { names: people.eligibleUnread.join(", ") } });
  }
  const empty = approvers.filter((one) => one.people.people.length === 0 && !one.people.atLeast);
  if (empty.length > 0 && everybody.count + Number(everybody.atLeast) > 0) {
    problems.push({ id: "approversEmpty", weight: "warns", values: { names: named(empty) } });
  }
  return problems;
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
