"use client";

import { RefreshCw } from "lucide-react";
import { useQueryStates } from "nuqs";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/class-names";
import { LinkTabs } from "@/components/ui/link-tabs";
import type { AccessStatus } from "@/lib/client/access/access-session";
import { ACCESS_VIEWS, type AccessView, viewParser } from "@/lib/client/access/access-url";
import { getAccess, useAccess } from "@/lib/client/access/use-access";
import { formatClock } from "@/lib/client/format";
import { isReading } from "@/lib/client/is-reading";
import { pages } from "@/lib/config/routes";
import { t } from "@/messages/t";
import { useRightAnywhere } from "../use-rights";
import { AccessNotices, AccessProgressLine, ReadOnlyNote } from "./access-status";
import { FindingsView } from "./findings-view";
import { MatrixView } from "./matrix-view";
import { PeopleView } from "./people-view";
import { RolesView } from "./roles-view";
import { ScopesView } from "./scopes-view";

function ViewTabs({ current }: { current: AccessView }) {
  const tabs = ACCESS_VIEWS.map((id) => ({
    id,
    href: id === "machines" ? pages.access() : `${pages.access()}?view=${id}`,
    label: t(`accessFleet.tabs.${id}`),
  }));
  return <LinkTabs label={t("accessFleet.tabs.label")} tabs={tabs} current={current} />;
}

function Header({ status }: { status: AccessStatus }) {
  const reading = isReading(status);
  return (
    <div className="flex flex-wrap items-end justify-between gap-x-6 gap-y-2">
      <div className="min-w-0">
        <h1 className="font-semibold text-lg leading-6">{t("accessFleet.heading")}</h1>
        <p className="text-[0.8125rem] text-muted max-sm:sr-only">{t("accessFleet.subtitle")}</p>
      </div>
      <div className="flex flex-wrap items-center gap-2">
        {status.asOf === null || reading ? null : (
          <p className="text-muted text-xs">
            {t(status.completeness?.complete === true ? "accessFleet.whole" : "accessFleet.partial", {
              count: status.machines,
              time: formatClock(status.asOf),
            })}
          </p>
        )}
        <Button onClick={() => void getAccess().refresh()} disabled={reading}>
          <RefreshCw aria-hidden className={cn(reading && "animate-spin")} />
          <span className="max-sm:sr-only">{reading ? t("accessFleet.refreshing") : t("accessFleet.refresh")}</span>
        </Button>
      </div>
    </div>
  );
}

export function AccessPage() {
  const status = useAccess();
  const [{ view }] = useQueryStates(viewParser);
  return (
    <div className="flex h-full min-h-[34rem] flex-col gap-3 px-4 py-3 md:px-5 md:py-4">
      <Header status={status} />
      <ViewTabs current={view} />
      <AccessProgressLine status={status} />
      <AccessNotices status={status} />
      <ReadOnlyNote right={useRightAnywhere("assignRoles")} />
      {view === "machines" ? <MatrixView status={status} /> : null}
      {view === "people" ? <PeopleView status={status} /> : null}
      {view === "findings" ? <FindingsView status={status} /> : null}
      {view === "roles" ? <RolesView status={status} /> : null}
      {view === "scopes" ? <ScopesView status={status} /> : null}
    </div>
  );
}
