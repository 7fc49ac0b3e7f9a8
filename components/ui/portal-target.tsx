"use client";

import { createContext, useContext } from "react";

const Target = createContext<HTMLElement | null>(null);

/**
 * Tells overlays which element they are put into. It must not change while one is open: React then takes the overlay down and
 * builds it anew, the focus falls back to its trigger, and the overlay takes that for a click beside it and closes.
 */
export const PortalTarget = Target.Provider;

/**
 * Overlays belong inside the main landmark: content outside every landmark is unreachable for people who move by them.
 * Undefined lets the overlay fall back to the body, for pages without a shell.
 */
export function usePortalTarget(): HTMLElement | undefined {
  return useContext(Target) ?? undefined;
}
