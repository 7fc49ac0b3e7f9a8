"use client";

import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { cn } from "@/components/ui/class-names";
import { Link } from "@/components/ui/link";
import type { FleetCounts } from "@/lib/client/fleet-types";
import { formatNumber, formatPercent } from "@/lib/client/format";
import { pages } from "@/lib/config/routes";
import { t } from "@/messages/t";

type Part = {
  id: "installed" | "pending" | "failed" | "missing" | "other";
  count: number;
  fill: string;
  dot: string;
  filter: string;
};

function parts(counts: FleetCounts): Part[] {
  const known = counts.signInInstalled + counts.signInPending + counts.signInFailed + counts.signInMissing;
  return [
    { id: "installed", count: counts.signInInstalled, fill: "fill-ok", dot: "bg-ok", filter: "succeeded" },
    { id: "pending", count: counts.signInPending, fill: "fill-warn", dot: "bg-warn", filter: "creating,updating,deleting" },
    { id: "failed", count: counts.signInFailed, fill: "fill-bad", dot: "bg-bad", filter: "failed,canceled" },
    { id: "missing", count: counts.signInMissing, fill: "fill-line-strong", dot: "bg-line-strong", filter: "notInstalled" },
    { id: "other", count: counts.machines - known, fill: "fill-line", dot: "bg-line", filter: "unknown" },
  ];
}

/** How far Entra sign-in has come in the fleet. The bar repeats what the list beside it says in figures. */
export function CoverageCard({ counts }: { counts: FleetCounts | null }) {
  const list = counts === null ? [] : parts(counts).filter((part) => part.count > 0);
  let x = 0;
  return (
    <Card aria-labelledby="coverage">
      <CardHeader
        id="coverage"
        title={t("overview.coverage.title")}
        description={
          counts === null ? " " : t("overview.coverage.note", { installed: counts.signInInstalled, machines: counts.machines })
        }
      />
      <CardBody className="grid gap-3">
        <svg
          viewBox="0 0 100 8"
          preserveAspectRatio="none"
          role="img"
          aria-label={t("overview.coverage.chart")}
          className="h-2.5 w-full overflow-hidden rounded-full"
        >
          <rect width="100" height="8" className="fill-line" />
          {list.map((part) => {
            const width = counts === null || counts.machines === 0 ? 0 : (part.count / counts.machines) * 100;
            const start = x;
            x += width;
            return <rect key={part.id} x={start} width={width} height="8" className={part.fill} />;
          })}
        </svg>
        <ul className="grid gap-0.5">
          {list.map((part) => (
            <li key={part.id}>
              <Link
                href={`${pages.machines()}?signIn=${part.filter}`}
                className="-mx-1.5 flex min-h-6 items-center gap-2 rounded px-1.5 text-[0.8125rem] hover:bg-sunken"
              >
                <span aria-hidden className={cn("size-2 rounded-full", part.dot)} />
                <span className="flex-1">{t(`overview.coverage.${part.id}`)}</span>
                <span className="font-medium tabular-nums">{formatNumber(part.count)}</span>
                <span className="w-14 text-right text-muted text-xs tabular-nums">
                  {counts === null ? "" : formatPercent(part.count, counts.machines)}
                </span>
              </Link>
            </li>
          ))}
        </ul>
      </CardBody>
    </Card>
  );
}
