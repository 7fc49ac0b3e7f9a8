import type { GivenRule } from "../policy";

/** How long an eligibility or a time-bound assignment is given. Minutes count from its start. */
export type EndChoice = { kind: "none" } | { kind: "at"; endsAt: string } | { kind: "after"; minutes: number };

/** Shortest assignment that Azure takes. Source: PIM, assign Azure resource roles. */
export const SHORTEST_MINUTES = 5;

export const SCHEDULE_PROBLEM_IDS = [
  "endRequired",
  "tooLong",
  "tooShort",
  "endUnreadable",
  "startUnreadable",
  "startInPast",
  "justificationMissing",
  "ticketMissing",
  "policyUnknown",
] as const;
export type ScheduleProblemId = (typeof SCHEDULE_PROBLEM_IDS)[number];
export type ScheduleProblem = {
  id: ScheduleProblemId;
  field: "end" | "startsAt" | "justification" | "ticket";
  blocks: boolean;
  values: Record<string, string | number>;
};

export type ScheduleForm = {
  /** null = now. */
  startsAt: string | null;
  end: EndChoice;
  justification: string;
  ticketNumber: string;
};

/** Minutes from start to end; null = without end. NaN when the times cannot be read. */
export function lengthMinutes(form: Pick<ScheduleForm, "startsAt" | "end">, now: Date): number | null {
  if (form.end.kind === "none") return null;
  if (form.end.kind === "after") return form.end.minutes;
  const from = form.startsAt === null ? now.getTime() : Date.parse(form.startsAt);
  return (Date.parse(form.end.endsAt) - from) / 60_000;
}

function endProblems(form: ScheduleForm, rule: GivenRule | null, now: Date): ScheduleProblem[] {
  const minutes = lengthMinutes(form, now);
  const problem = (id: ScheduleProblemId, values: Record<string, string | number> = {}): ScheduleProblem[] => [
    { id, field: "end", blocks: true, values },
  ];
  const max = rule?.maxMinutes ?? null;
  if (minutes === null) return rule?.endRequired === true ? problem("endRequired", max === null ? {} : { minutes: max }) : [];
  if (Number.isNaN(minutes)) return problem("endUnreadable");
  if (minutes < SHORTEST_MINUTES) return problem("tooShort", { minutes: SHORTEST_MINUTES });
  if (rule?.endRequired === true && max !== null && minutes > max) return problem("tooLong", { minutes: max });
  return [];
}

/** The longest end that a rule takes: the choice to begin a form with. */
export function longestEnd(rule: GivenRule | null): EndChoice {
  if (rule === null || !rule.endRequired) return { kind: "none" };
  return { kind: "after", minutes: rule.maxMinutes ?? 365 * 1_440 };
}

/**
 * What is wrong with a form against the rules of the policy for what administrators give; null = the policy could not be read,
 * then Azure decides. A maximum counts only where an end is required. Source: PIM role settings, assignment duration.
 */
export function scheduleProblems(form: ScheduleForm, rule: GivenRule | null, now: Date): ScheduleProblem[] {
  const problems: ScheduleProblem[] = [];
  const start = form.startsAt === null ? null : Date.parse(form.startsAt);
  if (start !== null && Number.isNaN(start)) {
    problems.push({ id: "startUnreadable", field: "startsAt", blocks: true, values: {} });
  } else {
    if (start !== null && start < now.getTime() - 5 * 60_000) {
      problems.push({ id: "startInPast", field: "startsAt", blocks: true, values: {} });
    }
    problems.push(...endProblems(form, rule, now));
  }
  if (form.justification.trim() === "" && rule?.justification === true) {
    problems.push({ id: "justificationMissing", field: "justification", blocks: true, values: {} });
  }
  if (form.ticketNumber.trim() === "" && rule?.ticket === true) {
    problems.push({ id: "ticketMissing", field: "ticket", blocks: true, values: {} });
  }
  if (rule === null) problems.push({ id: "policyUnknown", field: "end", blocks: false, values: {} });
  return problems;
}
