import type { IdentityKind, MachineStatus, OsFamily, SignInExtensionState } from "./machine";
import { MACHINE_STATUSES } from "./machine";

/**
 * Text of Azure to the portal's closed words. Every function takes whatever came, never throws, and answers "Unknown" or
 * null for what it does not recognise; callers keep the raw text beside it for display.
 * Source: HybridCompute REST description 2025-01-13 and recorded answers (string booleans, mixed case).
 */

function folded(text: string | null | undefined): string {
  return (text ?? "").trim().toLowerCase();
}

/** Machine status. "Expired" is really sent although the REST description does not list it. */
export function toMachineStatus(text: string | null | undefined): MachineStatus {
  const wanted = folded(text);
  return MACHINE_STATUSES.find((status) => status.toLowerCase() === wanted) ?? "Unknown";
}

/** Kind of managed identity from `identity.type`. Absent identity means None, as ARM omits the object then. */
export function toIdentityKind(text: string | null | undefined): IdentityKind {
  const words = folded(text)
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "");
  if (words.length === 0 || (words.length === 1 && words[0] === "none")) return "None";
  const system = words.includes("systemassigned");
  const user = words.includes("userassigned");
  if (words.some((word) => word !== "systemassigned" && word !== "userassigned")) return "Unknown";
  if (system && user) return "SystemAssigned, UserAssigned";
  return system ? "SystemAssigned" : "UserAssigned";
}

/** True when the kind includes the system-assigned identity that the agent and the sign-in extension use; null when unclear. */
export function hasSystemAssigned(kind: IdentityKind): boolean | null {
  if (kind === "Unknown") return null;
  return kind === "SystemAssigned" || kind === "SystemAssigned, UserAssigned";
}

/** Agent booleans arrive as the texts "true" and "false", in newer versions as booleans. Anything else is null. */
export function toBoolean(value: unknown): boolean | null {
  if (typeof value === "boolean") return value;
  if (typeof value !== "string") return null;
  const text = value.trim().toLowerCase();
  if (text === "true") return true;
  return text === "false" ? false : null;
}

/** Operating system family. Older agents omit osType, so osName and then the product name decide. */
export function toOsFamily(os: { osType?: string | null; osName?: string | null; osSku?: string | null }): OsFamily {
  for (const text of [folded(os.osType), folded(os.osName), folded(os.osSku)]) {
    if (text.includes("windows")) return "windows";
    if (text.includes("linux") || /ubuntu|debian|red hat|rhel|suse|sles|alma|rocky|oracle|mariner/.test(text)) return "linux";
  }
  return "unknown";
}

/** State of the sign-in extension from its provisioningState. Null means that no such extension exists. */
export function toSignInState(provisioningState: string | null): SignInExtensionState {
  if (provisioningState === null) return "notInstalled";
  switch (folded(provisioningState)) {
    case "accepted":
    case "creating":
      return "creating";
    case "updating":
      return "updating";
    case "deleting":
      return "deleting";
    case "deleted":
      return "notInstalled";
    case "succeeded":
      return "succeeded";
    case "failed":
      return "failed";
    case "canceled":
    case "cancelled":
      return "canceled";
    default:
      return "unknown";
  }
}

/** Text or null: ARM sends empty strings where it has nothing. */
export function toText(value: unknown): string | null {
  return typeof value === "string" && value.trim() !== "" ? value : null;
}
