import type { FieldError } from "../errors";
import { MAX_RETRIES, NEVER_RETRIED } from "./retry";
import type { RolloutPlan, RolloutWindow, WaveSize } from "./types";
import { CAUSE_KINDS } from "./types";
import { isTimeZone, minuteOfDay, windowOpensAt } from "./window";

/**
 * What a plan may ask for. `waves` bounds both the sizes that are written down and the waves that they make. Machines at the same
 * time: every thousand under way costs one query of Resource Graph each 15 seconds, and the share that roll-outs have of one
 * person's quota (`GRAPH_PACE`) keeps three roll-outs of 5,000 in sight.
 */
export const PLAN_BOUNDS = {
  concurrency: { least: 1, most: 5_000 },
  waves: { least: 1, most: 50 },
  retryAfterMinutes: { least: 1, most: 1440 },
  pauseMinutes: { least: 1, most: 10_080 },
  giveUpAfterMinutes: { least: 30, most: 10_080 },
  machines: 10_000,
} as const;

export type PlannedWave = { number: number; kind: "canary" | "wave"; size: number };

/** A number of machines; percent is of `total`, rounded up, so that a percentage of some machines is never none. */
export function machinesOf(size: WaveSize, total: number): number {
  if (size.unit === "machines") return Math.max(0, Math.floor(size.value));
  // The small slip keeps 7 % of 100 at 7: the product is a little above it in binary.
  return Math.max(0, Math.ceil((total * size.value) / 100 - 1e-9));
}

/**
 * Waves of a plan over `total` machines: the canary first, then the sizes in order, the last one repeated until every machine is
 * in a wave. No wave is empty and the sizes add up to `total`. Percent is of all machines of the roll-out, canary included.
 * A plan without sizes makes one wave of what the canary leaves.
 */
export function planWaves(plan: Pick<RolloutPlan, "canary" | "waves">, total: number): PlannedWave[] {
  const waves: PlannedWave[] = [];
  let left = Math.max(0, Math.floor(total));
  const add = (kind: PlannedWave["kind"], wanted: number) => {
    const size = Math.min(left, Math.max(1, wanted));
    waves.push({ number: waves.length + 1, kind, size });
    left -= size;
  };
  const all = left;
  if (plan.canary > 0 && left > 0) add("canary", Math.floor(plan.canary));
  for (let index = 0; left > 0; index++) {
    const size = plan.waves[Math.min(index, plan.waves.length - 1)];
    add("wave", size === undefined ? left : machinesOf(size, all));
  }
  return waves;
}

/** Failures that a wave may have: beyond it the plan's answer follows. Percent is of the wave's machines, rounded down. */
export function allowedFailures(threshold: WaveSize, waveSize: number): number {
  if (threshold.unit === "machines") return Math.max(0, Math.floor(threshold.value));
  return Math.max(0, Math.floor((waveSize * threshold.value) / 100 + 1e-9));
}

/** Whether a wave has more failures than the plan allows, those that a person has accepted left out. */
export function isOverThreshold(threshold: WaveSize, wave: { size: number; accepted: number }, failures: number): boolean {
  return failures - wave.accepted > allowedFailures(threshold, wave.size);
}

type Range = { least: number; most: number };

/** What stands at a number of the plan that is outside its bounds, in the form and in the answer to a request alike. */
export function boundSentence(what: string, range: Range): string {
  return `${what} must be a whole number from ${range.least} to ${range.most}.`;
}

/** The numbers that have bounds of their own, by the words that name them. */
export const BOUNDED = {
  pauseMinutes: "The pause in minutes",
  concurrency: "The number of machines at the same time",
  retryAfterMinutes: "The wait before a further attempt",
  giveUpAfterMinutes: "The minutes after which to give up",
} as const;

function whole(field: string, value: number, range: Range, what: string): FieldError[] {
  if (Number.isInteger(value) && value >= range.least && value <= range.most) return [];
  return [{ field, message: boundSentence(what, range) }];
}

function bounded(field: string, value: number, of: keyof typeof BOUNDED): FieldError[] {
  return whole(field, value, PLAN_BOUNDS[of], BOUNDED[of]);
}

function sizeErrors(field: string, size: WaveSize, least: number, what: string): FieldError[] {
  if (size.unit === "machines") return whole(field, size.value, { least, most: PLAN_BOUNDS.machines }, what);
  if (size.value >= least && size.value <= 100) return [];
  return [{ field, message: `${what} must be a percentage from ${least} to 100.` }];
}

function waveErrors(plan: RolloutPlan, total: number): FieldError[] {
  const { least, most } = PLAN_BOUNDS.waves;
  if (plan.waves.length < least || plan.waves.length > most) {
    return [{ field: "plan.waves", message: `Write down ${least} to ${most} wave sizes; the last one repeats.` }];
  }
  const errors = plan.waves.flatMap((size, index) => sizeErrors(`plan.waves.${index}`, size, 1, "The size of a wave"));
  if (errors.length > 0) return errors;
  const made = planWaves(plan, total).filter((wave) => wave.kind === "wave").length;
  if (made <= most) return [];
  return [
    { field: "plan.waves", message: `${total} machines would make ${made} waves; ${most} is the most. Make waves larger.` },
  ];
}

function windowErrors(window: RolloutWindow | null): FieldError[] {
  if (window === null) return [];
  const errors: FieldError[] = [];
  const days = new Set(window.days);
  if (
    days.size === 0 ||
    days.size !== window.days.length ||
    window.days.some((day) => !Number.isInteger(day) || day < 1 || day > 7)
  ) {
    errors.push({ field: "plan.window.days", message: "Choose at least one day, each once: 1 is Monday, 7 is Sunday." });
  }
  for (const side of ["from", "to"] as const) {
    if (minuteOfDay(window[side]) === null) {
      errors.push({ field: `plan.window.${side}`, message: "Write the time as HH:mm, from 00:00 to 23:59." });
    }
  }
  if (!isTimeZone(window.timeZone)) {
    errors.push({ field: "plan.window.timeZone", message: "Choose a time zone by its IANA name, for example Europe/Berlin." });
  }
  return errors;
}

function retryErrors(retries: RolloutPlan["retries"]): FieldError[] {
  return Object.entries(retries).flatMap(([cause, count]) => {
    const field = `plan.retries.${cause}`;
    const known = CAUSE_KINDS.find((kind) => kind === cause);
    if (known === undefined) return [{ field, message: "The portal knows no such cause." }];
    if (NEVER_RETRIED.includes(known) && count !== 0) {
      return [{ field, message: "Trying again cannot mend this cause. Leave it at 0." }];
    }
    return whole(field, count, { least: 0, most: MAX_RETRIES }, "The number of further attempts");
  });
}

function offlineErrors(plan: RolloutPlan, now: Date): FieldError[] {
  if (plan.offline.kind === "skip") return [];
  const until = Date.parse(plan.offline.until);
  if (Number.isNaN(until)) return [{ field: "plan.offline.until", message: "Write the time as ISO 8601." }];
  if (until <= now.getTime()) return [{ field: "plan.offline.until", message: "This time has passed. Choose a later one." }];
  const opens = windowOpensAt(plan.window, now);
  if (opens !== null && opens.getTime() >= until) {
    return [{ field: "plan.offline.until", message: "The window does not open before this time." }];
  }
  return [];
}

/**
 * Everything that is wrong with a plan for `total` machines, by field, in the order of the form. Empty = it can be stored. Fields
 * are named as in the body of the start request ("plan.window.days").
 */
export function planErrors(plan: RolloutPlan, total: number, now: Date): FieldError[] {
  const broken = windowErrors(plan.window);
  return [
    ...whole("plan.canary", plan.canary, { least: 0, most: PLAN_BOUNDS.machines }, "The number of canary machines"),
    ...waveErrors(plan, total),
    ...(plan.pause.kind === "minutes" ? bounded("plan.pause.minutes", plan.pause.minutes, "pauseMinutes") : []),
    ...bounded("plan.concurrency", plan.concurrency, "concurrency"),
    ...sizeErrors("plan.threshold", plan.threshold, 0, "The number of failures"),
    ...retryErrors(plan.retries),
    ...bounded("plan.retryAfterMinutes", plan.retryAfterMinutes, "retryAfterMinutes"),
    ...broken,
    ...(broken.length > 0 ? [] : offlineErrors(plan, now)),
    ...bounded("plan.giveUpAfterMinutes", plan.giveUpAfterMinutes, "giveUpAfterMinutes"),
  ];
}
