import "server-only";
import { z } from "zod";
import type { ArmClient } from "./arm-client";
import type { CallerOperation, CallerOperations, ResourceManagerPort } from "./ports";

/** Azure gives some hundred events a page, newest first; what lies beyond is said, not waited for. */
const MOST_PAGES = 40;
const OBJECT_ID = "http://schemas.microsoft.com/identity/claims/objectidentifier";
const WRITES = /\/(write|delete|action)$/i;
const REFUSED = /^(forbidden|unauthorized)$/i;

const text = z.string().nullish().catch(null);
const worded = z.looseObject({ value: text }).nullish().catch(null);
const eventSchema = z.looseObject({
  eventTimestamp: z.string(),
  resourceId: z.string(),
  operationName: worded,
  authorization: z.looseObject({ action: text }).nullish().catch(null),
  category: worded,
  status: worded,
  subStatus: worded,
  operationId: text,
  correlationId: text,
  caller: text,
  claims: z.record(z.string(), z.unknown()).nullish().catch(null),
});
type Event = z.output<typeof eventSchema>;

function timeOf(raw: string): string | null {
  const ms = Date.parse(raw);
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}

function isBy(event: Event, principalId: string): boolean {
  const id = event.claims?.[OBJECT_ID];
  return (typeof id === "string" ? id : (event.caller ?? "")).toLowerCase() === principalId.toLowerCase();
}

function wasRefused({ status, subStatus }: Event): boolean {
  return status?.value?.toLowerCase() === "failed" && REFUSED.test(subStatus?.value ?? "");
}

/** Operations of one principal among raw events, each once at its newest event. Odd events are left out. */
export function toCallerOperations(raw: readonly unknown[], principalId: string): CallerOperation[] {
  const byKey = new Map<string, { operation: CallerOperation; isRefused: boolean }>();
  for (const one of raw) {
    const wire = eventSchema.safeParse(one);
    if (!wire.success || !isBy(wire.data, principalId)) continue;
    const event = wire.data;
    const at = timeOf(event.eventTimestamp);
    // The action that Azure checked; the operation's name is the same for nearly all and stands in where it is missing.
    const action = event.authorization?.action ?? event.operationName?.value ?? "";
    const isAdministrative = (event.category?.value ?? "Administrative").toLowerCase() === "administrative";
    if (at === null || !isAdministrative || !WRITES.test(action)) continue;
    const { resourceId } = event;
    const key = `${event.operationId ?? event.correlationId ?? at}|${action}|${resourceId}`.toLowerCase();
    const known = byKey.get(key);
    const newest = known === undefined || at > known.operation.at ? at : known.operation.at;
    byKey.set(key, {
      operation: { action, resourceId, at: newest },
      isRefused: (known?.isRefused ?? false) || wasRefused(event),
    });
  }
  return [...byKey.values()].filter(({ isRefused }) => !isRefused).map(({ operation }) => operation);
}

function oldestOf(raw: readonly unknown[], otherwise: string): string {
  const times = raw.flatMap((one) => {
    const wire = eventSchema.safeParse(one);
    const at = wire.success ? timeOf(wire.data.eventTimestamp) : null;
    return at === null ? [] : [at];
  });
  return times.reduce((oldest, at) => (at < oldest ? at : oldest), otherwise);
}

function quoted(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/** What one principal did. Azure takes a time range and one more field, never the caller, so that is picked out here. */
export function createCallerActivity(arm: ArmClient, mostPages = MOST_PAGES): Pick<ResourceManagerPort, "operationsOf"> {
  return {
    async operationsOf({ principalId, subscriptionId, resourceGroup, from, to }, options = {}): Promise<CallerOperations> {
      const url = `/subscriptions/${encodeURIComponent(subscriptionId)}/providers/Microsoft.Insights/eventtypes/management/values`;
      const narrow = resourceGroup === null ? "" : ` and resourceGroupName eq ${quoted(resourceGroup)}`;
      const $filter = `eventTimestamp ge ${quoted(from)} and eventTimestamp le ${quoted(to)}${narrow}`;
      const call = { area: "activityLog", url, subject: "the activity log", query: { $filter } } as const;
      const raw: unknown[] = [];
      let pages = 0;
      for await (const page of arm.pages(call, options)) {
        if (pages === mostPages) return { operations: toCallerOperations(raw, principalId), readBackTo: oldestOf(raw, to) };
        raw.push(...page);
        pages += 1;
      }
      return { operations: toCallerOperations(raw, principalId), readBackTo: null };
    },
  };
}
