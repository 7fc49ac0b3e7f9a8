"use client";

import { useIsFetching } from "@tanstack/react-query";
import { RefreshCw } from "lucide-react";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/class-names";
import { LinkTabs } from "@/components/ui/link-tabs";
import { pages } from "@/lib/config/routes";
import { t } from "@/messages/t";
import { ChangesView } from "./changes-view";
import { ConvertView } from "./convert-view";
import { EligibilitiesView } from "./eligibilities-view";
import { PoliciesView } from "./policies-view";
import { ReplayNote } from "./replay-note";
import { useOverview, useReadAgain } from "./use-manage";
import { ViewFrame } from "./view-frame";

const TABS = ["eligibilities", "policies", "convert", "changes"] as const;
type Tab = (typeof TABS)[number];

function Tabs({ current }: { current: Tab }) {
  const tabs = TABS.map((id) => ({
    id,
    href: id === "eligibilities" ? pages.elevationManage() : `${pages.elevationManage()}?tab=${id}`,
    label: t(`elevationManage.tabs.${id}`),
  }));
  return <LinkTabs label={t("elevationManage.tabs.label")} tabs={tabs} current={current} />;
}

function OverviewTab({ tab }: { tab: "eligibilities" | "convert" }) {
  const read = useOverview();
  return (
    <ViewFrame read={read} loading={t("elevationManage.loading")}>
      {(overview) => (tab === "convert" ? <ConvertView overview={overview} /> : <EligibilitiesView overview={overview} />)}
    </ViewFrame>
  );
}

/** Eligibilities, conversions and role settings of everything the operator sees. */
export function ManagePage() {
  const [tab] = useQueryState("tab", parseAsStringLiteral(TABS).withDefault("eligibilities"));
  const readAgain = useReadAgain();
  const reading = useIsFetching({ queryKey: ["elevationManage"] }) > 0;
  return (
    <div className="mx-auto grid w-full min-w-0 max-w-[110rem] grid-cols-1 gap-3 px-4 py-3 md:px-5 md:py-4">
      <header className="flex flex-wrap items-end justify-between gap-x-6 gap-y-2">
        <div className="min-w-0">
          <h1 className="font-semibold text-lg leading-6">{t("elevationManage.heading")}</h1>
          <p className="text-[0.8125rem] text-muted max-sm:sr-only">{t("elevationManage.subtitle")}</p>
        </div>
        <Button onClick={readAgain} disabled={reading}>
          <RefreshCw aria-hidden className={cn(reading && "animate-spin")} />
          <span className="max-sm:sr-only">{reading ? t("elevationManage.reading") : t("elevationManage.refresh")}</span>
        </Button>
      </header>
      <ReplayNote />
      <Tabs current={tab} />
      {tab === "policies" ? <PoliciesView /> : tab === "changes" ? <ChangesView /> : <OverviewTab tab={tab} />}
    </div>
  );
}
