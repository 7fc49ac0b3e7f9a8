import type { NoticeKind, NoticeState, NoticeTarget } from "./types";

export type NoticeDelivery = {
  eventId: string;
  target: NoticeTarget;
  kind: NoticeKind;
  subject: string;
  state: NoticeState;
  createdAt: string;
  attempts: number;
  lastAt: string | null;
  lastStatus: number | null;
  lastError: string | null;
  /** When it is sent next; null when it is over. */
  nextAt: string | null;
};

/** GET /api/notices. Addresses are not shown: only the host, because the rest may be a secret. */
export type NoticesView = {
  targets: { target: NoticeTarget; host: string | null }[];
  counts: Record<NoticeState, number>;
  deliveries: NoticeDelivery[];
  asOf: string;
};

/** POST /api/notices/test and /api/notices/retry */
export type NoticeQueued = { eventId: string | null; queued: number };
