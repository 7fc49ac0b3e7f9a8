import "server-only";
import type { Database } from "@/lib/db/database";
import { claimNotices, endStillPlanned, finishNotice, freeNoticeLeases, type NoticeRow } from "@/lib/db/notices";
import { judgeAnswer, waitBeforeAttempt } from "@/lib/domain/notices/retry";
import type { NoticeTarget } from "@/lib/domain/notices/types";
import type { RunnerLog } from "./operation-record";
import { RoundLoop } from "./round-loop";

/** Longer than any attempt may take; after it another process may send the same event id again. */
const LEASE_MS = 60_000;
const BATCH = 8;
const IDLE_MS = 1_000;

export type NoticeAnswer = { status: number; retryAfterMs: number | null };

/** How a notice reaches a target. Throws with a sentence when there was no answer. */
export type NoticeTransport = {
  /** Targets that are configured. */
  targets: readonly NoticeTarget[];
  send(notice: { eventId: string; kind: string; target: NoticeTarget; body: string; attempt: number }): Promise<NoticeAnswer>;
};

export type NoticeSenderArgs = {
  db: Database;
  transport: NoticeTransport;
  now: () => Date;
  log: RunnerLog;
  random?: () => number;
  idleMs?: number;
};

/**
 * Carries notices from the outbox to their receivers. Each attempt carries the same event id; a process that is killed
 * between the answer and its note of it sends that id once more, which is the only case in which a taken notice comes twice.
 */
export class NoticeSender {
  private readonly args: NoticeSenderArgs;
  private readonly loop = new RoundLoop(() => this.round());

  constructor(args: NoticeSenderArgs) {
    this.args = args;
  }

  async start(): Promise<void> {
    const { db, now, transport } = this.args;
    if (transport.targets.length === 0) return;
    if (db.engine === "embedded") await freeNoticeLeases(db, now());
    this.loop.start();
  }

  async stop(): Promise<void> {
    await this.loop.stop();
  }

  /** Looks at once instead of after the pause. */
  wake(): void {
    this.loop.nudge();
  }

  /** One round: claim what is due and send it. Gives back how many were sent. Public for tests with a fake clock. */
  async tick(): Promise<number> {
    const { db, transport } = this.args;
    const now = this.args.now();
    const leaseUntil = new Date(now.getTime() + LEASE_MS);
    const rows = await claimNotices(db, { now, leaseUntil, limit: BATCH, targets: transport.targets });
    await Promise.all(rows.map((row) => this.deliver(row)));
    return rows.length;
  }

  private async deliver(row: NoticeRow): Promise<void> {
    const { db, transport, log } = this.args;
    if (!(await endStillPlanned(db, row))) {
      const at = this.args.now();
      await finishNotice(db, row, { state: "dropped", lastAt: at, lastStatus: null, lastError: null, endedAt: at });
      return;
    }
    const { eventId, kind, target, body, attempts } = row;
    try {
      const answer = await transport.send({ eventId, kind, target, body, attempt: attempts });
      await this.note(row, answer, null);
    } catch (error) {
      const reason = error instanceof Error ? error.message : "no answer";
      log.warn("notice.no_answer", { kind, reason, attempt: attempts });
      await this.note(row, null, reason);
    }
  }

  private async note(row: NoticeRow, answer: NoticeAnswer | null, reason: string | null): Promise<void> {
    const { db, random = Math.random, log } = this.args;
    const at = this.args.now();
    const verdict = answer === null ? "again" : judgeAnswer(answer.status);
    const common = { lastAt: at, lastStatus: answer?.status ?? null };
    if (verdict === "delivered") {
      await finishNotice(db, row, { ...common, state: "delivered", lastError: null, endedAt: at });
      return;
    }
    const said =
      reason ??
      (verdict === "never"
        ? "The receiver answered with a redirect, which is never followed."
        : `The receiver answered HTTP ${answer?.status}.`);
    const waitMs = waitBeforeAttempt({ attempts: row.attempts, random: random(), retryAfterMs: answer?.retryAfterMs ?? null });
    const again = new Date(at.getTime() + waitMs);
    if (verdict === "never" || again > row.giveUpAt) {
      log.warn("notice.given_up", { kind: row.kind, attempt: row.attempts, status: answer?.status ?? null });
      await finishNotice(db, row, { ...common, state: "givenUp", lastError: said, endedAt: at });
      return;
    }
    await finishNotice(db, row, { ...common, state: "waiting", notBefore: again, lastError: said, endedAt: null });
  }

  private async round(): Promise<number> {
    let sent = 0;
    try {
      sent = await this.tick();
    } catch (error) {
      this.args.log.error("notice.round_failed", error);
    }
    return sent >= BATCH ? 0 : (this.args.idleMs ?? IDLE_MS);
  }
}
