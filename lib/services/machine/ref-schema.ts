import "server-only";
import { z } from "zod";

/**
 * The parts of a machine's address as they stand in the portal's own URLs. Sources: ARM naming rules for resource groups and
 * HybridCompute machines; machine names may be longer or odder than the rule in old data, so only what could change the
 * meaning of a path is refused.
 */
const segment = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[^/\\?#%\p{Cc}]+$/u, "Must not hold a slash, a percent sign or control characters.")
    .refine((text) => text !== "." && text !== "..", "Must be a name.");

export const machineParamsSchema = z
  .strictObject({ subscription: z.guid(), group: segment(90), name: segment(128) })
  .transform(({ subscription, group, name }) => ({ subscriptionId: subscription, resourceGroup: group, name }));
