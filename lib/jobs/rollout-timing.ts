import "server-only";

/** Times of the roll-out engine in milliseconds, counts where the name says so. */
export type RolloutTiming = {
  /** Longer than any single call may take, so that a lease never ends under a request that is still on the wire. */
  leaseMs: number;
  /** Nothing is sent when less than this is left of the lease. */
  sendMarginMs: number;
  /** Pause between two rounds while there is work, while there is none, and while no roll-out is open at all. */
  roundMs: number;
  idleMs: number;
  restMs: number;
  /** Requests on the wire at the same time, per process. */
  lanes: number;
  /** Tasks for which one status query asks at most. */
  batch: number;
  firstStatusMs: number;
  statusMs: number;
  slowStatusMs: number;
  /** Due times of status queries and checks are rounded up to this, so that one query serves many machines. */
  gridMs: number;
  /** A request that got no answer may still arrive: Azure is asked only after this, and after twice as long each further time. */
  firstLookMs: number;
  /** A task that another writer keeps off its machine. */
  busyMs: number;
  throttledMs: number;
  /** A sign-in that was refused may come back without anybody telling this process. */
  signInMs: number;
  offlineMs: number;
  /** How often "nobody can sign in yet" is believed to be delay: a device object and a role need time to show. */
  checks: number;
  checkMs: number;
  /** How often Resource Graph may say nothing before the machine itself is asked. */
  missesBeforeLook: number;
  /** How often the machine itself may show nothing of ours before that is the result. */
  missesBeforeEnd: number;
  /** A machine is given up after this many requests without an answer, and not before this much time has passed. */
  unanswered: number;
  silenceMs: number;
  /** Looks at a removal before it is given up. */
  removalLooks: number;
  /** Several instances: another one may hold the sign-in, so only what is overdue by this much waits for a person. */
  unattendedMs: number;
  /** How often the waves of an open roll-out are looked at although nothing happened here. */
  decideMs: number;
};

export const ROLLOUT_TIMING: RolloutTiming = {
  leaseMs: 180_000,
  sendMarginMs: 45_000,
  roundMs: 250,
  idleMs: 1_000,
  restMs: 5_000,
  lanes: 48,
  batch: 1_000,
  firstStatusMs: 10_000,
  statusMs: 15_000,
  slowStatusMs: 60_000,
  gridMs: 5_000,
  firstLookMs: 5_000,
  busyMs: 15_000,
  throttledMs: 10_000,
  signInMs: 60_000,
  offlineMs: 300_000,
  checks: 6,
  checkMs: 20_000,
  missesBeforeLook: 3,
  missesBeforeEnd: 6,
  unanswered: 8,
  silenceMs: 600_000,
  removalLooks: 40,
  unattendedMs: 30_000,
  decideMs: 5_000,
};

/** Beat of the questions for states and of the checks, when the first question comes so soon after a request. */
export function timingOf(firstStatusSeconds: number): Partial<RolloutTiming> {
  const factor = (firstStatusSeconds * 1000) / ROLLOUT_TIMING.firstStatusMs;
  const scaled = (name: "firstStatusMs" | "statusMs" | "gridMs" | "checkMs") => Math.round(ROLLOUT_TIMING[name] * factor);
  return {
    firstStatusMs: scaled("firstStatusMs"),
    statusMs: scaled("statusMs"),
    gridMs: scaled("gridMs"),
    checkMs: scaled("checkMs"),
  };
}

const LONGEST_LOOK_MS = 300_000;

/** When Azure is asked about a request without an answer: the more of them, the longer it is given. */
export function lookDueAt(timing: RolloutTiming, now: Date, unanswered: number): Date {
  return new Date(now.getTime() + Math.min(timing.firstLookMs * 2 ** Math.max(0, unanswered - 1), LONGEST_LOOK_MS));
}

const SLOW_AFTER_MS = 3_600_000;
const RETRY_AFTER_LIMIT_MS = 600_000;

/** The next point of the grid that is not before `ms` from now. */
export function gridded(now: Date, ms: number, gridMs: number): Date {
  const at = now.getTime() + ms;
  return new Date(gridMs <= 1 ? at : Math.ceil(at / gridMs) * gridMs);
}

/** When an accepted request is looked at next: what Azure asked for first, then a steady beat, a slow one after an hour. */
export function statusDueAt(
  timing: RolloutTiming,
  args: { now: Date; acceptedAt: Date | null; first: boolean; retryAfterSeconds?: number | null },
): Date {
  const asked = Math.min((args.retryAfterSeconds ?? 0) * 1000, RETRY_AFTER_LIMIT_MS);
  const ageMs = args.acceptedAt === null ? 0 : args.now.getTime() - args.acceptedAt.getTime();
  const usual = args.first ? timing.firstStatusMs : ageMs > SLOW_AFTER_MS ? timing.slowStatusMs : timing.statusMs;
  return gridded(args.now, args.first ? Math.max(asked, usual) : usual, timing.gridMs);
}
