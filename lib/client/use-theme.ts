"use client";

import { useEffect, useSyncExternalStore } from "react";
import { isDark, parseTheme, type ThemeChoice, themeCookie } from "./theme";

const DARK_QUERY = "(prefers-color-scheme: dark)";
const listeners = new Set<() => void>();

function apply(choice: ThemeChoice): void {
  const systemDark = window.matchMedia(DARK_QUERY).matches;
  document.documentElement.classList.toggle("dark", isDark(choice, systemDark));
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing in Firefox and on plain-http loopback.
  document.cookie = themeCookie(choice, systemDark, window.location.protocol === "https:");
}

export function setTheme(choice: ThemeChoice): void {
  apply(choice);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useTheme(): ThemeChoice {
  return useSyncExternalStore(
    subscribe,
    () => parseTheme(document.cookie),
    () => "system",
  );
}

/** Keeps the page with the device while the choice is "system". Used once, by the shell. */
export function useSystemTheme(): void {
  useEffect(() => {
    const query = window.matchMedia(DARK_QUERY);
    const follow = () => apply(parseTheme(document.cookie));
    follow();
    query.addEventListener("change", follow);
    return () => query.removeEventListener("change", follow);
  }, []);
}
