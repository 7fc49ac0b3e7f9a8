import { ConditionSyntaxError, parseCondition } from "../core/condition-parse.ts";
import type { WireRequest } from "../core/contract.ts";
import { armError } from "../core/errors.ts";
import type { RoleAssignment } from "../world/types.ts";
import { bodyOf, isJson, type Json } from "./request-reading.ts";

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const PRINCIPAL_TYPES = ["User", "Group", "ServicePrincipal"] as const;
/** https://learn.microsoft.com/azure/role-based-access-control/troubleshoot-limits */
const MAX_DESCRIPTION = 2_048;
const MAX_CONDITION = 8_192;

export type AssignmentInput = {
  name: string;
  roleDefinitionGuid: string;
  principalId: string;
  principalType: RoleAssignment["principalType"] | null;
  condition: string | null;
  conditionVersion: string | null;
  description: string | null;
};

export function refuse(status: number, code: string, message: string): Error {
  return armError(status, code, message, {}, "service");
}

function textOf(properties: Json, key: string): string | null {
  const value = properties[key];
  if (value === undefined || value === null) return null;
  if (typeof value === "string") return value;
  throw refuse(400, "BadRequestFormat", `The request was incorrectly formatted: '${key}' must be a string.`);
}

function principalTypeOf(properties: Json): RoleAssignment["principalType"] | null {
  const text = textOf(properties, "principalType");
  if (text === null || text === "") return null;
  const found = PRINCIPAL_TYPES.find((type) => type.toLowerCase() === text.toLowerCase());
  if (found !== undefined) return found;
  const message = `The PrincipalType property '${text}' is not valid. It must be 'User', 'Group' or 'ServicePrincipal'.`;
  throw refuse(400, "InvalidPrincipalType", message);
}

/** Refuses a condition that real Azure would not store: another version, too long, or text that does not parse. */
export function checkCondition(condition: string | null, version: string | null): void {
  if (condition === null) {
    if (version !== null && version !== "2.0") throw invalidCondition("conditionVersion is given without a condition");
    return;
  }
  if (version !== "2.0") throw invalidCondition("conditionVersion must be 2.0");
  if (condition.length > MAX_CONDITION) throw invalidCondition(`it is longer than ${MAX_CONDITION} characters`);
  try {
    parseCondition(condition);
  } catch (error) {
    if (error instanceof ConditionSyntaxError) throw invalidCondition(error.message);
    throw error;
  }
}

function invalidCondition(why: string): Error {
  return refuse(400, "InvalidRoleAssignmentCondition", `The given role assignment condition is invalid. (${why})`);
}

/** The body of a PUT, checked for form only; ids come back in lower case. */
export function readAssignment(request: WireRequest, name: string): AssignmentInput {
  if (!GUID.test(name)) {
    throw refuse(
      400,
      "InvalidRoleAssignmentId",
      `The role assignment ID '${name}' is not valid. The role assignment ID must be a GUID.`,
    );
  }
  const { properties } = bodyOf(request);
  const given = isJson(properties) ? properties : {};
  const [roleId, principalId] = [textOf(given, "roleDefinitionId"), textOf(given, "principalId")];
  if (roleId === null || principalId === null) {
    const message = `The request to create role assignment '${name}' is not valid. Role definition ID and principal ID must be given.`;
    throw refuse(400, "InvalidCreateRoleAssignmentRequest", message);
  }
  const roleDefinitionGuid = roleId.slice(roleId.lastIndexOf("/") + 1).toLowerCase();
  if (!GUID.test(roleDefinitionGuid)) {
    const message = `The role definition ID '${roleDefinitionGuid}' is not valid. The role definition ID must be a GUID.`;
    throw refuse(400, "InvalidRoleDefinitionId", message);
  }
  if (!GUID.test(principalId)) {
    throw refuse(400, "InvalidPrincipalId", `The Principal ID '${principalId}' is not valid. Principal ID must be a GUID.`);
  }
  const description = textOf(given, "description");
  if (description !== null && description.length > MAX_DESCRIPTION) {
    throw refuse(400, "InvalidRoleAssignmentDescription", `The description is longer than ${MAX_DESCRIPTION} characters.`);
  }
  return {
    name: name.toLowerCase(),
    roleDefinitionGuid,
    principalId: principalId.toLowerCase(),
    principalType: principalTypeOf(given),
    condition: textOf(given, "condition") || null,
    conditionVersion: textOf(given, "conditionVersion") || null,
    description,
  };
}
