import { Badge, type Tone } from "@/components/ui/badge";
import { formatDateTime } from "@/lib/client/format";
import type { AccessPath, PathKind } from "@/lib/domain/access/types";
import { t } from "@/messages/t";

/** Whether somebody must approve is said only when the role's settings were read. */
function eligibleWords({ until, approvalRequired }: Extract<PathKind, { kind: "eligible" }>): string {
  if (until === null) {
    if (approvalRequired === null) return t("access.path.eligible");
    return t(approvalRequired ? "access.path.eligibleApproval" : "access.path.eligibleNoApproval");
  }
  const time = formatDateTime(until);
  if (approvalRequired === null) return t("access.path.eligibleUntil", { time });
  return t(approvalRequired ? "access.path.eligibleUntilApproval" : "access.path.eligibleUntilNoApproval", { time });
}

/** What an activation asks for besides an approval. */
function askedWords(kind: PathKind): string[] {
  if (kind.kind !== "eligible") return [];
  const context = kind.authenticationContext;
  return [
    ...(kind.mfaRequired === true ? [t("access.path.mfa")] : []),
    ...(context === null ? [] : [t("access.path.context", { context })]),
  ];
}

/** How a path holds, in words: standing, until when, or only after an activation. */
export function pathKindWords(kind: PathKind): string {
  switch (kind.kind) {
    case "standing":
      return t("access.path.standing");
    case "active":
      return t(kind.activated ? "access.path.activeUntil" : "access.path.assignedUntil", { time: formatDateTime(kind.until) });
    case "eligible":
      return eligibleWords(kind);
  }
}

const KIND_TONE: Record<PathKind["kind"], Tone> = { standing: "warn", active: "info", eligible: "quiet" };

export function PathKindBadge({ kind }: { kind: PathKind }) {
  return <Badge tone={KIND_TONE[kind.kind]}>{pathKindWords(kind)}</Badge>;
}

/** All marks of one path: kind, direct or through groups, inherited or not, custom role, condition. */
export function PathBadges({ path }: { path: AccessPath }) {
  return (
    <span className="flex flex-wrap gap-1.5">
      <PathKindBadge kind={path.kind} />
      {askedWords(path.kind).map((words) => (
        <Badge key={words} dot={false}>
          {words}
        </Badge>
      ))}
      <Badge dot={false}>
        {path.groups.length === 0 ? t("access.path.direct") : t("access.path.viaGroups", { count: path.groups.length })}
      </Badge>
      <Badge dot={false}>{t(path.inherited ? "access.path.inherited" : "access.path.onMachine")}</Badge>
      {path.roleType === "CustomRole" ? (
        <Badge dot={false} tone="info">
          {t("access.path.customRole")}
        </Badge>
      ) : null}
      {path.condition.kind === "none" ? null : (
        <Badge tone="info">{t(path.condition.kind === "limitsRoles" ? "access.path.limited" : "access.path.depends")}</Badge>
      )}
    </span>
  );
}
