"use client";

import { History } from "lucide-react";
import { Card, CardHeader } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { Link } from "@/components/ui/link";
import { NoneNote } from "@/components/ui/none-note";
import { formatMoment } from "@/lib/client/format";
import { pages } from "@/lib/config/routes";
import { t } from "@/messages/t";
import { SetBadge, summaryWords } from "./set-page";
import { useManageSets } from "./use-manage";
import { ViewFrame } from "./view-frame";

/** The newest sets of changes, each with its outcome. */
export function ChangesView() {
  const read = useManageSets();
  return (
    <ViewFrame read={read} loading={t("elevationManage.set.loading")}>
      {({ sets, asOf }) => (
        <Card aria-labelledby="sets-title">
          <CardHeader id="sets-title" title={t("elevationManage.set.list")} description={t("elevationManage.set.listAbout")} />
          {sets.length === 0 ? (
            <>
              <EmptyState icon={History} title={t("elevationManage.set.listEmpty")}>
                {t("elevationManage.set.listEmptyWhy")}
              </EmptyState>
              <NoneNote asOf={asOf} />
            </>
          ) : (
            <ul>
              {sets.map((set) => (
                <li
                  key={set.id}
                  className="flex flex-wrap items-center justify-between gap-2 border-line border-b px-4 py-2.5 text-[0.8125rem] last:border-b-0"
                >
                  <Link href={pages.elevationManageSet(set.id)} className="text-link underline-offset-4 hover:underline">
                    {t("elevationManage.set.open", { time: formatMoment(set.startedAt) })}
                  </Link>
                  <span className="flex flex-wrap items-center gap-2 text-muted">
                    {set.operatorName} · {summaryWords(set)} <SetBadge set={set} />
                  </span>
                </li>
              ))}
            </ul>
          )}
        </Card>
      )}
    </ViewFrame>
  );
}
