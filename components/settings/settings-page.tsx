"use client";

import type { ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { ProblemPanel } from "@/components/ui/problem-panel";
import { Skeleton } from "@/components/ui/skeleton";
import { useSession } from "@/lib/client/session";
import { t } from "@/messages/t";
import { AboutCard, AppearanceCard } from "./about-card";
import { CloudCard } from "./cloud-card";
import { CapabilitiesCard, SessionCard, SubscriptionsCard } from "./session-cards";

/** `notices`: their card, composed by the page because it is a feature of its own. */
export function SettingsPage({ notices }: { notices?: ReactNode }) {
  const { info, problem, reload } = useSession();
  return (
    <div className="mx-auto grid max-w-4xl gap-4 px-4 py-4 md:px-6 md:py-5">
      <div>
        <h1 className="font-semibold text-lg leading-6">{t("settings.title")}</h1>
        <p className="text-[0.8125rem] text-muted">{t("settings.subtitle")}</p>
      </div>
      {problem === null ? null : (
        <ProblemPanel
          problem={problem}
          actions={
            <Button size="sm" onClick={reload}>
              {t("common.retry")}
            </Button>
          }
        />
      )}
      {info === null ? (
        problem === null ? (
          <Skeleton className="h-64 w-full rounded-lg" />
        ) : null
      ) : (
        <>
          <SessionCard info={info} />
          <CapabilitiesCard info={info} />
          <SubscriptionsCard info={info} />
        </>
      )}
      {notices}
      <CloudCard />
      <AppearanceCard />
      <AboutCard />
    </div>
  );
}
