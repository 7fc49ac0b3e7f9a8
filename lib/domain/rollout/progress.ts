import type { Durations } from "./durations";
import { durationsOf } from "./durations";
import { ROLLOUT_PACE } from "./pace";
import type { RolloutPlan, RolloutState, WaveState } from "./types";
import { windowClosesAt, windowOpensAt } from "./window";

/** A wave as the forecast sees it. */
export type ForecastWave = { number: number; state: WaveState; dueAt: Date | null; queued: number };

export type EtaInput = {
  state: RolloutState;
  /** What it waits for, whatever the word; null = nothing but Azure. */
  waitingFor: string | null;
  plan: Pick<RolloutPlan, "concurrency" | "pause" | "window">;
  waves: readonly ForecastWave[];
  /** Queued machines of each subscription. */
  queuedPerSubscription: readonly number[];
  /** All machines, and those that have ended. */
  total: number;
  ended: number;
  /** Seconds from sending to the end, of machines that have ended after something was sent; a sample will do. */
  durations: readonly number[];
  /** Seconds since sending, of every machine under way. */
  ages: readonly number[];
  now: Date;
};

export type Eta = { at: Date | null; reason: "tooEarly" | "waiting" | "ended" | null };

/** Fewer ends than these tell nothing about the rest. */
const LEAST_ENDED = 5;
const LEAST_PART = 0.1;
/** Shares spread evenly over 0 to 1 without a pattern: multiples of the golden ratio. */
const GOLDEN = 0.618_033_988_749_895;

/** Ends of the machines under way, kept as a heap: the earliest first. */
class Ends {
  private readonly items: number[] = [];

  get size(): number {
    return this.items.length;
  }

  push(value: number): void {
    this.items.push(value);
    let child = this.items.length - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (this.at(parent) <= this.at(child)) return;
      this.swap(parent, child);
      child = parent;
    }
  }

  pop(): number | null {
    const [first] = this.items;
    const last = this.items.pop();
    if (first === undefined || last === undefined) return null;
    if (this.items.length === 0) return first;
    this.items[0] = last;
    let parent = 0;
    for (;;) {
      const left = 2 * parent + 1;
      if (left >= this.items.length) return first;
      const right = left + 1;
      const child = right < this.items.length && this.at(right) < this.at(left) ? right : left;
      if (this.at(parent) <= this.at(child)) return first;
      this.swap(parent, child);
      parent = child;
    }
  }

  private at(index: number): number {
    return this.items[index] ?? Number.POSITIVE_INFINITY;
  }

  private swap(a: number, b: number): void {
    const kept = this.at(a);
    this.items[a] = this.at(b);
    this.items[b] = kept;
  }
}

/** Tokens of the write bucket, with the share of the subscription that has most machines to come. */
class Tokens {
  private tokens: number;
  private at = 0;
  private readonly burst: number;
  private readonly perSecond: number;

  constructor(perSubscription: readonly number[], full: boolean) {
    const all = perSubscription.reduce((sum, one) => sum + one, 0);
    const share = all === 0 ? 1 : all / Math.max(...perSubscription);
    this.burst = ROLLOUT_PACE.burst * share;
    this.perSecond = ROLLOUT_PACE.perSecond * share;
    this.tokens = full ? this.burst : 0;
  }

  /** Second at which the next request can be sent, not before `earliest`; takes the token. */
  take(earliest: number): number {
    this.tokens = Math.min(this.burst, this.tokens + Math.max(0, earliest - this.at) * this.perSecond);
    const wait = this.tokens >= 1 ? 0 : (1 - this.tokens) / this.perSecond;
    this.at = Math.max(this.at, earliest) + wait;
    this.tokens = this.tokens + wait * this.perSecond - 1;
    return this.at;
  }
}

/** Second (from now) at which the window lets something be sent, not before `second`. */
function sendable(input: EtaInput, cache: { opens: number; closes: number }, second: number): number {
  const { window } = input.plan;
  if (window === null) return second;
  if (second >= cache.opens && second < cache.closes) return second;
  const start = input.now.getTime();
  const opens = windowOpensAt(window, new Date(start + second * 1000));
  if (opens === null) return second;
  cache.opens = (opens.getTime() - start) / 1000;
  const closes = windowClosesAt(window, opens);
  cache.closes = closes === null ? Number.POSITIVE_INFINITY : (closes.getTime() - start) / 1000;
  return Math.max(second, cache.opens);
}

/** Plays the rest of the roll-out with the durations that were seen, and answers the second at which it ends. */
function forecast(input: EtaInput, durations: Durations): number {
  const ends = new Ends();
  for (const [index, age] of input.ages.entries()) {
    const passed = durations.share(age);
    const share = passed + (1 - passed) * ((index + 0.5) / input.ages.length);
    ends.push(Math.max(1, durations.quantile(share) - age));
  }
  const tokens = new Tokens(input.queuedPerSubscription, input.ages.length >= input.plan.concurrency);
  const window = { opens: 0, closes: 0 };
  const waves = input.state === "canceling" ? [] : input.waves.filter((wave) => wave.queued > 0);
  const ordered = [...waves].sort((a, b) => a.number - b.number);
  let second = 0;
  let sent = 0;
  for (const wave of ordered) {
    if (wave.state === "pending" || wave.state === "awaitingGo") {
      for (let end = ends.pop(); end !== null; end = ends.pop()) second = Math.max(second, end);
      const pause = input.plan.pause.kind === "minutes" && second > 0 ? input.plan.pause.minutes * 60 : 0;
      const due = wave.dueAt === null ? second + pause : (wave.dueAt.getTime() - input.now.getTime()) / 1000;
      second = Math.max(second, due);
    }
    for (let queued = wave.queued; queued > 0; queued--) {
      if (ends.size >= input.plan.concurrency) second = Math.max(second, ends.pop() ?? second);
      second = tokens.take(sendable(input, window, second));
      sent += 1;
      ends.push(second + durations.quantile((sent * GOLDEN) % 1));
    }
  }
  for (let end = ends.pop(); end !== null; end = ends.pop()) second = Math.max(second, end);
  return second;
}

/**
 * When the roll-out ends at the present pace. The rest is played through with waves, pauses, window, concurrency and ARM's bucket,
 * and with durations like those seen so far; machines under way count with the time that they have already taken. Null with the
 * reason before a tenth of the machines has ended, and while it waits for a person. Goes that people still have to say are taken
 * as said at once, and automatic retries are not foreseen.
 */
export function etaOf(input: EtaInput): Eta {
  if (input.state === "finished" || input.state === "canceled") return { at: null, reason: "ended" };
  const stands = input.state === "paused" || input.state === "held";
  const person = input.waitingFor !== null && input.waitingFor !== "pause" && input.waitingFor !== "window";
  if (stands || person) return { at: null, reason: "waiting" };
  if (input.durations.length < LEAST_ENDED || input.ended < input.total * LEAST_PART) return { at: null, reason: "tooEarly" };
  const seconds = forecast(input, durationsOf(input.durations, input.ages));
  return { at: new Date(input.now.getTime() + seconds * 1000), reason: null };
}
