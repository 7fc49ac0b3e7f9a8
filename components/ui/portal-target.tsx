"use client";

import { createContext, type RefObject, useContext, useEffect, useReducer } from "react";

const Target = createContext<RefObject<HTMLElement | null> | null>(null);

/**
 * Tells overlays which element they are put into. A ref and no element: a page that is still asleep would have to wake at once,
 * in one go, if what surrounds it changed as soon as the element is known.
 */
export const PortalTarget = Target.Provider;

/**
 * Overlays belong inside the main landmark: content outside every landmark is unreachable for people who move by them.
 * Undefined lets the overlay fall back to the body, for pages without a shell. It must not change while an overlay is open: React
 * then takes the overlay down and builds it anew, the focus falls back to its trigger, and the overlay takes that for a click
 * beside it and closes. So it is known, at the latest, right after the page was drawn.
 */
export function usePortalTarget(): HTMLElement | undefined {
  const target = useContext(Target);
  const [, drawAgain] = useReducer((count: number) => count + 1, 0);
  const element = target?.current ?? null;
  useEffect(() => {
    if ((target?.current ?? null) !== element) drawAgain();
  }, [target, element]);
  return element ?? undefined;
}
