"use client";

import { Badge, type Tone } from "@/components/ui/badge";
import { formatClock } from "@/lib/client/format";
import { elapsedWords, useElapsed } from "@/lib/client/use-elapsed";
import type { ChangeEffect, EffectState } from "@/lib/domain/access/api";
import { t } from "@/messages/t";

export const EFFECT_TONE: Record<EffectState, Tone> = { none: "quiet", waiting: "info", effective: "ok", late: "warn" };

function words(effect: ChangeEffect, elapsed: string): string {
  if (effect.state === "effective") return t("access.effect.effectiveText", { time: elapsed });
  if (effect.state === "late") return t("access.effect.lateText", { time: elapsed });
  return effect.seen > 0 ? t("access.effect.seenText", { count: effect.seen }) : t("access.effect.waitingText");
}

/** Whether a written change is in force: waiting, effective or late, with the time it took or takes. */
export function EffectiveYet({ effect }: { effect: ChangeEffect }) {
  const isOpen = effect.state === "waiting" || effect.state === "late";
  const elapsedMs = useElapsed({ open: isOpen, elapsedMs: effect.elapsedMs, reads: effect.reads });
  if (effect.state === "none") return <span className="text-muted text-xs">{t("access.effect.none")}</span>;
  const elapsed = elapsedMs === null ? t("common.unknown") : elapsedWords(elapsedMs);
  const open = effect.state !== "effective";
  return (
    <span className="grid grid-cols-1 gap-1 text-xs">
      <span className="flex flex-wrap items-center gap-2">
        <Badge tone={EFFECT_TONE[effect.state]}>{t(`access.effect.${effect.state}`)}</Badge>
        {open && elapsedMs !== null ? (
          <span className="tabular-nums">{t("access.effect.elapsed", { time: elapsed })}</span>
        ) : null}
      </span>
      <span className="text-muted">
        {words(effect, elapsed)} {t("access.effect.reads", { count: effect.reads })}
        {effect.lastReadAt === null ? "" : `, ${t("access.effect.lastRead", { time: formatClock(effect.lastReadAt) })}`}
      </span>
    </span>
  );
}
