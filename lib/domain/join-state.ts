import type { JoinState, OsFamily, SignInExtensionState } from "./machine";

/**
 * True when the machine belongs to an Active Directory domain, false for a workgroup, null when the agent reports nothing.
 * Source: `properties.domainName` of HybridCompute machines; "WORKGROUP" is what a machine without a domain reports.
 */
export function isDomainJoined(domainName: string | null): boolean | null {
  if (domainName === null) return null;
  const name = domainName.trim().toLowerCase();
  if (name === "") return null;
  return name !== "workgroup" && name !== "n/a";
}

/**
 * Whether the machine is Entra joined by the sign-in extension. Being connected to Azure Arc says nothing about it. The Linux
 * extension gives Entra accounts SSH access but joins nothing.
 * Source: "Sign in to a Windows virtual machine in Azure Arc" (Entra documentation).
 */
export function entraJoined(osFamily: OsFamily, signIn: SignInExtensionState): "yes" | "no" | "unknown" {
  if (osFamily === "linux") return "no";
  switch (signIn) {
    case "succeeded":
      return osFamily === "windows" ? "yes" : "unknown";
    case "notInstalled":
    case "creating":
    case "failed":
      return "no";
    case "updating":
    case "deleting":
    case "canceled":
    case "unknown":
      return "unknown";
  }
}

/** Where the machine stands: workgroup, domain, Entra joined through the extension, or both. */
export function joinState(facts: { domainName: string | null; osFamily: OsFamily; signIn: SignInExtensionState }): JoinState {
  const domain = isDomainJoined(facts.domainName);
  const entra = entraJoined(facts.osFamily, facts.signIn) === "yes";
  if (domain === true) return entra ? "domain+entra" : "domain";
  if (entra) return "entra";
  return domain === false ? "workgroup" : "unknown";
}
