import "server-only";
import { z } from "zod";

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

export const principalQuerySchema = z.strictObject({
  search: z
    .string()
    .trim()
    .min(1, "Type at least one letter.")
    .max(120)
    .refine((text) => /[\p{L}\p{N}]/u.test(text), "Must hold a letter or a digit."),
});
