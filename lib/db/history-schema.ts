import "server-only";
import { bigint, integer, pgTable, primaryKey, text, timestamp, uuid } from "drizzle-orm/pg-core";

const at = (name: string) => timestamp(name, { withTimezone: true, mode: "date", precision: 3 });

/** Append-only and chained. The columns after `hash` are generated from the payload, so they never disagree with it. */
export const historyEvent = pgTable(
  "history_event",
  {
    stream: text("stream").notNull(),
    seq: bigint("seq", { mode: "number" }).notNull(),
    payload: text("payload").notNull(),
    prev: text("prev").notNull(),
    hash: text("hash").notNull(),
    tenantId: text("tenant_id").generatedAlwaysAs("payload"),
    key: text("event_key").generatedAlwaysAs("payload"),
    at: text("event_at").generatedAlwaysAs("payload"),
    kind: text("kind").generatedAlwaysAs("payload"),
    track: text("track").generatedAlwaysAs("payload"),
    principalId: text("principal_id").generatedAlwaysAs("payload"),
    roleId: text("role_id").generatedAlwaysAs("payload"),
    scope: text("scope").generatedAlwaysAs("payload"),
    byId: text("by_id").generatedAlwaysAs("payload"),
    deciderId: text("decider_id").generatedAlwaysAs("payload"),
    search: text("search").generatedAlwaysAs("payload"),
    roleName: text("role_name").generatedAlwaysAs("payload"),
  },
  (table) => [primaryKey({ columns: [table.stream, table.seq] })],
);

/** What is believed to hold now: compared with each reading, so that an end without any trace is still noticed. */
export const historyHolding = pgTable(
  "history_holding",
  {
    tenantId: text("tenant_id").notNull(),
    id: text("id").notNull(),
    /** The reading that shows it: only a complete one of the same place can miss it. */
    seenFrom: text("seen_from").notNull(),
    assignmentName: text("assignment_name"),
    /** The event that began it, for the event that ends it. */
    facts: text("facts").notNull(),
    endsAt: at("ends_at"),
    lastSeen: at("last_seen"),
    missingSince: at("missing_since"),
    endedAt: at("ended_at"),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.id] })],
);

/** From when to when a source was read without a hole. */
export const historyWindow = pgTable(
  "history_window",
  {
    tenantId: text("tenant_id").notNull(),
    source: text("source").notNull(),
    scope: text("scope").notNull(),
    fromAt: at("from_at").notNull(),
    toAt: at("to_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.source, table.scope, table.fromAt] })],
);

/** One place of one source, when it is due, and how the last reading went. */
export const historyStep = pgTable(
  "history_step",
  {
    tenantId: text("tenant_id").notNull(),
    source: text("source").notNull(),
    scope: text("scope").notNull(),
    scopeName: text("scope_name").notNull(),
    /** Due time and lease in one. */
    due: at("due").notNull(),
    fence: bigint("fence", { mode: "number" }).notNull(),
    readAt: at("read_at"),
    carrierId: text("carrier_id"),
    carrierName: text("carrier_name"),
    problem: text("problem"),
    misses: integer("misses").notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.source, table.scope] })],
);

export const noticeOutbox = pgTable(
  "notice_outbox",
  {
    eventId: uuid("event_id").notNull(),
    target: text("target").notNull(),
    tenantId: text("tenant_id").notNull(),
    kind: text("kind").notNull(),
    subject: text("subject").notNull(),
    /** The body as it is sent, the same on every attempt. */
    body: text("body").notNull(),
    state: text("state").notNull(),
    createdAt: at("created_at").notNull(),
    /** Due time and lease in one. */
    notBefore: at("not_before").notNull(),
    giveUpAt: at("give_up_at").notNull(),
    attempts: integer("attempts").notNull(),
    fence: bigint("fence", { mode: "number" }).notNull(),
    lastAt: at("last_at"),
    lastStatus: integer("last_status"),
    lastError: text("last_error"),
    endedAt: at("ended_at"),
    /** A notice of an end is dropped when this holding is over before. */
    holding: text("holding"),
  },
  (table) => [primaryKey({ columns: [table.eventId, table.target] })],
);
