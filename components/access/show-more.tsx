"use client";

import { Button } from "@/components/ui/button";
import { t } from "@/messages/t";

export type ShowMoreProps = { total: number; shown: number; step: number; onShow: (shown: number) => void };

/** Below a list of people that is shown a page at a time; nothing when all of it is shown. */
export function ShowMore({ total, shown, step, onShow }: ShowMoreProps) {
  const hidden = total - shown;
  if (hidden <= 0) return null;
  return (
    <div className="px-4 py-2.5">
      <Button size="sm" onClick={() => onShow(shown + step)}>
        {t("access.holders.more", { count: Math.min(step, hidden) })}
      </Button>
    </div>
  );
}
