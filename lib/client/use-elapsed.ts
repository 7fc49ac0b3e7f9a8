"use client";

import { useEffect, useState } from "react";
import { t } from "@/messages/t";

const TICK_MS = 1_000;

/** A duration that runs on between two answers of the server, so that the page is seen to live. */
export type Counted = { open: boolean; elapsedMs: number | null; reads: number };

/** "45 s", "1:05 min"; hours join the minutes, because nobody waits that long for a role. */
export function elapsedWords(elapsedMs: number): string {
  const seconds = Math.max(0, Math.floor(elapsedMs / 1_000));
  if (seconds < 1) return t("common.elapsed.underASecond");
  if (seconds < 60) return t("common.elapsed.seconds", { seconds });
  return t("common.elapsed.minutes", { time: `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}` });
}

/** Counts on from the server's figure while it is open; a newer figure starts the count anew. */
export function useElapsed({ open, elapsedMs, reads }: Counted): number | null {
  const [extraMs, setExtraMs] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a newer figure of the server starts the count anew.
  useEffect(() => {
    setExtraMs(0);
    if (!open) return;
    const begin = performance.now();
    const timer = setInterval(() => setExtraMs(performance.now() - begin), TICK_MS);
    return () => clearInterval(timer);
  }, [open, elapsedMs, reads]);
  return elapsedMs === null ? null : elapsedMs + extraMs;
}
