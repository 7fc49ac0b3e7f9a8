import "server-only";
import { z } from "zod";
import type { ActivityEntry } from "@/lib/domain/api";
import { parseMachineId } from "@/lib/domain/machine";
import { type ArmArgs, createArmClient } from "./arm-client";
import { createCallerActivity } from "./caller-activity";
import type { ResourceManagerPort, SubscriptionRow, TenantRow } from "./ports";

const DAY_MS = 86_400_000;
/** Azure refuses a start more than 90 days back; the hour keeps clocks that differ from turning that into an error. */
const ACTIVITY_REACH_MS = 90 * DAY_MS - 3_600_000;

const text = z.string().nullish().catch(null);
const worded = z.looseObject({ value: text, localizedValue: text }).nullish().catch(null);
const subscriptionWireSchema = z.looseObject({ subscriptionId: z.string(), displayName: text, state: text, tenantId: text });
const tenantWireSchema = z.looseObject({ tenantId: z.string(), displayName: text, defaultDomain: text });
const eventWireSchema = z.looseObject({
  eventTimestamp: z.string(),
  operationName: worded,
  status: worded,
  caller: text,
  correlationId: text,
  operationId: text,
});

function toSubscription(raw: unknown): SubscriptionRow[] {
  const wire = subscriptionWireSchema.safeParse(raw);
  if (!wire.success) return [];
  const { subscriptionId, displayName, state, tenantId } = wire.data;
  return [{ id: subscriptionId, name: displayName ?? subscriptionId, state: state ?? "Unknown", tenantId: tenantId ?? "" }];
}

function toTenant(raw: unknown): TenantRow[] {
  const wire = tenantWireSchema.safeParse(raw);
  if (!wire.success) return [];
  const { tenantId, displayName, defaultDomain } = wire.data;
  return [{ tenantId, displayName: displayName ?? tenantId, defaultDomain: defaultDomain ?? "" }];
}

type Event = { key: string; entry: ActivityEntry };

function toEvent(raw: unknown): Event[] {
  const wire = eventWireSchema.safeParse(raw);
  if (!wire.success || Number.isNaN(Date.parse(wire.data.eventTimestamp))) return [];
  const { operationName, status, caller, correlationId, operationId } = wire.data;
  const entry: ActivityEntry = {
    at: new Date(wire.data.eventTimestamp).toISOString(),
    operation: operationName?.value ?? operationName?.localizedValue ?? "",
    status: status?.value ?? status?.localizedValue ?? "",
    caller: caller ?? null,
    correlationId: correlationId ?? null,
    source: "azure",
  };
  return [{ key: `${operationId ?? correlationId ?? wire.data.eventTimestamp}/${entry.operation}`, entry }];
}

/** One row per operation, its newest event, newest operation first: Azure writes Started, Accepted and Succeeded apart. */
function latestPerOperation(events: readonly Event[]): ActivityEntry[] {
  const newest = new Map<string, ActivityEntry>();
  for (const { key, entry } of events) {
    const known = newest.get(key);
    if (known === undefined || entry.at >= known.at) newest.set(key, entry);
  }
  return [...newest.values()].sort((a, b) => (a.at < b.at ? 1 : -1));
}

/** Maps the raw events of the activity log, odd ones left out. Source: Activity log REST API 2015-04-01. */
export function toActivity(events: readonly unknown[]): ActivityEntry[] {
  return latestPerOperation(events.flatMap(toEvent));
}

function quoted(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/** Subscriptions, tenants and the activity log. Every call may throw AppError. */
export function createResourceManager(args: ArmArgs): ResourceManagerPort {
  const arm = createArmClient(args);
  return {
    ...createCallerActivity(arm),
    async listSubscriptions(options = {}) {
      const rows = await arm.list({ area: "subscriptions", url: "/subscriptions", subject: "subscriptions" }, options);
      return rows.flatMap(toSubscription);
    },
    async listTenants(options = {}) {
      return (await arm.list({ area: "tenants", url: "/tenants", subject: "tenants" }, options)).flatMap(toTenant);
    },
    async listActivity(resourceId, from, options = {}) {
      const subscription = parseMachineId(resourceId)?.subscriptionId ?? resourceId.split("/")[2] ?? "";
      const now = args.pipeline.clock.now().getTime();
      const start = new Date(Math.max(from.getTime(), now - ACTIVITY_REACH_MS)).toISOString();
      const $filter = `eventTimestamp ge ${quoted(start)} and eventTimestamp le ${quoted(new Date(now).toISOString())} and resourceUri eq ${quoted(resourceId)}`;
      const url = `/subscriptions/${encodeURIComponent(subscription)}/providers/Microsoft.Insights/eventtypes/management/values`;
      return toActivity(await arm.list({ area: "activityLog", url, subject: "the activity log", query: { $filter } }, options));
    },
  };
}
