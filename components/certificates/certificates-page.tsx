"use client";

import { TONE_TEXT, type Tone } from "@/components/ui/badge";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { cn } from "@/components/ui/class-names";
import { CompletenessNote } from "@/components/ui/completeness-note";
import { Link } from "@/components/ui/link";
import { ProblemPanel } from "@/components/ui/problem-panel";
import { Skeleton } from "@/components/ui/skeleton";
import { formatNumber } from "@/lib/client/format";
import { isReading } from "@/lib/client/is-reading";
import { useFleet, useFleetAnswer } from "@/lib/client/use-fleet";
import { useNow } from "@/lib/client/use-now";
import { pages } from "@/lib/config/routes";
import type { Horizon } from "@/lib/domain/horizon";
import { t } from "@/messages/t";
import { HorizonChart, HorizonLegend } from "./horizon-chart";
import { HorizonTable } from "./horizon-table";
import { RecoveryQueue } from "./recovery-queue";

type Tile = { id: "beyond" | "soon" | "all" | "renews" | "unknown"; value: number; tone: Tone; href: string | null };

function tiles(horizon: Horizon): Tile[] {
  const last = horizon.weeks.at(-1);
  const second = horizon.weeks[1];
  return [
    { id: "beyond", value: horizon.beyondSaving, tone: "bad", href: `${pages.machines()}?certificate=expired` },
    { id: "soon", value: second?.cumulativeAtLeast ?? 0, tone: "bad", href: null },
    { id: "all", value: last?.cumulativeAtLeast ?? 0, tone: "warn", href: null },
    { id: "renews", value: horizon.renews, tone: "ok", href: null },
    { id: "unknown", value: horizon.unknown, tone: "quiet", href: `${pages.machines()}?certificate=unknown` },
  ];
}

function Tiles({ horizon }: { horizon: Horizon }) {
  return (
    <dl className="grid grid-cols-2 gap-2.5 sm:grid-cols-3 lg:grid-cols-5">
      {tiles(horizon).map((tile) => (
        <div key={tile.id} className="relative rounded-lg border border-line bg-surface px-3.5 py-2.5 shadow-card">
          <dt className="truncate text-muted text-xs">
            {tile.href === null ? (
              t(`certificates.tiles.${tile.id}`)
            ) : (
              <Link href={tile.href} className="hover:underline after:absolute after:inset-0">
                {t(`certificates.tiles.${tile.id}`)}
              </Link>
            )}
          </dt>
          <dd className="mt-0.5">
            <span className={cn("block font-semibold text-xl tabular-nums", tile.value > 0 && TONE_TEXT[tile.tone])}>
              {formatNumber(tile.value)}
            </span>
            <span className="block text-muted text-xs sm:truncate">{t(`certificates.tiles.${tile.id}Note`)}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function HorizonView({ horizon }: { horizon: Horizon }) {
  const empty = horizon.weeks.every((week) => week.exact + week.possible === 0);
  return (
    <>
      <Tiles horizon={horizon} />
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_25rem]">
        <Card aria-labelledby="horizon-chart">
          <CardHeader
            id="horizon-chart"
            title={t("certificates.chart.title")}
            description={t("certificates.rule")}
            actions={<HorizonLegend />}
          />
          <CardBody>
            {empty ? (
              <p className="py-16 text-center text-muted">{t("certificates.chart.empty")}</p>
            ) : (
              <HorizonChart weeks={horizon.weeks} />
            )}
            <p className="mt-3 text-muted text-xs">{t("certificates.estimateNote")}</p>
          </CardBody>
        </Card>
        <Card aria-labelledby="horizon-table">
          <CardHeader id="horizon-table" title={t("certificates.table.title")} />
          <HorizonTable weeks={horizon.weeks} />
        </Card>
      </div>
    </>
  );
}

export function CertificatesPage() {
  const status = useFleet();
  const now = useNow();
  const horizon = useFleetAnswer(`horizon:${now}`, (backend) => backend.call("horizon", now));
  const reading = isReading(status);
  return (
    <div className="mx-auto grid max-w-6xl gap-4 px-4 py-4 md:px-6 md:py-5">
      <div className="flex flex-wrap items-end justify-between gap-x-6 gap-y-2">
        <div>
          <h1 className="font-semibold text-lg leading-6">{t("certificates.heading")}</h1>
          <p className="text-[0.8125rem] text-muted">{t("certificates.subtitle")}</p>
        </div>
        {status.completeness === null || reading ? (
          <p role="status" className="text-muted text-xs tabular-nums">
            {t("machines.state.loadingSome", { received: status.received })}
          </p>
        ) : (
          <p className="flex flex-wrap items-center gap-x-1.5 text-muted text-xs">
            {t("certificates.loaded")}:
            <CompletenessNote value={status.completeness.certificates} />
          </p>
        )}
      </div>
      {status.problem === null ? null : <ProblemPanel problem={status.problem} />}
      {status.phase === "failed" ? null : horizon === null || (horizon.total === 0 && reading) ? (
        <>
          <Skeleton className="h-20 w-full rounded-lg" />
          <Skeleton className="h-80 w-full rounded-lg" />
        </>
      ) : (
        <HorizonView horizon={horizon} />
      )}
      {status.phase === "failed" ? null : <RecoveryQueue nowMs={now} />}
    </div>
  );
}
