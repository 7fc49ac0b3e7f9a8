import type { Tone } from "@/components/ui/badge";
import { type AccessCapabilityId, type CapabilityRisk, capabilityRule } from "@/lib/domain/access/capabilities";
import { t } from "@/messages/t";

export const CAPABILITY_GROUPS = [
  { id: "signIn", capabilities: ["signInAdmin", "signInUser", "adminCenter"] },
  {
    id: "takeOver",
    capabilities: [
      "indirectAdmin",
      "becomeIdentity",
      "writeExtensions",
      "addExtensions",
      "runCommand",
      "machineConfiguration",
      "writePolicy",
    ],
  },
  { id: "grant", capabilities: ["assignRoles", "assignRolesLimited", "removeRoles", "defineRoles"] },
  {
    id: "change",
    capabilities: [
      "changeIdentity",
      "delete",
      "upgradeExtensions",
      "deleteExtensions",
      "installPatches",
      "assignUserIdentity",
      "onboard",
    ],
  },
  { id: "connect", capabilities: ["accessDetails", "relayCredentials", "managedProxy", "enableEndpoint", "openPort"] },
  { id: "licences", capabilities: ["licences", "licenceProfile", "privateLink"] },
  { id: "read", capabilities: ["read"] },
] as const satisfies readonly { id: string; capabilities: readonly AccessCapabilityId[] }[];

export function capabilityName(id: AccessCapabilityId): string {
  return t(`access.capability.${id}.name`);
}

export function capabilityAbout(id: AccessCapabilityId): string {
  return t(`access.capability.${id}.about`);
}

export const RISK_TONE: Record<CapabilityRisk, Tone> = { low: "quiet", medium: "info", high: "warn", critical: "bad" };

export function capabilityTone(id: AccessCapabilityId): Tone {
  return RISK_TONE[capabilityRule(id).risk];
}
