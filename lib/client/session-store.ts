/**
 * Small per-tab memory in sessionStorage. Survives the sign-in redirect and a reload. Never holds tokens of its own: MSAL
 * keeps those. A browser that blocks storage gets the fallback value.
 */
const PREFIX = "arcwarden.";

/** Name of the mark that a request has led to Entra. */
export const RENEWAL = "renewal";

export function readStored<T>(name: string, isT: (value: unknown) => value is T): T | null {
  try {
    const value: unknown = JSON.parse(sessionStorage.getItem(PREFIX + name) ?? "null");
    return isT(value) ? value : null;
  } catch {
    return null;
  }
}

export function writeStored(name: string, value: unknown): void {
  try {
    sessionStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // Without storage the page still works; only the way back after a redirect is lost.
  }
}

export function removeStored(name: string): void {
  try {
    sessionStorage.removeItem(PREFIX + name);
  } catch {
    // Nothing was stored where storage is blocked.
  }
}

/** Forgets everything of this tab: half-filled forms, kept requests, the chosen account. */
export function clearStored(): void {
  try {
    for (const key of Object.keys(sessionStorage)) {
      if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
    }
  } catch {
    // Nothing was stored where storage is blocked.
  }
}
