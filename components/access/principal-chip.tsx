import { Bot, CircleHelp, Cpu, type LucideIcon, MonitorSmartphone, Server, User, UserRoundX, UsersRound } from "lucide-react";
import { Badge } from "@/components/ui/badge";
import { cn } from "@/components/ui/class-names";
import { Link } from "@/components/ui/link";
import type { PrincipalInput, PrincipalKind } from "@/lib/domain/access/types";
import { t } from "@/messages/t";

export const PRINCIPAL_ICON: Record<PrincipalKind, LucideIcon> = {
  user: User,
  guest: User,
  group: UsersRound,
  servicePrincipal: Bot,
  managedIdentity: Server,
  device: MonitorSmartphone,
  unknown: CircleHelp,
  deleted: UserRoundX,
};

/** The name, or the object id where the directory gave none: an operator can still search for that. */
export function principalName(principal: PrincipalInput): string {
  return principal.displayName === "" ? principal.id : principal.displayName;
}

export type PrincipalChipProps = { principal: PrincipalInput; href?: string; detail?: boolean; className?: string };

/** Who it is: kind as icon and in words, name, and the marks that decide what the principal can do. */
export function PrincipalChip({ principal, href, detail = true, className }: PrincipalChipProps) {
  const Icon = PRINCIPAL_ICON[principal.kind] ?? Cpu;
  const name = principalName(principal);
  return (
    <span className={cn("inline-flex min-w-0 max-w-full items-start gap-2", className)}>
      <Icon aria-hidden className="mt-0.5 size-4 shrink-0 text-muted" />
      <span className="min-w-0">
        <span className="flex flex-wrap items-center gap-x-2 gap-y-0.5">
          {href === undefined ? (
            <span className="break-words font-medium">{name}</span>
          ) : (
            <Link href={href} className="min-h-6 break-words font-medium text-link underline-offset-4 hover:underline">
              {name}
            </Link>
          )}
          {principal.kind === "user" ? null : (
            <Badge dot={false} tone={principal.kind === "guest" || principal.kind === "deleted" ? "warn" : "quiet"}>
              {t(`access.principal.${principal.kind}`)}
            </Badge>
          )}
          {principal.enabled === false ? <Badge tone="bad">{t("access.principal.disabled")}</Badge> : null}
        </span>
        {!detail || principal.detail === "" ? null : (
          <span className="block break-all text-muted text-xs">{principal.detail}</span>
        )}
      </span>
    </span>
  );
}

/** Leads to everything a principal can do. Stands beside a summary, because a link inside one is not reachable for everybody. */
export function PersonLink({ principal, href }: { principal: PrincipalInput; href: string }) {
  return (
    <p className="mt-2.5 pl-3">
      <Link
        href={href}
        prefetch={false}
        className="inline-flex min-h-6 items-center text-link text-xs underline underline-offset-4"
      >
        {t("access.holders.person", { name: principalName(principal) })}
      </Link>
    </p>
  );
}
