import type { JoinState } from "./machine";

/** How people and the server authenticate on this machine, as message key under machine.mode.<id>. */
export type IdentityMode = "workgroup" | "domain" | "entra" | "both" | "unknown";

/** The identity mode that a machine's header names: workgroup, AD joined, Entra joined by the extension, or both. */
export function identityMode(state: JoinState): IdentityMode {
  return state === "domain+entra" ? "both" : state;
}
