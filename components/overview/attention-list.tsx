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

function OpenItem({ item }: { item: AttentionItem }) {
  return (
    <li className="border-line border-b last:border-b-0">
      <Link
        href={item.href}
        className="group relative flex items-center gap-3 px-4 sm:gap-4 py-3 hover:bg-sunken focus-visible:outline-offset-[-2px]"
      >
        <span aria-hidden className={cn("absolute inset-y-2 left-0 w-0.75 rounded-r", STRIPE[item.tone])} />
        <span className={cn("w-8 shrink-0 text-right sm:w-14 font-semibold text-2xl tabular-nums", TONE_TEXT[item.tone])}>
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

export function AttentionList({ counts }: { counts: FleetCounts | null }) {
  if (counts === null) {
    return (
      <Card className="grid gap-4 p-4">
        <span role="status" className="sr-only">
          {t("overview.counting")}
        </span>
        {[1, 2, 3, 4, 5].map((key) => (
          <div key={key} className="flex items-center gap-4">
            <Skeleton className="h-8 w-14" />
            <Skeleton className="h-8 flex-1" />
          </div>
        ))}
      </Card>
    );
  }
  const { open, clear } = attentionItems(counts);
  return (
    <Card>
      {open.length === 0 ? (
        <p className="flex items-center gap-3 px-4 py-5 font-medium">
          <CircleCheck aria-hidden className="size-5 text-ok" />
          {t("overview.allClear")}
        </p>
      ) : (
        <ul>
          {open.map((item) => (
            <OpenItem key={item.id} item={item} />
          ))}
        </ul>
      )}
      {clear.length === 0 ? null : (
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1 border-line border-t bg-sunken/50 px-4 py-2.5 text-muted text-xs">
          <CircleCheck aria-hidden className="size-4 text-ok" />
          <span className="font-medium">{t("overview.clear")}:</span>
          {clear.map((item) => t(`overview.item.${item.id}.title`, { count: 0 })).join(" · ")}
        </p>
      )}
    </Card>
  );
}
