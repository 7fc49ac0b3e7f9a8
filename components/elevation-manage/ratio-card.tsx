"use client";

import { useState } from "react";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { Segmented } from "@/components/ui/segmented";
import { Table, Td, Th } from "@/components/ui/table";
import { formatNumber, formatPercent } from "@/lib/client/format";
import type { ManageOverview } from "@/lib/domain/elevation/manage/api";
import type { Ratio } from "@/lib/domain/elevation/manage/ratio";
import { t } from "@/messages/t";
import { scopeName } from "./words";

const SHOWN_ROWS = 12;
const KINDS = ["standing", "timeBound", "eligible"] as const;
const FILL = { standing: "fill-warn", timeBound: "fill-info", eligible: "fill-ok" } as const;
const DOT = { standing: "bg-warn", timeBound: "bg-info", eligible: "bg-ok" } as const;

/** One bar in three parts. SVG attributes, because a style attribute in server markup is blocked by the content policy. */
function RatioBar({ name, ratio, className = "h-2 w-full" }: { name: string; ratio: Omit<Ratio, "share">; className?: string }) {
  const total = ratio.standing + ratio.timeBound + ratio.eligible;
  let from = 0;
  const { standing, timeBound, eligible } = ratio;
  return (
    <svg
      role="img"
      aria-label={t("elevationManage.ratio.bar", { name, standing, timeBound, eligible })}
      viewBox="0 0 100 8"
      preserveAspectRatio="none"
      className={`${className} overflow-hidden rounded-full bg-line`}
    >
      {KINDS.map((kind) => {
        const width = total === 0 ? 0 : (ratio[kind] / total) * 100;
        const part = <rect key={kind} x={from} y={0} width={width} height={8} className={FILL[kind]} />;
        from += width;
        return part;
      })}
    </svg>
  );
}

function OverTime({ history }: { history: ManageOverview["history"] }) {
  if (history.length < 2) return <p className="text-muted text-xs">{t("elevationManage.ratio.overOne")}</p>;
  return (
    <Table caption={t("elevationManage.ratio.overTable")}>
      <thead>
        <tr>
          <Th>{t("elevationManage.ratio.day")}</Th>
          {KINDS.map((kind) => (
            <Th key={kind} className="text-right">
              {t(`elevationManage.ratio.${kind}`)}
            </Th>
          ))}
          <Th className="w-1/3" />
        </tr>
      </thead>
      <tbody>
        {history
          .slice(-SHOWN_ROWS)
          .reverse()
          .map((day) => (
            <tr key={day.day}>
              <Td className="tabular-nums">{day.day}</Td>
              {KINDS.map((kind) => (
                <Td key={kind} className="text-right tabular-nums">
                  {formatNumber(day[kind])}
                </Td>
              ))}
              <Td>
                <RatioBar name={day.day} ratio={day} />
              </Td>
            </tr>
          ))}
      </tbody>
    </Table>
  );
}

function RatioTable({ ratio, by }: { ratio: ManageOverview["ratio"]; by: "byScope" | "byRole" }) {
  return (
    <Table caption={t("elevationManage.ratio.table")}>
      <thead>
        <tr>
          <Th>{t(by === "byScope" ? "elevationManage.scope" : "elevationManage.role")}</Th>
          {KINDS.map((kind) => (
            <Th key={kind} className="text-right">
              {t(`elevationManage.ratio.${kind}`)}
            </Th>
          ))}
          <Th className="w-1/3">
            <span className="sr-only">{t("elevationManage.ratio.title")}</span>
          </Th>
        </tr>
      </thead>
      <tbody>
        {ratio[by].slice(0, SHOWN_ROWS).map((row) => (
          <tr key={row.key}>
            <Td className="max-w-64 truncate" title={row.key}>
              {scopeName({ id: row.key, name: row.name })}
            </Td>
            {KINDS.map((kind) => (
              <Td key={kind} className="text-right tabular-nums">
                {formatNumber(row[kind])}
              </Td>
            ))}
            <Td>
              <RatioBar name={scopeName({ id: row.key, name: row.name })} ratio={row} />
            </Td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

/** How much access is standing and how much is eligible: in all, by scope or role, and over the days. */
export function RatioCard({ overview }: { overview: ManageOverview }) {
  const [by, setBy] = useState<"byScope" | "byRole">("byScope");
  const { all } = overview.ratio;
  const total = all.standing + all.timeBound + all.eligible;
  return (
    <Card aria-labelledby="ratio-title">
      <CardHeader id="ratio-title" title={t("elevationManage.ratio.title")} description={t("elevationManage.ratio.about")} />
      <CardBody className="grid grid-cols-1 gap-3">
        <div className="flex flex-wrap items-baseline gap-x-6 gap-y-1">
          {KINDS.map((kind) => (
            <p key={kind} className="flex items-baseline gap-2">
              <span aria-hidden className={`size-2 self-center rounded-full ${DOT[kind]}`} />
              <span className="font-semibold text-lg tabular-nums">{formatNumber(all[kind])}</span>
              <span className="text-[0.8125rem] text-muted">{t(`elevationManage.ratio.${kind}`)}</span>
            </p>
          ))}
          <p className="text-[0.8125rem] text-muted sm:ml-auto">
            {all.share === null
              ? t("elevationManage.ratio.none")
              : t("elevationManage.ratio.share", { share: formatPercent(all.eligible, total) })}
          </p>
        </div>
        <RatioBar name={t("elevationManage.ratio.title")} ratio={all} />
        <details>
          <summary className="w-fit cursor-pointer text-[0.8125rem] text-link">{t("elevationManage.ratio.details")}</summary>
          <div className="mt-3 grid grid-cols-1 gap-4">
            <Segmented
              className="w-fit"
              label={t("elevationManage.ratio.by")}
              value={by}
              options={(["byScope", "byRole"] as const).map((value) => ({ value, label: t(`elevationManage.ratio.${value}`) }))}
              onChange={setBy}
            />
            <RatioTable ratio={overview.ratio} by={by} />
            <h3 className="font-medium text-[0.8125rem]">{t("elevationManage.ratio.over")}</h3>
            <OverTime history={overview.history} />
          </div>
        </details>
      </CardBody>
    </Card>
  );
}
