"use client";

import { useSyncExternalStore } from "react";

const SECOND_MS = 1_000;

function subscribe(listener: () => void): () => void {
  const timer = setInterval(listener, SECOND_MS);
  return () => clearInterval(timer);
}

const thisSecond = () => Math.floor(Date.now() / SECOND_MS) * SECOND_MS;

/** The present second, for what counts down before the operator's eyes. */
export function useSecond(): number {
  return useSyncExternalStore(subscribe, thisSecond, thisSecond);
}
