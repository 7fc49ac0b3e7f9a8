"use client";

import { Badge, type Tone } from "@/components/ui/badge";
import { formatClock } from "@/lib/client/format";
import { elapsedWords, useElapsed } from "@/lib/client/use-elapsed";
import type { ElevationEffect } from "@/lib/domain/elevation/write-api";
import { t } from "@/messages/t";

const TONE: Record<ElevationEffect["state"], Tone> = {
  none: "quiet",
  waiting: "info",
  effective: "ok",
  late: "warn",
  ended: "quiet",
};

function words(effect: ElevationEffect, elapsed: string): string {
  switch (effect.state) {
    case "none":
      return t("elevation.effect.none");
    case "ended":
      return t("elevation.effect.endedText");
    case "effective":
      return t("elevation.effect.effectiveText", { time: elapsed });
    case "late":
      return t("elevation.effect.lateText", { time: elapsed });
    case "waiting":
      return effect.seen > 0 ? t("elevation.effect.seenText", { count: effect.seen }) : t("elevation.effect.waitingText");
  }
}

/** Whether the right really works now: waiting, effective or late, with the time it took or takes, and what proved it. */
export function EffectNote({ effect, brief = false }: { effect: ElevationEffect; brief?: boolean }) {
  const open = effect.state === "waiting" || effect.state === "late";
  const elapsedMs = useElapsed({ open, elapsedMs: effect.elapsedMs, reads: effect.reads });
  if (effect.state === "none") return <span className="text-muted text-xs">{t("elevation.effect.none")}</span>;
  const elapsed = elapsedMs === null ? t("common.unknown") : elapsedWords(elapsedMs);
  const proof =
    effect.provenBy === null ? t("elevation.effect.listOnly") : t("elevation.effect.provenBy", { action: effect.provenBy });
  return (
    <span className="grid min-w-0 grid-cols-1 gap-1 text-xs">
      <span className="flex flex-wrap items-center gap-2">
        <Badge tone={TONE[effect.state]}>{t(`elevation.effect.${effect.state}`)}</Badge>
        {open && elapsedMs !== null ? (
          <span className="tabular-nums">{t("elevation.effect.elapsed", { time: elapsed })}</span>
        ) : null}
      </span>
      {brief ? null : (
        <span className="break-words text-muted">
          {words(effect, elapsed)} {effect.state === "effective" ? `${proof}. ` : ""}
          {t("elevation.effect.reads", { count: effect.reads })}
          {effect.lastReadAt === null ? "" : `, ${t("elevation.effect.lastRead", { time: formatClock(effect.lastReadAt) })}`}
        </span>
      )}
    </span>
  );
}
