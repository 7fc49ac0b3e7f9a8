"use client";

import { useSyncExternalStore } from "react";

const MINUTE_MS = 60_000;

function subscribe(listener: () => void): () => void {
  const timer = setInterval(listener, MINUTE_MS);
  return () => clearInterval(timer);
}

const thisMinute = () => Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;

/** The present minute, the same for every caller, so that days left and "ago" move on while a page stays open. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, thisMinute, thisMinute);
}
