import "server-only";
import { bigint, bigserial, customType, integer, pgTable, primaryKey, text, timestamp, uuid } from "drizzle-orm/pg-core";

const bytes = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => "bytea" });
const at = (name: string) => timestamp(name, { withTimezone: true, mode: "date", precision: 3 });

export const auditHead = pgTable("audit_head", {
  stream: text("stream").primaryKey(),
  seq: bigint("seq", { mode: "number" }).notNull(),
  hash: text("hash").notNull(),
});

/** Append-only. The columns after `hash` are generated from the payload, so they can never disagree with what was hashed. */
export const auditEvent = pgTable(
  "audit_event",
  {
    stream: text("stream").notNull(),
    seq: bigint("seq", { mode: "number" }).notNull(),
    payload: text("payload").notNull(),
    prev: text("prev").notNull(),
    hash: text("hash").notNull(),
    eventAt: text("event_at").generatedAlwaysAs("payload"),
    tenantId: text("tenant_id").generatedAlwaysAs("payload"),
    operatorId: text("operator_id").generatedAlwaysAs("payload"),
    operatorName: text("operator_name").generatedAlwaysAs("payload"),
    action: text("action").generatedAlwaysAs("payload"),
    target: text("target").generatedAlwaysAs("payload"),
    outcome: text("outcome").generatedAlwaysAs("payload"),
    operationId: text("operation_id").generatedAlwaysAs("payload"),
  },
  (table) => [primaryKey({ columns: [table.stream, table.seq] })],
);

export const auditAnchor = pgTable(
  "audit_anchor",
  {
    stream: text("stream").notNull(),
    seq: bigint("seq", { mode: "number" }).notNull(),
    hash: text("hash").notNull(),
    mac: text("mac").notNull(),
    at: at("at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.stream, table.seq] })],
);

export const operation = pgTable("operation", {
  id: uuid("id").primaryKey(),
  tenantId: text("tenant_id").notNull(),
  kind: text("kind").notNull(),
  machineId: text("machine_id").notNull(),
  /** The machine id in lower case: ARM ids compare without case. */
  machineKey: text("machine_key").notNull(),
  machineName: text("machine_name").notNull(),
  extensionName: text("extension_name"),
  state: text("state").notNull(),
  azureStatus: text("azure_status"),
  operatorObjectId: text("operator_object_id").notNull(),
  operatorName: text("operator_name").notNull(),
  /** Whose delegated token carries the reads; the operator's own unless another one with the right took over. */
  carrierObjectId: text("carrier_object_id").notNull(),
  request: text("request").notNull(),
  before: text("before_state").notNull(),
  /** Signed and opaque: stays on the server, never logged. */
  operationUrl: text("operation_url"),
  locationUrl: text("location_url"),
  waitingFor: text("waiting_for"),
  failure: text("failure"),
  azure: text("azure"),
  traceId: text("trace_id").notNull(),
  sends: integer("sends").notNull(),
  polls: integer("polls").notNull(),
  misses: integer("misses").notNull(),
  fence: bigint("fence", { mode: "number" }).notNull(),
  /** Due time and lease in one. */
  notBefore: at("not_before").notNull(),
  startedAt: at("started_at").notNull(),
  updatedAt: at("updated_at").notNull(),
  endedAt: at("ended_at"),
});

export const operationEvent = pgTable("operation_event", {
  id: bigserial("id", { mode: "number" }).primaryKey(),
  operationId: uuid("operation_id").notNull(),
  at: at("at").notNull(),
  state: text("state").notNull(),
  detail: text("detail").notNull(),
});

export const accessChangeSet = pgTable("access_change_set", {
  id: uuid("id").primaryKey(),
  tenantId: text("tenant_id").notNull(),
  operatorObjectId: text("operator_object_id").notNull(),
  operatorName: text("operator_name").notNull(),
  carrierObjectId: text("carrier_object_id").notNull(),
  /** Hash of the wanted changes: the same id with other changes is a mistake. */
  requestHash: text("request_hash").notNull(),
  traceId: text("trace_id").notNull(),
  startedAt: at("started_at").notNull(),
  /** access: role assignments and definitions. elevation: Privileged Identity Management. */
  kind: text("kind").notNull(),
});

export const accessChangeItem = pgTable(
  "access_change_item",
  {
    setId: uuid("set_id").notNull(),
    position: integer("position").notNull(),
    /** What the audit names: the id of the assignment or role definition. */
    target: text("target").notNull(),
    request: text("request").notNull(),
    exact: text("exact").notNull(),
    /** What stood there before, for undo and for the audit. */
    before: text("before_state").notNull(),
    /** The change that puts it back, or null. */
    undo: text("undo").notNull(),
    state: text("state").notNull(),
    detail: text("detail").notNull(),
    azure: text("azure"),
    sends: integer("sends").notNull(),
    fence: bigint("fence", { mode: "number" }).notNull(),
    /** Due time and lease in one. */
    notBefore: at("not_before").notNull(),
    updatedAt: at("updated_at").notNull(),
    waitingFor: text("waiting_for"),
    acceptedAt: at("accepted_at"),
    effect: text("effect").notNull(),
    effectSeen: integer("effect_seen").notNull(),
    effectReads: integer("effect_reads").notNull(),
    /** First of the sightings in a row. */
    effectSince: at("effect_since"),
    effectReadAt: at("effect_read_at"),
    effectMs: bigint("effect_ms", { mode: "number" }),
  },
  (table) => [primaryKey({ columns: [table.setId, table.position] })],
);

export const elevationBatch = pgTable("elevation_batch", {
  id: uuid("id").primaryKey(),
  tenantId: text("tenant_id").notNull(),
  operatorObjectId: text("operator_object_id").notNull(),
  operatorName: text("operator_name").notNull(),
  carrierObjectId: text("carrier_object_id").notNull(),
  /** Hash of the wanted actions: the same id with other actions is a mistake. */
  requestHash: text("request_hash").notNull(),
  traceId: text("trace_id").notNull(),
  startedAt: at("started_at").notNull(),
});

export const elevationItem = pgTable("elevation_item", {
  /** The name of the request at Azure, chosen by the browser. */
  id: uuid("id").primaryKey(),
  batchId: uuid("batch_id").notNull(),
  position: integer("position").notNull(),
  kind: text("kind").notNull(),
  /** GUID of the role in lower case. */
  roleId: text("role_id").notNull(),
  /** The scope in lower case. */
  scopeKey: text("scope_key").notNull(),
  /** What the audit names: the id of the request or of the approval's stage. */
  target: text("target").notNull(),
  request: text("request").notNull(),
  exact: text("exact").notNull(),
  /** Names, probe and what was found before sending, as they were when it was decided. */
  facts: text("facts").notNull(),
  state: text("state").notNull(),
  azureStatus: text("azure_status"),
  refusal: text("refusal"),
  decidedBy: text("decided_by"),
  /** Authentication context that Azure or the policy asks for. */
  context: text("context"),
  /** Mark of the sign-in that Azure asked to be made stronger; never a token. */
  challengedWith: text("challenged_with"),
  sends: integer("sends").notNull(),
  looks: integer("looks").notNull(),
  fence: bigint("fence", { mode: "number" }).notNull(),
  /** Due time and lease in one. */
  notBefore: at("not_before").notNull(),
  updatedAt: at("updated_at").notNull(),
  waitingFor: text("waiting_for"),
  acceptedAt: at("accepted_at"),
  startsAt: at("starts_at"),
  endsAt: at("ends_at"),
  effect: text("effect").notNull(),
  effectSeen: integer("effect_seen").notNull(),
  effectReads: integer("effect_reads").notNull(),
  /** First of the sightings in a row. */
  effectSince: at("effect_since"),
  effectReadAt: at("effect_read_at"),
  effectMs: bigint("effect_ms", { mode: "number" }),
});

export const fleetSnapshot = pgTable(
  "fleet_snapshot",
  {
    tenantId: text("tenant_id").notNull(),
    objectId: text("object_id").notNull(),
    key: text("key").notNull(),
    body: bytes("body").notNull(),
    at: at("at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.objectId, table.key] })],
);

export const preference = pgTable(
  "preference",
  {
    tenantId: text("tenant_id").notNull(),
    objectId: text("object_id").notNull(),
    key: text("key").notNull(),
    value: text("value").notNull(),
    at: at("at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.objectId, table.key] })],
);
