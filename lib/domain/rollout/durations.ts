/**
 * How long machines take, learnt from those that have ended and from those still under way. A machine that has been at it for
 * eight minutes says as much as one that ended after eight: leaving it out would make every estimate too early (Kaplan and Meier,
 * "Nonparametric Estimation from Incomplete Observations", 1958).
 */
export type Durations = {
  /** Seconds within which the part `share` (0 to 1) of the machines ends. */
  quantile(share: number): number;
  /** Part of the machines that ends within these seconds. */
  share(seconds: number): number;
};

type Step = { seconds: number; share: number };

/** Steps of the distribution; the last ones, which hardly any machine vouches for, are left out. */
function steps(ended: readonly number[], underWay: readonly number[]): Step[] {
  const events = [
    ...ended.map((seconds) => ({ seconds, ended: true })),
    ...underWay.map((seconds) => ({ seconds, ended: false })),
  ];
  events.sort((a, b) => a.seconds - b.seconds || Number(b.ended) - Number(a.ended));
  const made: Step[] = [{ seconds: 0, share: 0 }];
  const enough = underWay.length === 0 ? 1 : Math.min(10, Math.ceil(events.length / 10));
  let alive = 1;
  for (const [index, event] of events.entries()) {
    const atRisk = events.length - index;
    if (!event.ended || (atRisk < enough && made.length > 1)) continue;
    alive *= 1 - 1 / atRisk;
    made.push({ seconds: event.seconds, share: 1 - alive });
  }
  return made;
}

/** Seconds per share of a straight line through the steps (least squares); the first tenth, mostly a start-up time, does not count. */
function steepness(made: readonly Step[], last: Step): number {
  const used = made.filter((step) => step.share >= last.share / 10);
  const mean = (of: (step: Step) => number) => used.reduce((sum, step) => sum + of(step), 0) / used.length;
  const [share, seconds] = [mean((step) => step.share), mean((step) => step.seconds)];
  const spread = mean((step) => (step.share - share) ** 2);
  return spread === 0 ? 0 : Math.max(0, mean((step) => (step.share - share) * (step.seconds - seconds)) / spread);
}

function between(made: readonly Step[], key: "share" | "seconds", value: number): { low: Step; high: Step } | null {
  let [from, to] = [0, made.length - 1];
  const last = made[to];
  if (last === undefined || value > last[key]) return null;
  while (to - from > 1) {
    const middle = (from + to) >> 1;
    if ((made[middle]?.[key] ?? 0) < value) from = middle;
    else to = middle;
  }
  const [low, high] = [made[from], made[to]];
  return low === undefined || high === undefined ? null : { low, high };
}

function mix(at: number, from: number, to: number, low: number, high: number): number {
  return to === from ? high : low + ((at - from) / (to - from)) * (high - low);
}

/**
 * The distribution of durations; at least one machine must have ended. Beyond the longest one seen it goes on as steeply as
 * before.
 */
export function durationsOf(ended: readonly number[], underWay: readonly number[]): Durations {
  const made = steps(ended, underWay);
  const last = made.at(-1) ?? { seconds: 0, share: 0 };
  const perShare = steepness(made, last);
  return {
    quantile: (share) => {
      const found = between(made, "share", share);
      if (found === null) return last.seconds + (share - last.share) * perShare;
      return mix(share, found.low.share, found.high.share, found.low.seconds, found.high.seconds);
    },
    share: (seconds) => {
      const found = between(made, "seconds", seconds);
      if (found !== null) return mix(seconds, found.low.seconds, found.high.seconds, found.low.share, found.high.share);
      return perShare === 0 ? 1 : Math.min(0.999, last.share + (seconds - last.seconds) / perShare);
    },
  };
}
