import "server-only";
import { z } from "zod";
import type { AccessPort, RoleDefinitionRow, RolePermissionRow } from "./access-ports";
import { type ArmArgs, createArmClient } from "./arm-client";
import { unexpectedShape } from "./rest-client";

const text = z.string().nullish().catch(null);
const strings = z
  .array(z.unknown())
  .nullish()
  .catch(null)
  .transform((list) => (list ?? []).filter((item) => typeof item === "string"));

const permissionWireSchema = z.looseObject({
  actions: strings,
  notActions: strings,
  dataActions: strings,
  notDataActions: strings,
  condition: text,
  conditionVersion: text,
});
const definitionWireSchema = z.looseObject({
  id: z.string(),
  name: text,
  properties: z.looseObject({
    roleName: text,
    type: text,
    description: text,
    assignableScopes: strings,
    permissions: z.array(z.unknown()).nullish().catch(null),
    updatedOn: text,
  }),
});

function toPermission(raw: unknown): RolePermissionRow[] {
  const wire = permissionWireSchema.safeParse(raw);
  if (!wire.success) return [];
  const { actions, notActions, dataActions, notDataActions, condition, conditionVersion } = wire.data;
  return [
    {
      actions,
      notActions,
      dataActions,
      notDataActions,
      condition: condition ?? null,
      conditionVersion: conditionVersion ?? null,
    },
  ];
}

/** A role definition as ARM or Resource Graph sends it; null for what is none. */
export function toRoleDefinition(raw: unknown): RoleDefinitionRow | null {
  const wire = definitionWireSchema.safeParse(raw);
  if (!wire.success) return null;
  const { id, name, properties } = wire.data;
  const guid = name ?? id.slice(id.lastIndexOf("/") + 1);
  return {
    id,
    name: guid,
    roleName: properties.roleName ?? guid,
    roleType: properties.type ?? "Unknown",
    description: properties.description ?? "",
    assignableScopes: properties.assignableScopes,
    permissions: (properties.permissions ?? []).flatMap(toPermission),
    updatedAt: properties.updatedOn ?? null,
  };
}

/** Each segment of a scope encoded on its own, for a path that is built from it. */
export function encodedScope(scope: string): string {
  return scope.split("/").map(encodeURIComponent).join("/");
}

/** Path of something of Microsoft.Authorization below a scope; the tenant root has no prefix. */
export function belowScope(scope: string, rest: string): string {
  return `${scope === "/" ? "" : encodedScope(scope)}/providers/Microsoft.Authorization/${rest}`;
}

/** Role definitions and the caller's permissions by raw request. Source: Authorization REST API 2022-04-01. */
export function createRoleDefinitions(
  args: ArmArgs,
): Pick<AccessPort, "roleDefinitions" | "roleDefinition" | "putRoleDefinition" | "permissionsAt"> {
  const arm = createArmClient(args);
  return {
    async roleDefinitions(scope, options = {}) {
      const url = belowScope(scope, "roleDefinitions");
      const rows = await arm.list({ area: "authorization", url, subject: `the role definitions of ${scope}` }, options);
      return rows.map(toRoleDefinition).filter((row) => row !== null);
    },
    async roleDefinition({ scope, name }, options = {}) {
      const subject = `role definition ${name}`;
      const url = belowScope(scope, `roleDefinitions/${encodeURIComponent(name)}`);
      const answer = await arm.send({ area: "authorization", method: "GET", url, subject, accept: [404] }, options);
      return answer.status === 404 ? null : toRoleDefinition(answer.body);
    },
    async putRoleDefinition({ scope, name, body }, options = {}) {
      const subject = `role definition ${body.roleName}`;
      const url = belowScope(scope, `roleDefinitions/${encodeURIComponent(name)}`);
      const { roleName, description, assignableScopes, permissions } = body;
      const wireBody = { properties: { roleName, type: "CustomRole", description, assignableScopes, permissions } };
      const answer = await arm.send({ area: "authorization", method: "PUT", url, subject, body: wireBody }, options);
      const row = toRoleDefinition(answer.body);
      if (row === null) throw unexpectedShape(args.pipeline, subject, answer.requestId);
      return row;
    },
    async permissionsAt(scope, options = {}) {
      const url = belowScope(scope, "permissions");
      const rows = await arm.list({ area: "authorization", url, subject: `your permissions at ${scope}` }, options);
      return rows.flatMap(toPermission).map(({ actions, notActions, dataActions, notDataActions }) => ({
        actions,
        notActions,
        dataActions,
        notDataActions,
      }));
    },
  };
}
