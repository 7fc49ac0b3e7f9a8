"use client";

import { useEffect } from "react";
import { Badge, type Tone } from "@/components/ui/badge";
import { buttonClass } from "@/components/ui/button";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { Link } from "@/components/ui/link";
import { Skeleton } from "@/components/ui/skeleton";
import type { AccessSummary } from "@/lib/client/access/access-store";
import { getAccess, useAccessAnswer, useAccessStatus } from "@/lib/client/access/use-access";
import { formatClock, formatNumber } from "@/lib/client/format";
import { useFleetStatus } from "@/lib/client/use-fleet";
import { pages } from "@/lib/config/routes";
import type { FindingSeverity } from "@/lib/domain/access/api";
import { t } from "@/messages/t";

const SEVERITIES: readonly { id: FindingSeverity; tone: Tone }[] = [
  { id: "critical", tone: "bad" },
  { id: "high", tone: "bad" },
  { id: "medium", tone: "warn" },
  { id: "low", tone: "info" },
];

type Row = { id: "administrators" | "standing" | "eligibleOnly" | "identities" | "signIn"; query: string };

const ROWS: readonly Row[] = [
  { id: "administrators", query: "?view=people" },
  { id: "standing", query: "?view=people&lane=standing" },
  { id: "eligibleOnly", query: "?view=people&lane=eligible" },
  { id: "identities", query: "?view=people&kind=applications" },
  { id: "signIn", query: "?view=people&sort=-signInUser" },
];

function Figures({ summary, atLeast }: { summary: AccessSummary; atLeast: boolean }) {
  const mark = atLeast ? "≥ " : "";
  return (
    <ul className="grid gap-0.5">
      {ROWS.map((row) => (
        <li key={row.id}>
          <Link
            href={`${pages.access()}${row.query}`}
            className="-mx-1.5 flex min-h-6 items-center gap-2 rounded px-1.5 text-[0.8125rem] hover:bg-sunken"
          >
            <span className={row.id === "standing" ? "flex-1 pl-3 text-muted" : "flex-1"}>
              {t(`accessFleet.overview.${row.id}`)}
            </span>
            <span className="font-medium tabular-nums">{`${mark}${formatNumber(summary[row.id])}`}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

function Findings({ isWhole }: { isWhole: boolean }) {
  const { value: counts } = useAccessAnswer("findingCounts", (backend) => backend.call("findingCounts"));
  if (counts === undefined || counts === null) return <Skeleton className="h-5 w-40" />;
  const shown = SEVERITIES.filter(({ id }) => counts[id] > 0);
  return (
    <div className="flex flex-wrap items-center gap-1.5 text-[0.8125rem]">
      <span className="mr-1">{t("accessFleet.overview.findings")}</span>
      {shown.length === 0 ? (
        <span className="text-muted">
          {t(isWhole ? "accessFleet.overview.noFindings" : "accessFleet.overview.noFindingsRead")}
        </span>
      ) : null}
      {shown.map(({ id, tone }) => (
        <Link key={id} href={`${pages.access()}?view=findings&severity=${id}`} className="rounded-full hover:underline">
          <Badge tone={tone}>{`${t(`accessFleet.findings.severity.${id}`)} ${formatNumber(counts[id])}`}</Badge>
        </Link>
      ))}
    </div>
  );
}

/** Who can get into the servers, in a few figures that lead to the answers. */
export function AccessCard() {
  const status = useAccessStatus();
  const fleet = useFleetStatus();
  // Both reads share one quota of Resource Graph, and on this page the machines come first.
  const isFleetRead = fleet.phase === "ready" || fleet.phase === "failed";
  useEffect(() => {
    if (isFleetRead) getAccess().start();
  }, [isFleetRead]);
  const { value: summary } = useAccessAnswer("summary", (backend) => backend.call("summary"));
  const note =
    status.asOf === null || status.version === 0
      ? t("accessFleet.overview.loading")
      : t("accessFleet.overview.note", { count: status.machines, time: formatClock(status.asOf) });
  const isFailed = status.phase === "failed";
  return (
    <Card aria-labelledby="access-card">
      <CardHeader
        id="access-card"
        title={t("accessFleet.overview.title")}
        description={isFailed ? t("accessFleet.overview.failed") : note}
      />
      <CardBody className="grid gap-3">
        {isFailed ? null : summary === undefined || summary === null ? (
          <Skeleton className="h-24 w-full" />
        ) : (
          <>
            <Figures summary={summary} atLeast={status.incomplete.length > 0} />
            {status.incomplete.length === 0 ? null : (
              <p className="text-muted text-xs">{t("accessFleet.overview.atLeast", { count: status.incomplete.length })}</p>
            )}
            {summary.widest === null ? null : (
              <Link href={pages.person(summary.widest.id)} className="min-h-6 text-link text-xs hover:underline">
                {t("accessFleet.overview.widest", { name: summary.widest.name, count: summary.widest.machines })}
              </Link>
            )}
            <Findings isWhole={status.incomplete.length === 0} />
          </>
        )}
        <Link href={pages.access()} className={buttonClass({ size: "sm" })}>
          {t("accessFleet.overview.open")}
        </Link>
      </CardBody>
    </Card>
  );
}
