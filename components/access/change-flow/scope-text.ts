import type { ScopeKind } from "@/lib/domain/access/types";
import { t } from "@/messages/t";

export type ScopeText = { kind: string; name: string; wide: boolean };

function kindOf(scope: string): ScopeKind {
  if (scope === "/") return "root";
  if (/^\/providers\/Microsoft\.Management\/managementGroups\//i.test(scope)) return "managementGroup";
  if (/^\/subscriptions\/[^/]+$/i.test(scope)) return "subscription";
  if (/^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+$/i.test(scope)) return "resourceGroup";
  return /\/Microsoft\.HybridCompute\/machines\/[^/]+$/i.test(scope) ? "machine" : "other";
}

/** Kind and name of a scope from its id, and whether it holds many resources. */
export function scopeText(scope: string): ScopeText {
  const kind = kindOf(scope);
  return {
    kind: t(`access.scope.${kind}`),
    name: kind === "root" ? "" : (scope.split("/").at(-1) ?? ""),
    wide: kind !== "machine" && kind !== "other",
  };
}
