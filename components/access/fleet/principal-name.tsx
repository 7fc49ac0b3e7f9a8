import { AppWindow, Bot, CircleHelp, Server, User, UserRoundX, Users } from "lucide-react";
import { Badge } from "@/components/ui/badge";
import { cn } from "@/components/ui/class-names";
import { Link } from "@/components/ui/link";
import { pages } from "@/lib/config/routes";
import type { PrincipalInput, PrincipalKind } from "@/lib/domain/access/types";
import { t } from "@/messages/t";
import { kindWords } from "./access-words";

const ICON: Readonly<Record<PrincipalKind, typeof User>> = {
  user: User,
  guest: User,
  group: Users,
  servicePrincipal: AppWindow,
  managedIdentity: Bot,
  device: Server,
  unknown: CircleHelp,
  deleted: UserRoundX,
};

export type PrincipalNameProps = { principal: PrincipalInput; tabIndex?: number; className?: string };

/** A principal as a link to everything it reaches, with marks for what is out of the ordinary. */
export function PrincipalName({ principal, tabIndex, className }: PrincipalNameProps) {
  const Icon = ICON[principal.kind];
  const ordinary = principal.kind === "user" || principal.kind === "group";
  return (
    <span className={cn("flex min-w-0 items-center gap-1.5", className)}>
      <Icon aria-hidden className="size-4 shrink-0 text-muted" />
      <Link
        href={pages.person(principal.id)}
        prefetch={false}
        {...(tabIndex === undefined ? {} : { tabIndex })}
        title={principal.detail === "" ? principal.id : principal.detail}
        className="truncate font-medium text-link hover:underline"
      >
        {principal.displayName === "" ? principal.id : principal.displayName}
      </Link>
      {ordinary ? <span className="sr-only">{kindWords(principal)}</span> : <KindBadge principal={principal} />}
      {principal.enabled === false ? <Badge tone="bad">{t("accessFleet.disabled")}</Badge> : null}
    </span>
  );
}

function KindBadge({ principal }: { principal: PrincipalInput }) {
  const tone = principal.kind === "guest" ? "warn" : principal.kind === "deleted" ? "bad" : "quiet";
  return <Badge tone={tone}>{kindWords(principal)}</Badge>;
}
