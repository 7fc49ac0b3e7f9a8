import type { PimPrincipal, PimTicket } from "../elevation/write-api";

export const NOTICE_KINDS = ["needsApproval", "decided", "activated", "endsSoon", "test"] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

/** json: the portal's own signed webhook. teams: a card for a channel of Microsoft Teams. */
export const NOTICE_TARGETS = ["json", "teams"] as const;
export type NoticeTarget = (typeof NOTICE_TARGETS)[number];

/**
 * waiting: to be sent, for the first time or again. sending: on the wire. delivered: the receiver answered 2xx. givenUp: not
 * taken within a day. dropped: no longer true, for example the activation ended before the notice of its end was due.
 */
export const NOTICE_STATES = ["waiting", "sending", "delivered", "givenUp", "dropped"] as const;
export type NoticeState = (typeof NOTICE_STATES)[number];

/** What there is to say, before it is made into a body. */
export type Notice = {
  kind: NoticeKind;
  /** Names the fact; the same fact has the same event id, whoever finds it first. */
  fact: string;
  at: string;
  person: PimPrincipal | null;
  role: { id: string; name: string } | null;
  scope: { id: string; name: string } | null;
  startsAt: string | null;
  endsAt: string | null;
  decision: "approved" | "denied" | null;
  decidedBy: PimPrincipal | null;
  reason: string;
  justification: string;
  ticket: PimTicket | null;
  /** Where in the portal to go on, as a path. */
  path: string | null;
  /** Not before this moment of Azure's clock; null = at once. */
  dueAt: string | null;
  /** The activation whose end it is about. */
  holding: string | null;
};

/** Body of the generic webhook, version 1. Fields are added, never changed. */
export type NoticeBody = {
  id: string;
  type: `arcwarden.elevation.${NoticeKind}`;
  version: 1;
  tenantId: string;
  at: string;
  title: string;
  text: string;
  person: { id: string; name: string } | null;
  role: { id: string; name: string } | null;
  scope: { id: string; name: string } | null;
  startsAt: string | null;
  endsAt: string | null;
  decision: "approved" | "denied" | null;
  decidedBy: { id: string; name: string } | null;
  reason: string;
  justification: string;
  ticket: PimTicket | null;
  link: string | null;
};
