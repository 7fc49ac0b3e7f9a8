import { openDatabase } from "@/lib/db/database";
import { enqueueNotices } from "@/lib/db/notices";
import type { Notice } from "@/lib/domain/notices/types";
import { NoticeSender } from "./notice-sender";

/** A portal process for the kill test: puts notices into the outbox once and sends them to the parent. */

const [dataDir = "", receiver = "", count = "0"] = process.argv.slice(2);
/** Time runs faster here, so that waiting between attempts does not make the test slow. */
const SPEED = 200;
const startedAt = Date.now();
const now = () => new Date(startedAt + (Date.now() - startedAt) * SPEED);
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

function notice(number: number): Notice {
  return {
    kind: "activated",
    fact: `activated/${number}`,
    at: new Date(0).toISOString(),
    person: null,
    role: null,
    scope: null,
    startsAt: null,
    endsAt: null,
    decision: null,
    decidedBy: null,
    reason: "",
    justification: "",
    ticket: null,
    path: null,
    dueAt: null,
    holding: null,
  };
}

const db = await openDatabase({ dataDir });
const notices = Array.from({ length: Number(count) }, (_, number) => notice(number));
await db.session.transaction((tx) =>
  enqueueNotices(tx, { tenantId: "t1", notices, targets: ["json"], origin: null, now: now() }),
);
const transport = {
  targets: ["json"] as const,
  send: async ({ eventId, body }: { eventId: string; body: string }) => {
    const response = await fetch(receiver, {
      method: "POST",
      headers: { "x-arcwarden-event-id": eventId },
      body,
      signal: AbortSignal.timeout(150),
    });
    await response.body?.cancel();
    return { status: response.status, retryAfterMs: null };
  },
};
const sender = new NoticeSender({ db, transport, now, log: quiet, idleMs: 10 });
process.stdout.write("begin\n");
await sender.start();
for (;;) {
  const open = await db.session.execute("select 1 from notice_outbox where ended_at is null");
  if ((open as unknown as { rows: unknown[] }).rows.length === 0) break;
  await new Promise((resolve) => setTimeout(resolve, 20));
}
await sender.stop();
await db.close();
