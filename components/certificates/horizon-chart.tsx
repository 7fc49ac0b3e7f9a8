"use client";

import { type KeyboardEvent, useId, useRef, useState } from "react";
import { cn } from "@/components/ui/class-names";
import { Link } from "@/components/ui/link";
import { formatNumber } from "@/lib/client/format";
import { nextCell } from "@/lib/client/keyboard";
import type { HorizonWeek } from "@/lib/domain/horizon";
import { t } from "@/messages/t";
import { niceTop, shortDay, weekHref } from "./horizon-words";

const PLOT = 100;
const GRID_LINES = [0, 0.25, 0.5, 0.75, 1] as const;

type BarProps = { week: HorizonWeek; top: number; near: boolean };

/** Heights are SVG attributes. The possible part is striped, so that it differs by more than its colour. */
function Bar({ week, top, near }: BarProps) {
  const pattern = useId();
  const exact = (week.exact / top) * PLOT;
  const possible = (week.possible / top) * PLOT;
  return (
    <svg viewBox={`0 0 20 ${PLOT}`} preserveAspectRatio="none" aria-hidden="true" className="absolute inset-0 h-full w-full">
      <defs>
        <pattern id={pattern} width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width="4" height="4" className="fill-info-soft" />
          <rect width="1.4" height="4" className="fill-info" />
        </pattern>
      </defs>
      <rect x="4" width="12" y={PLOT - exact - possible} height={possible} fill={`url(#${pattern})`} />
      <rect x="4" width="12" y={PLOT - exact} height={exact} className={near ? "fill-bad" : "fill-warn"} />
    </svg>
  );
}

/** Weeks that count as near: they need somebody now. */
const NEAR_WEEKS = 2;

const MOST_SIGNS = 3;

function label(week: HorizonWeek): string {
  return week.possible === 0 ? formatNumber(week.exact) : `${formatNumber(week.exact)}+${formatNumber(week.possible)}`;
}

/** One tab stop; arrow keys move from week to week and each week says its figures, because it is a link with that name. */
export function HorizonChart({ weeks }: { weeks: readonly HorizonWeek[] }) {
  const [active, setActive] = useState(0);
  const links = useRef<(HTMLAnchorElement | null)[]>([]);
  const helpId = useId();
  const top = niceTop(Math.max(0, ...weeks.map((week) => week.exact + week.possible)));
  // Thirteen figures of more than three signs do not fit beside each other on a phone; the table below has them all.
  const crowded = weeks.some((week) => label(week).length > MOST_SIGNS);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowUp" || event.key === "ArrowDown") return;
    const next = nextCell({ row: 0, column: active }, { rows: 1, columns: weeks.length, pageRows: () => 1 }, event);
    if (next === null) return;
    event.preventDefault();
    setActive(next.column);
    links.current[next.column]?.focus();
  };
  return (
    <div className="grid grid-cols-[2.25rem_minmax(0,1fr)] gap-x-2">
      <p id={helpId} className="sr-only">
        {t("certificates.chart.help")}
      </p>
      <div aria-hidden className="relative h-80 text-right text-2xs text-muted tabular-nums">
        {GRID_LINES.map((line) => (
          <span
            key={line}
            className={cn("absolute right-0 -translate-y-1/2", ["top-full", "top-3/4", "top-1/2", "top-1/4", "top-0"][line * 4])}
          >
            {Number.isInteger(top * line) ? formatNumber(top * line) : ""}
          </span>
        ))}
      </div>
      <div className="relative h-80 border-line-strong border-b">
        <svg aria-hidden="true" className="absolute inset-0 h-full w-full" preserveAspectRatio="none" viewBox="0 0 100 100">
          {GRID_LINES.slice(1).map((line) => (
            <line
              key={line}
              x1="0"
              x2="100"
              y1={100 - line * 100}
              y2={100 - line * 100}
              vectorEffect="non-scaling-stroke"
              className="stroke-line"
            />
          ))}
        </svg>
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset groups form controls, these are links. */}
        <div
          role="group"
          aria-label={t("certificates.chart.title")}
          aria-describedby={helpId}
          onKeyDown={onKeyDown}
          className="absolute inset-0 grid grid-cols-13 grid-rows-[minmax(0,1fr)]"
        >
          {weeks.map((week, index) => (
            <Link
              key={week.from}
              ref={(element) => {
                links.current[index] = element;
              }}
              href={weekHref(week, index === weeks.length - 1)}
              prefetch={false}
              tabIndex={index === active ? 0 : -1}
              onFocus={() => setActive(index)}
              aria-label={t("certificates.chart.bin", {
                from: shortDay(week.from),
                to: shortDay(week.to - 1),
                exact: week.exact,
                possible: week.possible,
              })}
              title={t("certificates.chart.bin", {
                from: shortDay(week.from),
                to: shortDay(week.to - 1),
                exact: week.exact,
                possible: week.possible,
              })}
              className="relative hover:bg-selected/70 focus-visible:bg-selected focus-visible:outline-offset-[-2px]"
            >
              <Bar week={week} top={top} near={index < NEAR_WEEKS} />
              {week.exact + week.possible > 0 ? (
                <span
                  className={cn(
                    "absolute inset-x-0 pb-0.5 text-center font-medium text-2xs tabular-nums",
                    crowded && "max-md:hidden",
                  )}
                  style={{ bottom: `${((week.exact + week.possible) / top) * 100}%` }}
                >
                  {label(week)}
                </span>
              ) : null}
            </Link>
          ))}
        </div>
      </div>
      <span />
      <div aria-hidden className="grid grid-cols-13 pt-1 text-center text-2xs text-muted">
        {weeks.map((week, index) => (
          <span key={week.from} className={cn("truncate", index % 2 === 1 && "max-sm:invisible")}>
            {shortDay(week.from)}
          </span>
        ))}
      </div>
    </div>
  );
}

export function HorizonLegend() {
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1 text-muted text-xs">
      <li className="flex items-center gap-1.5">
        <span aria-hidden className="size-2.5 rounded-sm bg-bad" />
        <span aria-hidden className="-ml-1 size-2.5 rounded-sm bg-warn" />
        {t("certificates.chart.legendExact")}
      </li>
      <li className="flex items-center gap-1.5">
        <span aria-hidden className="size-2.5 rounded-sm border border-info bg-info-soft" />
        {t("certificates.chart.legendPossible")}
      </li>
    </ul>
  );
}
