import type { Face } from "./contract.ts";

const ARM_FIRST_SEGMENTS = new Set(["subscriptions", "providers", "tenants", "batch", "locations", "metadata"]);

/** Splits a raw path into percent-decoded segments. Repeated slashes collapse, as ARM tolerates them. */
export function splitPath(rawPath: string): string[] {
  return rawPath
    .split("/")
    .filter((part) => part !== "")
    .map((part) => {
      try {
        return decodeURIComponent(part);
      } catch {
        return part;
      }
    });
}

/** All faces share one port; the first path segment tells them apart. */
export function faceOf(segments: readonly string[]): Face {
  const first = (segments[0] ?? "").toLowerCase();
  if (first === "v1.0" || first === "beta") return "graph";
  if (first === "providers" && segments[1]?.toLowerCase() === "microsoft.resourcegraph") return "resourceGraph";
  if (first === "secrets") return "keyVault";
  if (ARM_FIRST_SEGMENTS.has(first)) return "arm";
  return "entra";
}
