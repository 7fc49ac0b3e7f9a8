import "server-only";
import { z } from "zod";
import type { RoleAssignmentRow, RoleDefinitionRow } from "@/lib/azure/access-ports";
import { kqlText } from "@/lib/azure/kql";
import { toRoleDefinition } from "@/lib/azure/role-definitions";
import type { ServiceContext } from "../context";
import { queryPages } from "./scopes";

const text = z.string().nullish().catch(null);
const rowSchema = z.looseObject({
  id: z.string(),
  scope: z.string(),
  principalId: z.string(),
  roleDefinitionId: z.string(),
  principalType: text,
  condition: text,
  conditionVersion: text,
  description: text,
  createdOn: text,
  createdBy: text,
  updatedOn: text,
});

const PROJECT = [
  "| project id, scope = tostring(properties.scope), principalId = tostring(properties.principalId)",
  ", principalType = tostring(properties.principalType), roleDefinitionId = tostring(properties.roleDefinitionId)",
  ", condition = tostring(properties.condition), conditionVersion = tostring(properties.conditionVersion)",
  ", description = tostring(properties.description), createdOn = tostring(properties.createdOn), createdBy = tostring(properties.createdBy)",
].join("");
const FROM = "authorizationresources\n| where type =~ 'microsoft.authorization/roleassignments'";

export const ASSIGNMENTS_QUERY = `${FROM}\n${PROJECT}\n| order by id asc`;
/** With the whole properties: permissions are nested and cannot be projected apart. */
export const DEFINITIONS_QUERY =
  "authorizationresources\n| where type =~ 'microsoft.authorization/roledefinitions'\n| project id, name, properties\n| order by id asc";

export const COUNT_ASSIGNMENTS_QUERY = `${FROM}\n| summarize assignments = count() by subscriptionId`;

/** Assignments outside some subscriptions: those above all subscriptions and in the others. */
export function assignmentsQueryWithout(subscriptionIds: readonly string[]): string {
  const list = subscriptionIds.map(kqlText).join(", ");
  return `${FROM}\n| where not(subscriptionId in~ (${list}))\n${PROJECT}\n| order by id asc`;
}

/** Assignments of some roles, anywhere in the tenant. Role names are the GUIDs at the end of their ids. */
export function assignmentsOfRolesQuery(roleNames: readonly string[]): string {
  const list = roleNames.map((name) => kqlText(name.toLowerCase())).join(", ");
  const role = "tostring(split(tolower(tostring(properties.roleDefinitionId)), 'roledefinitions/')[1])";
  return `${FROM}\n| extend roleName = ${role}\n| where roleName in~ (${list})\n${PROJECT}\n| order by id asc`;
}

const orNull = (value: string | null | undefined) => (value === undefined || value === "" ? null : (value ?? null));

/** A row of authorizationresources as a role assignment; null for a row without the parts that make one. */
export function toAssignment(raw: Record<string, unknown>): RoleAssignmentRow | null {
  const wire = rowSchema.safeParse(raw);
  if (!wire.success || wire.data.principalId === "" || wire.data.roleDefinitionId === "") return null;
  const { id, scope, principalId, roleDefinitionId, principalType, condition, conditionVersion } = wire.data;
  return {
    ...{ id, scope, principalId, roleDefinitionId },
    name: id.slice(id.lastIndexOf("/") + 1),
    principalType: orNull(principalType) ?? "Unknown",
    condition: orNull(condition),
    conditionVersion: orNull(conditionVersion),
    description: orNull(wire.data.description),
    createdAt: orNull(wire.data.createdOn),
    createdBy: orNull(wire.data.createdBy),
    updatedAt: null,
  };
}

type QueryContext = Pick<ServiceContext, "azure" | "signal">;
const IDS_PER_QUERY = 100;

/** Role assignments of some principals anywhere in the tenant that the caller can see. Throws AppError. */
export async function assignmentsOfPrincipals(ctx: QueryContext, ids: readonly string[]): Promise<RoleAssignmentRow[]> {
  const rows: RoleAssignmentRow[] = [];
  for (let at = 0; at < ids.length; at += IDS_PER_QUERY) {
    const list = ids
      .slice(at, at + IDS_PER_QUERY)
      .map(kqlText)
      .join(", ");
    const query = `${FROM}\n| where tostring(properties.principalId) in~ (${list})\n${PROJECT}\n| order by id asc`;
    for await (const page of queryPages(ctx, { query, subject: "role assignments", withAssignmentsAbove: true })) {
      rows.push(...page.rows.map(toAssignment).filter((row) => row !== null));
    }
  }
  return rows;
}

/** Every role definition that the caller can see. Resource Graph leaves out the conditions of permissions. Throws AppError. */
export async function definitionsFromGraph(ctx: QueryContext): Promise<RoleDefinitionRow[]> {
  const rows: RoleDefinitionRow[] = [];
  for await (const page of queryPages(ctx, {
    query: DEFINITIONS_QUERY,
    subject: "role definitions",
    withAssignmentsAbove: true,
  })) {
    rows.push(...page.rows.map(toRoleDefinition).filter((row) => row !== null));
  }
  return rows;
}
