import "server-only";
import { bigint, bigserial, integer, pgTable, primaryKey, text, timestamp, uuid } from "drizzle-orm/pg-core";

const at = (name: string) => timestamp(name, { withTimezone: true, mode: "date", precision: 3 });
const count = (name: string) => integer(name).notNull().default(0);

export const rollout = pgTable("rollout", {
  id: uuid("id").primaryKey(),
  tenantId: text("tenant_id").notNull(),
  name: text("name").notNull(),
  kind: text("kind").notNull(),
  state: text("state").notNull(),
  stateReason: text("state_reason"),
  waitingFor: text("waiting_for"),
  /** Where the list of machines came from, in words: a filter, a selection, a scope. */
  describedAs: text("described_as").notNull(),
  /** JSON of Work and RolloutPlan. */
  work: text("work").notNull(),
  plan: text("plan").notNull(),
  requestHash: text("request_hash").notNull(),
  actsAs: text("acts_as").notNull(),
  operatorObjectId: text("operator_object_id").notNull(),
  operatorName: text("operator_name").notNull(),
  /** Whose delegated token carries the calls now. */
  carrierObjectId: text("carrier_object_id").notNull(),
  carrierName: text("carrier_name").notNull(),
  /** Claims that Azure demanded of the carrier's sign-in, never a token, and when that sign-in was issued. */
  demandClaims: text("demand_claims"),
  demandIssuedAt: at("demand_issued_at"),
  traceId: text("trace_id").notNull(),
  total: integer("total").notNull(),
  /** Number of the current wave. */
  wave: integer("wave").notNull().default(1),
  /** Of the one grant at a scope: null, "done" or a JSON failure. */
  grantState: text("grant_state"),
  fence: bigint("fence", { mode: "number" }).notNull().default(0),
  notBefore: at("not_before").notNull(),
  createdAt: at("created_at").notNull(),
  updatedAt: at("updated_at").notNull(),
  endedAt: at("ended_at"),
});

export const rolloutWave = pgTable(
  "rollout_wave",
  {
    rolloutId: uuid("rollout_id").notNull(),
    number: integer("number").notNull(),
    kind: text("kind").notNull(),
    state: text("state").notNull(),
    size: integer("size").notNull(),
    /** Failures that a person has accepted by resuming this wave: they no longer count against the threshold. */
    accepted: count("accepted"),
    dueAt: at("due_at"),
    startedAt: at("started_at"),
    endedAt: at("ended_at"),
  },
  (table) => [primaryKey({ columns: [table.rolloutId, table.number] })],
);

export const rolloutTask = pgTable(
  "rollout_task",
  {
    rolloutId: uuid("rollout_id").notNull(),
    position: integer("position").notNull(),
    wave: integer("wave").notNull(),
    machineId: text("machine_id").notNull(),
    machineKey: text("machine_key").notNull(),
    machineName: text("machine_name").notNull(),
    subscriptionId: text("subscription_id").notNull(),
    resourceGroup: text("resource_group").notNull(),
    /** JSON of RolloutTarget. */
    target: text("target").notNull(),
    state: text("state").notNull(),
    attempt: count("attempt"),
    sends: count("sends"),
    polls: count("polls"),
    misses: count("misses"),
    fence: bigint("fence", { mode: "number" }).notNull().default(0),
    /** Instance that holds it. */
    owner: text("owner"),
    /** Due time and lease in one. */
    notBefore: at("not_before").notNull(),
    waitingFor: text("waiting_for"),
    /** Signed and opaque: stays on the server, never logged. */
    operationUrl: text("operation_url"),
    locationUrl: text("location_url"),
    azureStatus: text("azure_status"),
    requestId: text("request_id"),
    cause: text("cause"),
    code: text("code"),
    /** JSON of TaskOutcome and PostCheck[]. */
    outcome: text("outcome"),
    checks: text("checks"),
    submittedAt: at("submitted_at"),
    acceptedAt: at("accepted_at"),
    endedAt: at("ended_at"),
    updatedAt: at("updated_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.rolloutId, table.position] })],
);

export const rolloutTaskEvent = pgTable("rollout_task_event", {
  id: bigserial("id", { mode: "number" }).primaryKey(),
  rolloutId: uuid("rollout_id").notNull(),
  position: integer("position").notNull(),
  at: at("at").notNull(),
  state: text("state").notNull(),
  detail: text("detail").notNull(),
  instance: text("instance").notNull(),
});
