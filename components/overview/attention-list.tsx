"use client";

import { ChevronRight, CircleCheck } from "lucide-react";
import { TONE_TEXT } from "@/components/ui/badge";
import { Card } from "@/components/ui/card";
import { cn } from "@/components/ui/class-names";
import { Link } from "@/components/ui/link";
import { Skeleton } from "@/components/ui/skeleton";
import type { FleetCounts } from "@/lib/client/fleet-types";
import { formatNumber } from "@/lib/client/format";
import { t } from "@/messages/t";
import { type AttentionItem, attentionItems } from "./attention";

const STRIPE = { bad: "bg-bad", warn: "bg-warn" } as const;

/** As many as a fleet of some size usually has, so that what stands below keeps its place. */
const USUAL_ITEMS = [1, 2, 3, 4, 5, 6, 7, 8];

/** From here on a figure needs the wider column. */
const WIDE_FROM = 1_000;

function OpenItem({ item, wide }: { item: AttentionItem; wide: boolean }) {
  return (
    <li className="border-line border-b last:border-b-0">
      <Link
        href={item.href}
        className="group relative flex items-center gap-3 px-4 sm:gap-4 py-3 hover:bg-sunken focus-visible:outline-offset-[-2px]"
      >
        <span aria-hidden className={cn("absolute inset-y-2 left-0 w-0.75 rounded-r", STRIPE[item.tone])} />
        <span
          className={cn(
            "shrink-0 text-right font-semibold tabular-nums",
            wide ? "w-16 text-lg sm:w-22 sm:text-2xl" : "w-8 text-2xl sm:w-14",
            TONE_TEXT[item.tone],
          )}
        >
          {formatNumber(item.count)}
        </span>
        <span className="min-w-0 flex-1">
          <span className="block font-semibold">{t(`overview.item.${item.id}.title`, { count: item.count })}</span>
          <span className="block text-[0.8125rem] text-muted">{t(`overview.item.${item.id}.why`)}</span>
        </span>
        <span className="hidden shrink-0 items-center gap-1 font-medium text-link text-xs sm:flex">
          {t("overview.show")}
          <ChevronRight aria-hidden className="size-4 transition-transform group-hover:translate-x-0.5" />
        </span>
      </Link>
    </li>
  );
}

export type AttentionListProps = {
  counts: FleetCounts | null;
  /** What has not been read, or not yet, is never "nothing to do". */
  read: "reading" | "partial" | "whole";
};

export function AttentionList({ counts, read }: AttentionListProps) {
  if (counts === null) {
    return (
      <Card>
        <span role="status" className="sr-only">
          {t("overview.counting")}
        </span>
        {USUAL_ITEMS.map((key) => (
          <div key={key} className="flex items-center gap-3 border-line border-b px-4 py-3 last:border-b-0 sm:gap-4">
            <Skeleton className="h-8 w-8 sm:w-14" />
            <Skeleton className="h-10 flex-1" />
          </div>
        ))}
      </Card>
    );
  }
  if (counts.machines === 0) {
    return (
      <Card className="px-4 py-5">
        <p className="font-medium">{t("overview.noMachines")}</p>
        <p className="mt-1 text-[0.8125rem] text-muted">{t("overview.noMachinesDetail")}</p>
      </Card>
    );
  }
  const { open, clear } = attentionItems(counts);
  const wide = open.some(({ count }) => count >= WIDE_FROM);
  return (
    <Card>
      {open.length === 0 && read !== "whole" ? (
        <p className="px-4 py-5 text-muted">{t(read === "reading" ? "overview.counting" : "overview.allClearPartial")}</p>
      ) : open.length === 0 ? (
        <p className="flex items-center gap-3 px-4 py-5 font-medium">
          <CircleCheck aria-hidden className="size-5 text-ok" />
          {t("overview.allClear")}
        </p>
      ) : (
        <ul>
          {open.map((item) => (
            <OpenItem key={item.id} item={item} wide={wide} />
          ))}
        </ul>
      )}
      {clear.length === 0 || read !== "whole" ? null : (
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1 border-line border-t bg-sunken/50 px-4 py-2.5 text-muted text-xs">
          <CircleCheck aria-hidden className="size-4 text-ok" />
          <span className="font-medium">{t("overview.clear")}:</span>
          {clear.map((item) => t(`overview.item.${item.id}.title`, { count: 0 })).join(" · ")}
        </p>
      )}
    </Card>
  );
}
