import type { ScopeKind, ScopeRef } from "@/lib/domain/access/types";
import { t } from "@/messages/t";

/** A scope in words: "Resource group rg-app-ams". The tenant root has no name of its own. */
export function scopeWords({ kind, name }: ScopeRef): string {
  const words = t(`access.scope.${kind}`);
  return kind === "root" ? words : `${words} ${name}`;
}

function kindOf(scope: string): ScopeKind {
  if (scope === "/") return "root";
  if (/^\/providers\/Microsoft\.Management\/managementGroups\//i.test(scope)) return "managementGroup";
  if (/^\/subscriptions\/[^/]+$/i.test(scope)) return "subscription";
  if (/^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+$/i.test(scope)) return "resourceGroup";
  return /\/Microsoft\.HybridCompute\/machines\/[^/]+$/i.test(scope) ? "machine" : "other";
}

/** A scope of which only the id is known. A subscription then goes by its id. */
export function scopeRefOf(scope: string): ScopeRef {
  const kind = kindOf(scope);
  return { id: scope, kind, name: kind === "root" ? "" : (scope.split("/").at(-1) ?? "") };
}

export function sameScope(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}
