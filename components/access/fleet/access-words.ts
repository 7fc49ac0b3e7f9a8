import type { AccessCapabilityId } from "@/lib/domain/access/capabilities";
import type { AccessLane, PrincipalInput, ScopeKind, ScopeRef } from "@/lib/domain/access/types";
import { t, tDynamic } from "@/messages/t";

/** Short names, for heads of columns and for chips; `capabilityName` has the long ones. */
export function capabilityWords(id: AccessCapabilityId): string {
  return t(`accessFleet.capability.${id}`);
}

export function laneWords(lane: AccessLane): string {
  return t(`accessFleet.lane.${lane}`);
}

export function kindWords(principal: Pick<PrincipalInput, "kind">): string {
  return t(`access.principal.${principal.kind}`);
}

export function scopeKindWords(kind: ScopeKind): string {
  return t(`access.scope.${kind}`);
}

/** Input sources come as data. */
export function sourceWords(source: string): string {
  return tDynamic(`accessFleet.source.${source}`);
}

export function scopeWords(scope: ScopeRef): string {
  return scope.kind === "root" ? t("accessFleet.path.tenantRoot") : scope.name;
}
