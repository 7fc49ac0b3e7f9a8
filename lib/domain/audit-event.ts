/** The fields of an audit entry that its hash covers, in the order in which they are written. */
export type AuditEventText = {
  seq: number;
  at: string;
  tenantId: string;
  operatorObjectId: string;
  operatorName: string;
  action: string;
  targetId: string;
  outcome: string;
  operationId: string | null;
  traceId: string;
  detail: Record<string, unknown>;
  previousHash: string;
};

/**
 * JSON with the keys of every object in code-unit order and nothing else free, so that equal values always give equal text.
 * `undefined` members are left out as in JSON; numbers that JSON cannot write, functions and symbols are refused with
 * TypeError, because silently turning them into null would let two different events share a hash.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === "string" || typeof value === "boolean") return JSON.stringify(value);
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new TypeError(`A number that JSON cannot write: ${value}`);
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item === undefined ? null : item)).join(",")}]`;
  if (typeof value !== "object") throw new TypeError(`A value that JSON cannot write: ${typeof value}`);
  if (value instanceof Date) return JSON.stringify(value.toISOString());
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`);
  return `{${members.join(",")}}`;
}

/** The text that the audit chain hashes and stores. Fixed member order; the free `detail` part is canonical JSON. */
export function auditEventText(event: AuditEventText): string {
  const members: [keyof AuditEventText, unknown][] = [
    ["seq", event.seq],
    ["at", event.at],
    ["tenantId", event.tenantId],
    ["operatorObjectId", event.operatorObjectId],
    ["operatorName", event.operatorName],
    ["action", event.action],
    ["targetId", event.targetId],
    ["outcome", event.outcome],
    ["operationId", event.operationId],
    ["traceId", event.traceId],
    ["detail", event.detail],
    ["previousHash", event.previousHash],
  ];
  return `{${members.map(([name, value]) => `${JSON.stringify(name)}:${canonicalJson(value)}`).join(",")}}`;
}
