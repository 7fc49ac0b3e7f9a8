"use client";

import { useEffect, useState } from "react";
import { Badge, type Tone } from "@/components/ui/badge";
import { formatClock } from "@/lib/client/format";
import type { ChangeEffect, EffectState } from "@/lib/domain/access/api";
import { t } from "@/messages/t";

const TICK_MS = 1_000;

export const EFFECT_TONE: Record<EffectState, Tone> = { none: "quiet", waiting: "info", effective: "ok", late: "warn" };

/** "1:05", minutes and seconds; hours join the minutes, because nobody waits that long for a role. */
export function elapsedWords(elapsedMs: number): string {
  const seconds = Math.max(0, Math.floor(elapsedMs / 1_000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** Counts on from the server's figure between two answers, so that the page is seen to live. */
export function useElapsed(effect: ChangeEffect): number | null {
  const [extraMs, setExtraMs] = useState(0);
  const open = effect.state === "waiting" || effect.state === "late";
  // biome-ignore lint/correctness/useExhaustiveDependencies: a newer figure of the server starts the count anew.
  useEffect(() => {
    setExtraMs(0);
    if (!open) return;
    const begin = performance.now();
    const timer = setInterval(() => setExtraMs(performance.now() - begin), TICK_MS);
    return () => clearInterval(timer);
  }, [open, effect.elapsedMs, effect.reads]);
  return effect.elapsedMs === null ? null : effect.elapsedMs + extraMs;
}

function words(effect: ChangeEffect, elapsed: string): string {
  if (effect.state === "effective") return t("access.effect.effectiveText", { time: elapsed });
  if (effect.state === "late") return t("access.effect.lateText", { time: elapsed });
  return effect.seen > 0 ? t("access.effect.seenText", { count: effect.seen }) : t("access.effect.waitingText");
}

/** Whether a written change is in force: waiting, effective or late, with the time it took or takes. */
export function EffectiveYet({ effect }: { effect: ChangeEffect }) {
  const elapsedMs = useElapsed(effect);
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
