"use client";

import { X } from "lucide-react";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Link } from "@/components/ui/link";
import { ProblemPanel } from "@/components/ui/problem-panel";
import { toClientProblem } from "@/lib/client/api-problem";
import { pages } from "@/lib/config/routes";
import { t } from "@/messages/t";
import { DecidedBy, ItemBadge, itemTitle } from "./batch-item";
import { RefusalNote } from "./refusal-note";
import { useBatch } from "./use-elevation";

export type OutcomeStripProps = { batchId: string; title?: string; onClose: () => void };

/** What became of a small batch, told where it was asked for, item by item, until it is closed. */
export function OutcomeStrip({ batchId, title = t("elevation.batch.outcome"), onClose }: OutcomeStripProps) {
  const { data: batch, error } = useBatch(batchId);
  return (
    <Card aria-label={title}>
      <div className="flex items-start justify-between gap-3 px-4 pt-3">
        <h2 className="font-semibold text-sm">{title}</h2>
        <div className="flex items-center gap-3">
          <Link href={pages.elevationRequest(batchId)} className="text-link text-xs underline underline-offset-4">
            {t("elevation.batch.details")}
          </Link>
          <Button variant="ghost" size="iconSm" aria-label={t("common.close")} onClick={onClose}>
            <X aria-hidden />
          </Button>
        </div>
      </div>
      {error !== null && batch === undefined ? (
        <div className="px-4 pb-3">
          <ProblemPanel problem={toClientProblem(error)} />
        </div>
      ) : (
        <div role="status">
          <ul className="grid grid-cols-1 gap-2 px-4 pt-1 pb-3 text-[0.8125rem]">
            {batch?.items.map((item) => (
              <li key={item.id} className="grid grid-cols-1 gap-1.5">
                <p className="flex flex-wrap items-center gap-2">
                  <ItemBadge item={item} />
                  <span className="min-w-0 break-words">{itemTitle(item)}</span>
                </p>
                <DecidedBy item={item} />
                {item.refusal === null ? null : <RefusalNote refusal={item.refusal} />}
              </li>
            ))}
          </ul>
        </div>
      )}
    </Card>
  );
}
