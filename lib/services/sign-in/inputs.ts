import "server-only";
import { z } from "zod";
import type { DeployInput, PreflightInput, UninstallInput } from "@/lib/domain/api";
import { extensionNameError, mdmKind } from "@/lib/domain/sign-in-extension";

/** Bodies and parameters of the sign-in routes. */

const MAX_OVERRIDES = 32;

/** A path segment of ARM: no control characters and no separators, so that one segment stays one segment. */
const segment = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .refine(
      (text) => !/[/\\?#%\p{Cc}]/u.test(text) && text !== "." && text !== "..",
      "Holds a character that no Azure name has.",
    );

export const machineParamsSchema = z.strictObject({
  subscription: z.guid(),
  group: segment(90),
  name: segment(64),
});

export const extensionNameSchema = z
  .string()
  .max(64)
  .refine(
    (name) => extensionNameError(name) === null,
    "Letters, digits, - _ and . only, at most 64, beginning with a letter or digit.",
  );
export const mdmIdSchema = z
  .string()
  .max(64)
  .refine(
    (text) => mdmKind(text) !== "invalid",
    "Leave it empty, or give the application id (GUID) of the device management service.",
  );

export const extensionParamsSchema = machineParamsSchema.extend({ extension: extensionNameSchema });

export const preflightInputSchema: z.ZodType<PreflightInput> = z.strictObject({
  extensionName: extensionNameSchema,
  mdmId: mdmIdSchema,
});

export const deployInputSchema: z.ZodType<DeployInput> = z.strictObject({
  extensionName: extensionNameSchema,
  mdmId: mdmIdSchema,
  consent: z.literal(true),
  overrides: z.array(z.string().max(64)).max(MAX_OVERRIDES),
  typedMachineName: z.string().max(64),
  operationId: z.guid().transform((id) => id.toLowerCase()),
});

export const uninstallInputSchema: z.ZodType<UninstallInput> = z.strictObject({
  typedMachineName: z.string().max(64),
  operationId: z.guid().transform((id) => id.toLowerCase()),
});

/** The machine of a route's parameters. */
export function refOf(params: z.infer<typeof machineParamsSchema>): {
  subscriptionId: string;
  resourceGroup: string;
  name: string;
} {
  return { subscriptionId: params.subscription, resourceGroup: params.group, name: params.name };
}
