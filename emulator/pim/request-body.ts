import { bodyOf, isJson, type Json } from "../arm/request-reading.ts";
import type { WireRequest } from "../core/contract.ts";
import { armError } from "../core/errors.ts";
import { durationMs } from "../world/iso-duration.ts";
import { type PimExpiration, type PimRequestType, REQUEST_TYPES } from "../world/pim-types.ts";

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Times that can be written: up to the year 9000, for a thousand years at most. */
const LAST_MS = Date.UTC(9000, 0);
const LONGEST_MS = 1_000 * 365 * 86_400_000;

export type RequestInput = {
  requestType: PimRequestType;
  roleDefinitionGuid: string;
  principalId: string;
  /** As asked; null = now. */
  startMs: number | null;
  expiration: PimExpiration | null;
  justification: string | null;
  ticketNumber: string | null;
  ticketSystem: string | null;
  linkedEligibility: string | null;
  targetSchedule: string | null;
  condition: string | null;
  conditionVersion: string | null;
};

export function refuse(status: number, code: string, message: string): Error {
  return armError(status, code, message, {}, "service");
}

function malformed(detail: string): Error {
  return refuse(400, "InvalidRequestContent", `The request content was invalid: ${detail}`);
}

function invalidSchedule(detail: string): Error {
  return refuse(400, "InvalidRoleAssignmentRequestSchedule", `The schedule of the request is invalid: ${detail}`);
}

function textOf(properties: Json, key: string): string | null {
  const value = properties[key];
  if (value === undefined || value === null || value === "") return null;
  if (typeof value === "string") return value;
  throw malformed(`'${key}' must be a string.`);
}

/** The last segment of an id; a bare name is its own. */
function nameOf(properties: Json, key: string): string | null {
  return textOf(properties, key)?.split("/").at(-1)?.toLowerCase() ?? null;
}

function guidOf(properties: Json, key: string): string {
  const guid = nameOf(properties, key) ?? "";
  if (GUID.test(guid)) return guid;
  throw malformed(guid === "" ? `'${key}' is missing.` : `'${key}' must end in a GUID, not '${guid}'.`);
}

function timeOf(properties: Json, key: string): number | null {
  const text = textOf(properties, key);
  if (text === null) return null;
  const ms = Date.parse(text);
  if (!(ms >= 0 && ms <= LAST_MS)) throw invalidSchedule(`'${key}' is not a time: '${text}'.`);
  return ms;
}

function expirationOf(schedule: Json): PimExpiration | null {
  const { expiration } = schedule;
  if (expiration === undefined || expiration === null) return null;
  if (!isJson(expiration)) throw malformed("'expiration' must be an object.");
  const type = textOf(expiration, "type");
  if (type === "NoExpiration") return { type };
  if (type === "AfterDateTime") {
    const endMs = timeOf(expiration, "endDateTime");
    if (endMs === null) throw invalidSchedule("'endDateTime' is missing.");
    return { type, endMs };
  }
  if (type !== "AfterDuration") throw malformed(`'expiration.type' is not known: '${type ?? ""}'.`);
  const duration = textOf(expiration, "duration") ?? "";
  const ms = durationMs(duration);
  if (ms === null || ms <= 0 || ms > LONGEST_MS) throw invalidSchedule(`'duration' is not an ISO 8601 duration: '${duration}'.`);
  return { type, duration, durationMs: ms };
}

const objectOf = (properties: Json, key: string): Json => (isJson(properties[key]) ? properties[key] : {});

/** The body of a PUT or of validate, checked for form only; ids come back in lower case. */
export function readRequestBody(request: WireRequest): RequestInput {
  const { properties } = bodyOf(request);
  if (!isJson(properties)) throw malformed("'properties' is missing.");
  const wanted = textOf(properties, "requestType") ?? "";
  const requestType = REQUEST_TYPES.find((type) => type.toLowerCase() === wanted.toLowerCase());
  if (requestType === undefined) throw malformed(`'requestType' is not known: '${wanted}'.`);
  const schedule = objectOf(properties, "scheduleInfo");
  const ticket = objectOf(properties, "ticketInfo");
  const target = nameOf(properties, "targetRoleAssignmentScheduleId") ?? nameOf(properties, "targetRoleEligibilityScheduleId");
  return {
    requestType,
    roleDefinitionGuid: guidOf(properties, "roleDefinitionId"),
    principalId: guidOf(properties, "principalId"),
    startMs: timeOf(schedule, "startDateTime"),
    expiration: expirationOf(schedule),
    justification: textOf(properties, "justification"),
    ticketNumber: textOf(ticket, "ticketNumber"),
    ticketSystem: textOf(ticket, "ticketSystem"),
    linkedEligibility: nameOf(properties, "linkedRoleEligibilityScheduleId"),
    targetSchedule: target,
    condition: textOf(properties, "condition"),
    conditionVersion: textOf(properties, "conditionVersion"),
  };
}

export function requireName(name: string): string {
  if (GUID.test(name)) return name.toLowerCase();
  throw malformed(`The name of a request is a GUID, not '${name}'.`);
}
