import { type PolicyPeople, type PolicyProblem, policyProblems } from "./policy-preflight";
import { type FieldDifference, type PolicySettings, policyDifferences } from "./policy-settings";

export type CloneTarget = { key: string; settings: PolicySettings; people: PolicyPeople };

/** unchanged: asks for the same already, nothing is sent. ready, confirm (typed words) and blocked: by its gravest problem. */
export type CloneVerdict = "unchanged" | "ready" | "confirm" | "blocked";
export type CloneItem = { key: string; differences: FieldDifference[]; problems: PolicyProblem[]; verdict: CloneVerdict };

function verdictOf(differences: readonly FieldDifference[], problems: readonly PolicyProblem[]): CloneVerdict {
  if (differences.length === 0) return "unchanged";
  if (problems.some(({ weight }) => weight === "blocks")) return "blocked";
  return problems.some(({ weight }) => weight === "typed") ? "confirm" : "ready";
}

/** What copying settings onto each target would change there and what speaks against it, each target by its own people. */
export function clonePlan(wanted: PolicySettings, targets: readonly CloneTarget[]): CloneItem[] {
  return targets.map(({ key, settings, people }) => {
    const differences = policyDifferences(settings, wanted);
    const problems = differences.length === 0 ? [] : policyProblems(wanted, people);
    return { key, differences, problems, verdict: verdictOf(differences, problems) };
  });
}
