import { Lock } from "lucide-react";
import { buttonClass } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { Link } from "@/components/ui/link";
import { toClientProblem } from "@/lib/client/api-problem";
import { pages } from "@/lib/config/routes";
import { t } from "@/messages/t";

/** Whether the portal has refused an answer because the person lacks the role, which no second attempt changes. */
export function isForbidden(error: unknown): boolean {
  return error !== null && toClientProblem(error).code === "forbidden";
}

/** In the place of an answer that names everybody: which role is missing, who can give it, and what can be seen without it. */
export function NeedsAuditor({ className }: { className?: string }) {
  return (
    <EmptyState
      icon={Lock}
      title={t("history.needsAuditor.title")}
      {...(className === undefined ? {} : { className })}
      actions={
        <Link href={pages.history()} className={buttonClass()}>
          {t("history.needsAuditor.own")}
        </Link>
      }
    >
      <p>{t("history.needsAuditor.what")}</p>
      <p className="mt-2">{t("history.needsAuditor.who")}</p>
    </EmptyState>
  );
}
