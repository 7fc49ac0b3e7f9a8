import type { SubscriptionKey } from "./places.ts";
import type { Extension } from "./types.ts";

/**
 * The machines that stand for one case each, in the order in which they fill a small fleet. Their names are fixed.
 * Ages are days before the moment the world is made; `certificateDaysLeft` counts from there.
 */
export type SpecialMachine = {
  name: string;
  /** Operating system and case, for example "server2025:ready". */
  archetype: string;
  subscription: SubscriptionKey;
  offlineDays?: number;
  certificateDaysLeft?: number;
  /** Days since renewals fail although the agent is connected. */
  renewalStuckDays?: number;
  status?: string;
  identityOff?: boolean;
  registrationBlocked?: boolean;
  /** Dotted paths into the wire JSON. */
  overrides?: Record<string, unknown>;
  extensions?: (location: string) => Extension[];
  /** Host name that another device object of the tenant already has. */
  deviceClash?: boolean;
  /** Old records name the segments of their id in lower case. */
  lowerCaseId?: boolean;
};
