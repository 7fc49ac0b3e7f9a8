"use client";

import { Link } from "@/components/ui/link";
import { Table, Td, Th } from "@/components/ui/table";
import { formatNumber } from "@/lib/client/format";
import type { HorizonWeek } from "@/lib/domain/horizon";
import { t } from "@/messages/t";
import { shortDay, weekHref } from "./horizon-words";

function total(week: HorizonWeek): string {
  const low = formatNumber(week.cumulativeAtLeast);
  return week.cumulativeAtLeast === week.cumulativeAtMost
    ? low
    : t("certificates.table.range", { low, high: formatNumber(week.cumulativeAtMost) });
}

export function HorizonTable({ weeks }: { weeks: readonly HorizonWeek[] }) {
  return (
    <Table caption={t("certificates.table.title")}>
      <thead>
        <tr>
          <Th>{t("certificates.table.week")}</Th>
          <Th className="text-right">{t("certificates.table.exact")}</Th>
          <Th className="text-right">{t("certificates.table.possible")}</Th>
          <Th className="text-right">{t("certificates.table.total")}</Th>
        </tr>
      </thead>
      <tbody>
        {weeks.map((week, index) => {
          const [from, to] = [shortDay(week.from), shortDay(week.to - 1)];
          return (
            <tr key={week.from} className="hover:bg-sunken">
              <Td className="whitespace-nowrap py-1">
                <Link
                  href={weekHref(week, index === weeks.length - 1)}
                  prefetch={false}
                  className="inline-flex min-h-6 items-center text-link hover:underline"
                >
                  {`${from} – ${to}`}
                  <span className="sr-only">{t("certificates.table.show")}</span>
                </Link>
              </Td>
              <Td className="py-1 text-right tabular-nums">{formatNumber(week.exact)}</Td>
              <Td className="py-1 text-right tabular-nums">{formatNumber(week.possible)}</Td>
              <Td className="whitespace-nowrap py-1 text-right tabular-nums">{total(week)}</Td>
            </tr>
          );
        })}
      </tbody>
    </Table>
  );
}
