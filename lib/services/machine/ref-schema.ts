import "server-only";
import { z } from "zod";

/**
 * The parts of a machine's address as they stand in the portal's own URLs. Sources: ARM naming rules for resource groups and
 * HybridCompute machines (official specification, machineName): a name outside the rule cannot exist, so Azure is not asked.
 */
const segment = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[^/\\?#%\p{Cc}]+$/u, "Must not hold a slash, a percent sign or control characters.")
    .refine((text) => text !== "." && text !== "..", "Must be a name.");

const machineName = z
  .string()
  .regex(/^[\w.-]{1,54}$/, "Must be 1 to 54 letters, digits, hyphens, underscores or full stops.")
  .refine((text) => text !== "." && text !== "..", "Must be a name.");

export const machineParamsSchema = z
  .strictObject({ subscription: z.guid(), group: segment(90), name: machineName })
  .transform(({ subscription, group, name }) => ({ subscriptionId: subscription, resourceGroup: group, name }));
