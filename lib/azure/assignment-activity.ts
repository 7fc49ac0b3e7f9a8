import "server-only";
import { z } from "zod";
import { lastSegment, normaliseScope } from "@/lib/domain/access/scope";
import type { AssignmentActivity } from "@/lib/domain/elevation/history/from-activity";
import { isoTime, PIM_APPLICATION_ID } from "@/lib/domain/elevation/history/types";
import type { PimPrincipal } from "@/lib/domain/elevation/write-api";
import type { ArmClient } from "./arm-client";
import type { HistoryPort } from "./history-ports";

const OPERATION = /^microsoft\.authorization\/roleassignments\/(write|delete)$/i;
const ASSIGNMENT = /^(.*)\/providers\/Microsoft\.Authorization\/roleAssignments\/([^/]+)$/i;
const OBJECT_ID = "http://schemas.microsoft.com/identity/claims/objectidentifier";
const PIM_CALLER = /^ms-pim$/i;

const text = z.string().nullish().catch(null);
const worded = z.looseObject({ value: text }).nullish().catch(null);
const eventSchema = z.looseObject({
  eventTimestamp: z.string(),
  eventDataId: text,
  id: text,
  resourceId: z.string(),
  operationName: worded,
  status: worded,
  correlationId: text,
  caller: text,
  claims: z.record(z.string(), z.unknown()).nullish().catch(null),
  properties: z.record(z.string(), z.unknown()).nullish().catch(null),
});
type Event = z.output<typeof eventSchema>;

const bodySchema = z.looseObject({
  properties: z.looseObject({ principalId: text, principalType: text, roleDefinitionId: text }).nullish().catch(null),
  principalId: text,
  principalType: text,
  roleDefinitionId: text,
});

type Person = { principalId: string; principalType: string | null; roleId: string | null };

/** GUIDs come without dashes in the properties of removals (recording role.test_role_assignment_audits). */
function guid(raw: string): string {
  const id = lastSegment(raw);
  return /^[0-9a-f]{32}$/.test(id)
    ? `${id.slice(0, 8)}-${id.slice(8, 12)}-${id.slice(12, 16)}-${id.slice(16, 20)}-${id.slice(20)}`
    : id;
}

function personIn(raw: unknown): Person | null {
  const wire = bodySchema.safeParse(raw);
  if (!wire.success) return null;
  const { principalId, principalType, roleDefinitionId } = wire.data.properties ?? wire.data;
  if (principalId == null || principalId === "") return null;
  return {
    principalId: guid(principalId),
    principalType: principalType ?? null,
    roleId: roleDefinitionId ? guid(roleDefinitionId) : null,
  };
}

/** The body is a text inside the event that began the write; a removal carries the parts as properties of its end. */
function personOf(event: Event): Person | null {
  const properties = event.properties ?? {};
  for (const name of ["requestbody", "responseBody", "responsebody"]) {
    const body = properties[name];
    if (typeof body !== "string") continue;
    try {
      const found = personIn(JSON.parse(body));
      if (found !== null) return found;
    } catch {
      // Long bodies are cut off in the log; the other event of the pair may still tell.
    }
  }
  return personIn(properties);
}

const KINDS: Readonly<Record<string, PimPrincipal["kind"]>> = {
  user: "user",
  group: "group",
  serviceprincipal: "servicePrincipal",
};

function callerOf({ caller, claims }: Event): PimPrincipal | null {
  const id = claims?.[OBJECT_ID];
  const named = claims?.name;
  if (typeof id !== "string" && !caller) return null;
  const name = typeof named === "string" && named !== "" ? named : (caller ?? String(id));
  return { id: (typeof id === "string" ? id : (caller ?? "")).toLowerCase(), kind: "unknown", name, detail: caller ?? "" };
}

/** Role assignments that were really written or removed; each pair of begin and end is one. Odd events are left out. */
export function toAssignmentActivity(raw: readonly unknown[]): AssignmentActivity[] {
  const events = raw.flatMap((one) => {
    const wire = eventSchema.safeParse(one);
    return wire.success ? [wire.data] : [];
  });
  const people = new Map<string, Person>();
  for (const event of events) {
    const person = personOf(event);
    if (person !== null) people.set(`${event.correlationId ?? ""}/${event.resourceId.toLowerCase()}`, person);
  }
  return events
    .flatMap((event): AssignmentActivity[] => {
      const kind = OPERATION.exec(event.operationName?.value ?? "")?.[1]?.toLowerCase();
      const place = ASSIGNMENT.exec(event.resourceId);
      const at = isoTime(event.eventTimestamp);
      if (kind === undefined || place === null || at === null || event.status?.value?.toLowerCase() !== "succeeded") return [];
      const person = people.get(`${event.correlationId ?? ""}/${event.resourceId.toLowerCase()}`);
      const appId = event.claims?.appid;
      return [
        {
          id: event.eventDataId ?? event.id ?? `${event.resourceId}@${at}`,
          at,
          kind: kind === "delete" ? "delete" : "write",
          assignment: guid(place[2] ?? ""),
          assignmentId: event.resourceId,
          scope: normaliseScope(place[1] || "/"),
          caller: callerOf(event),
          isPim: appId === PIM_APPLICATION_ID || PIM_CALLER.test(event.caller ?? ""),
          principal:
            person === undefined
              ? null
              : { id: person.principalId, kind: KINDS[(person.principalType ?? "").toLowerCase()] ?? "unknown" },
          roleId: person?.roleId ?? null,
        },
      ];
    })
    .sort((a, b) => (a.at < b.at ? -1 : 1));
}

/**
 * Role assignments in the activity log of a subscription, a management group or the tenant. Azure takes a time range and one more
 * field, no other filter. Each log holds its own level only. Source: Monitor REST API 2015-04-01, activity logs and tenant activity
 * logs; that a management group answers under the same path is not documented.
 */
export function createAssignmentActivity(arm: ArmClient): Pick<HistoryPort, "assignmentActivity"> {
  return {
    async assignmentActivity({ scope, from, to }, options = {}) {
      const url = `${scope === "/" ? "" : scope}/providers/Microsoft.Insights/eventtypes/management/values`;
      const $filter = `eventTimestamp ge '${from}' and eventTimestamp le '${to}' and resourceProvider eq 'Microsoft.Authorization'`;
      const subject = "the activity log of role assignments";
      return toAssignmentActivity(await arm.list({ area: "activityLog", url, subject, query: { $filter } }, options));
    },
  };
}
