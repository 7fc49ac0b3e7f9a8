import type { Tone } from "@/components/ui/badge";
import { formatDateTime } from "@/lib/client/format";
import type { AccessCapabilityId } from "@/lib/domain/access/capabilities";
import { capabilityRule } from "@/lib/domain/access/capabilities";
import type { AccessLane, PathKind, PrincipalInput, ScopeRef } from "@/lib/domain/access/types";
import { t, tDynamic } from "@/messages/t";

export function capabilityWords(id: AccessCapabilityId): string {
  return t(`accessFleet.capability.${id}`);
}

export function laneWords(lane: AccessLane): string {
  return t(`accessFleet.lane.${lane}`);
}

export function kindWords(principal: Pick<PrincipalInput, "kind">): string {
  return t(`accessFleet.kind.${principal.kind}`);
}

/** Input sources and scope kinds come as data. */
export function sourceWords(source: string): string {
  return tDynamic(`accessFleet.source.${source}`);
}

export function scopeWords(scope: ScopeRef): string {
  return scope.kind === "root" ? t("accessFleet.path.tenantRoot") : scope.name;
}

export function pathKindWords(kind: PathKind): string {
  if (kind.kind === "standing") return t("accessFleet.path.standing");
  if (kind.kind === "active") return t("accessFleet.path.active", { time: formatDateTime(kind.until) });
  return kind.approvalRequired === true ? t("accessFleet.path.eligibleApproval") : t("accessFleet.path.eligible");
}

export const PATH_TONE: Readonly<Record<PathKind["kind"], Tone>> = { standing: "warn", active: "info", eligible: "quiet" };

const RISK_TONE = { low: "quiet", medium: "info", high: "warn", critical: "bad" } as const satisfies Record<string, Tone>;

export function riskTone(id: AccessCapabilityId): Tone {
  return RISK_TONE[capabilityRule(id).risk];
}
