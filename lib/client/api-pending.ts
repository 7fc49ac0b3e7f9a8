import { readStored, removeStored, writeStored } from "./session-store";

/**
 * A write that Azure wants a stronger sign-in for. It is kept while the browser is away and sent again on return, once,
 * within ten minutes, by the same person. Every write carries its own operation id, so a repeat is the same operation.
 */
export type PendingRequest = {
  path: string;
  method: string;
  body: unknown;
  /** Page that sent it. */
  page: string;
  homeAccountId: string;
  tenantId: string;
  atMs: number;
};

const NAME = "pending-request";
export const PENDING_MAX_AGE_MS = 10 * 60_000;

function isPending(value: unknown): value is PendingRequest {
  if (typeof value !== "object" || value === null) return false;
  const record: Partial<Record<keyof PendingRequest, unknown>> = value;
  const texts = [record.path, record.method, record.page, record.homeAccountId, record.tenantId];
  return texts.every((field) => typeof field === "string") && typeof record.atMs === "number" && "body" in record;
}

export function savePending(request: PendingRequest): void {
  writeStored(NAME, request);
}

/** Takes the kept request out. null when there is none, it is too old, or another person came back. */
export function takePending(who: { homeAccountId: string; tenantId: string }, nowMs: number): PendingRequest | null {
  const pending = readStored(NAME, isPending);
  removeStored(NAME);
  if (pending === null) return null;
  const sameperson = pending.homeAccountId === who.homeAccountId && pending.tenantId === who.tenantId;
  const inTime = nowMs - pending.atMs >= 0 && nowMs - pending.atMs <= PENDING_MAX_AGE_MS;
  const ownApi = pending.path.startsWith("/api/") && !pending.path.startsWith("//");
  return sameperson && inTime && ownApi ? pending : null;
}
