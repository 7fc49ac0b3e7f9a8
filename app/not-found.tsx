import { SearchX } from "lucide-react";
import type { Metadata } from "next";
import { AuthFrame } from "@/components/auth/auth-frame";
import { buttonClass } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { pages } from "@/lib/config/routes";
import { t } from "@/messages/t";

export const metadata: Metadata = { title: t("auth.notFound.title") };

export default function NotFound() {
  return (
    <AuthFrame>
      <h1 className="sr-only">{t("auth.notFound.title")}</h1>
      <EmptyState
        icon={SearchX}
        title={t("auth.notFound.title")}
        actions={
          <a className={buttonClass({ variant: "primary", size: "lg" })} href={pages.overview()}>
            {t("auth.notFound.home")}
          </a>
        }
      >
        {t("auth.notFound.text")}
      </EmptyState>
    </AuthFrame>
  );
}
