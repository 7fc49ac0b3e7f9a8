import "server-only";
import { z } from "zod";
import type { AccessChangeInput, AccessChangeRequest, AccessPreviewInput, AccessRightsInput } from "@/lib/domain/access/api";

/** Queries and bodies of the access routes. */

/** A path segment of ARM: no control characters and no separators, so that one segment stays one segment. */
const SEGMENT = String.raw`[^/\\?#%\p{Cc}]+`;
const SCOPE = new RegExp(
  `^(?:/|/providers/Microsoft\\.Management/managementGroups/${SEGMENT}|/subscriptions/[0-9a-f-]{36}(?:/resourceGroups/${SEGMENT}(?:/providers/${SEGMENT}(?:/${SEGMENT}/${SEGMENT})+)?)?)$`,
  "iu",
);

/** A scope of Azure RBAC: tenant root, management group, subscription, resource group or resource. */
export const scopeSchema = z
  .string()
  .max(1_024)
  .refine(
    (text) => SCOPE.test(text) && !/\/\.{1,2}(\/|$)/.test(text),
    "Must be /, a management group, subscription, resource group or resource id.",
  );

export const rightsQuerySchema = z.strictObject({ scope: scopeSchema });

export const rightsInputSchema: z.ZodType<AccessRightsInput> = z.strictObject({ scopes: z.array(scopeSchema).min(1).max(100) });

export const principalQuerySchema = z.strictObject({
  search: z
    .string()
    .trim()
    .min(1, "Type at least one letter.")
    .max(120)
    .refine((text) => /[\p{L}\p{N}]/u.test(text), "Must hold a letter or a digit."),
});

export const resourceQuerySchema = z.strictObject({
  search: z
    .string()
    .trim()
    .min(2, "Type at least two letters.")
    .max(120)
    .refine((text) => /[\p{L}\p{N}]/u.test(text), "Must hold a letter or a digit."),
  type: z
    .string()
    .regex(/^[\w.]{1,80}(\/[\w.]{1,80}){1,4}$/, "Must be a resource type such as microsoft.keyvault/vaults.")
    .optional(),
});

const guid = z.guid().transform((id) => id.toLowerCase());
/** One action or wildcard of a role: letters, digits and the characters that Azure's own actions hold. */
const action = z.string().regex(/^[\w*./-]{1,200}$/, "Must be an action such as Microsoft.HybridCompute/machines/read.");
const actions = z.array(action).max(200);
const text = (max: number) => z.string().trim().max(max);

const assignmentId = z
  .string()
  .max(1_200)
  .refine((id) => {
    const match = /^(.*)\/providers\/Microsoft\.Authorization\/roleAssignments\/([0-9a-f-]{36})$/i.exec(id);
    return match !== null && scopeSchema.safeParse(match[1] === "" ? "/" : match[1]).success;
  }, "Must be the id of a role assignment.");

export const usedRolesQuerySchema = z.strictObject({ principal: guid, scope: scopeSchema, role: guid });

const changeSchema: z.ZodType<AccessChangeRequest> = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("assign"),
    assignmentName: guid,
    principalId: guid,
    roleId: guid,
    scope: scopeSchema,
    condition: text(8_192).min(1).nullable(),
    description: text(2_048).min(1).nullable(),
  }),
  z.strictObject({ kind: z.literal("remove"), assignmentId }),
  z.strictObject({
    kind: z.literal("defineRole"),
    roleId: guid,
    roleName: text(512).min(1),
    description: text(2_048),
    permissions: z.strictObject({ actions, notActions: actions, dataActions: actions, notDataActions: actions }),
    assignableScopes: z.array(scopeSchema).min(1).max(100),
  }),
]);

const changesSchema = z.array(changeSchema).min(1).max(100);

export const previewInputSchema: z.ZodType<AccessPreviewInput> = z.strictObject({ changes: changesSchema });

export const changeInputSchema: z.ZodType<AccessChangeInput> = z.strictObject({
  changeSetId: guid,
  changes: changesSchema,
  stamp: z.string().regex(/^[0-9a-f]{64}$/, "Must be the stamp of a preview."),
  confirmed: z.boolean(),
});

export const changeParamsSchema = z.strictObject({ id: guid });
