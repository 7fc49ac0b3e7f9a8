import "server-only";
import { z } from "zod";
import type { PimRequestBody, PimRequestRow, PimScheduleRow } from "@/lib/azure/pim-ports";
import type { AzureClients } from "@/lib/azure/ports";
import type { ElevationItemRow } from "@/lib/db/elevation";
import { lastSegment, normaliseScope } from "@/lib/domain/access/scope";
import { azureNow, skewOf } from "@/lib/domain/elevation/clock";
import { isProbeGranted } from "@/lib/domain/elevation/probe";
import { isOver, phaseOf, phaseOfActivation } from "@/lib/domain/elevation/request-status";
import { placeOf, type RequestPlace } from "@/lib/domain/elevation/write-request";
import { AppError } from "@/lib/domain/errors";
import type { PermissionSet } from "@/lib/domain/permissions";
import type { ElevationRemote, KnownRefusal, TakenRequest } from "@/lib/jobs/elevation-remote";
import { endOf } from "./rows";
import { decisionOf, SOMEBODY } from "./stages";
import { storedAction, storedExact, storedFacts } from "./view";

const bodySchema = z.looseObject({
  properties: z.looseObject({ principalId: z.string(), roleDefinitionId: z.string(), requestType: z.string() }),
});

function once<T>(memory: Map<string, Promise<T>>, key: string, read: () => Promise<T>): Promise<T> {
  const running = memory.get(key) ?? read();
  memory.set(key, running);
  return running;
}

type Who = { objectId: string };
type Reader = {
  azure: AzureClients;
  who: Who;
  now: () => Date;
  requests: Map<string, Promise<PimRequestRow[]>>;
  permissions: Map<string, Promise<PermissionSet[]>>;
  active: Map<string, Promise<PimScheduleRow[]>>;
};

function taken(reader: Reader, row: PimRequestRow): TakenRequest {
  const { azure } = reader;
  const reading = azure.pim.clock();
  const now = reading === null ? reader.now() : azureNow(skewOf(reading.azure, reading.portal), reader.now());
  return {
    kind: "taken",
    status: row.status,
    phase: phaseOfActivation(row.status, row.startsAt, now),
    startsAt: row.startsAt,
    endsAt: endOf(row),
  };
}

const done = (status: string): TakenRequest => ({ kind: "taken", status, phase: "done", startsAt: null, endsAt: null });

function refused(
  refusal: KnownRefusal["refusal"],
  values: KnownRefusal["values"] = {},
  decidedBy: KnownRefusal["decidedBy"] = null,
): KnownRefusal {
  return { kind: "refused", refusal, values, decidedBy };
}

function placeOfItem(item: ElevationItemRow): RequestPlace {
  const place = placeOf(storedAction(item));
  if (place === null) throw new TypeError("A decision has no request of its own.");
  return place;
}

/** Own requests are listed without any right at the scope; the request itself may need one, so it is asked only then. */
async function findRequest(reader: Reader, place: RequestPlace): Promise<PimRequestRow | null> {
  const list = await once(reader.requests, place.kind, () => reader.azure.pim.requests(place.kind, "asRequestor"));
  const row = list.find(({ name }) => name.toLowerCase() === place.name.toLowerCase());
  if (row !== undefined) return row;
  try {
    return await reader.azure.pim.request(place);
  } catch (error) {
    // Somebody without rights at the scope may read the list only: what is not in it is not there.
    if (error instanceof AppError && (error.code === "forbidden" || error.code === "not_found")) return null;
    throw error;
  }
}

async function lookDecision(reader: Reader, item: ElevationItemRow): Promise<TakenRequest | KnownRefusal | null> {
  const action = storedAction(item);
  if (action.kind !== "decide") return null;
  const stages = await reader.azure.pim.approvalStages(action.approvalId);
  if (stages === null) return refused("requestGone");
  const decided = decisionOf(stages);
  if (decided === null) return null;
  const isMine = decided.person.id.toLowerCase() === reader.who.objectId.toLowerCase();
  if (isMine && decided.decision === action.decision) return done(action.decision === "approve" ? "Approve" : "Deny");
  return refused("decidedByOther", { person: decided.person.name || SOMEBODY }, decided);
}

async function sendDecision(reader: Reader, item: ElevationItemRow): Promise<TakenRequest | KnownRefusal> {
  const action = storedAction(item);
  const { stage } = storedFacts(item);
  if (action.kind !== "decide" || stage === null) return refused("notApprover");
  const decision = action.decision === "approve" ? "Approve" : "Deny";
  try {
    await reader.azure.pim.decide({ approvalId: action.approvalId, stage, decision, justification: action.reason.trim() });
  } catch (error) {
    const isRefused = error instanceof AppError && error.claims === undefined && (error.azure?.status ?? 500) < 500;
    const seen = isRefused ? await lookDecision(reader, item).catch(() => null) : null;
    if (seen !== null) return seen;
    throw error;
  }
  // Two approvers at once: whoever came second may be answered as if the decision had counted.
  return (await lookDecision(reader, item).catch(() => null)) ?? done(decision);
}

async function sendCancel(reader: Reader, place: RequestPlace): Promise<TakenRequest | KnownRefusal> {
  await reader.azure.pim.cancelRequest(place);
  return done("Canceled");
}

async function lookCancel(reader: Reader, place: RequestPlace): Promise<TakenRequest | KnownRefusal | null> {
  const row = await findRequest(reader, place);
  if (row === null) return refused("requestGone");
  const phase = phaseOf(row.status);
  if (phase === "canceled") return done(row.status);
  return isOver(phase) ? refused("requestGone") : null;
}

function bodyOf(item: ElevationItemRow): PimRequestBody {
  // The stored body is the one the operator saw; exactly it is sent.
  return bodySchema.parse(storedExact(item).body).properties as PimRequestBody;
}

async function isActive(reader: Reader, item: ElevationItemRow): Promise<boolean> {
  const rows = await once(reader.active, "mine", () => reader.azure.pim.myAssignments());
  return rows.some(
    (row) =>
      row.assignmentType?.toLowerCase() === "activated" &&
      lastSegment(row.roleDefinitionId) === item.roleId &&
      normaliseScope(row.scope) === item.scopeKey,
  );
}

async function isGranted(
  reader: Reader,
  scope: string,
  probe: NonNullable<ReturnType<typeof storedFacts>["probe"]>,
): Promise<boolean> {
  try {
    const key = normaliseScope(scope);
    return isProbeGranted(await once(reader.permissions, key, () => reader.azure.access.permissionsAt(scope)), probe);
  } catch (error) {
    // Somebody who has nothing at a scope yet may not even ask what they have there.
    if (error instanceof AppError && (error.code === "forbidden" || error.code === "not_found")) return false;
    throw error;
  }
}

async function isInForce(reader: Reader, item: ElevationItemRow): Promise<boolean> {
  const action = storedAction(item);
  const active = await isActive(reader, item);
  if (action.kind === "deactivate") return !active;
  const { probe } = storedFacts(item);
  if (!active || probe === null || action.kind !== "activate") return active;
  return isGranted(reader, action.scope, probe);
}

/**
 * Calls of one batch as one person, for one round: what is read is remembered as long as the remote lives. None carries a
 * request's signal: the browser may leave, the work goes on.
 */
export function createElevationRemote(azure: AzureClients, who: Who, now: () => Date): ElevationRemote {
  const reader: Reader = { azure, who, now, requests: new Map(), permissions: new Map(), active: new Map() };
  return {
    async send(item) {
      if (item.kind === "decide") return sendDecision(reader, item);
      const place = placeOfItem(item);
      if (item.kind === "cancel") return sendCancel(reader, place);
      return taken(reader, await azure.pim.putRequest({ ...place, body: bodyOf(item) }));
    },
    async look(item) {
      if (item.kind === "decide") return lookDecision(reader, item);
      const place = placeOfItem(item);
      if (item.kind === "cancel") return lookCancel(reader, place);
      const row = await findRequest(reader, place);
      return row === null ? null : taken(reader, row);
    },
    isInForce: (item) => isInForce(reader, item),
  };
}
