import { randomBytes } from "node:crypto";
import type { WireRequest } from "../core/contract.ts";
import type { BrowserSession, EntraState } from "./state.ts";

/** Cookies ignore ports, so the name holds the port: several local Azures on one machine keep apart. */
function cookieName(request: WireRequest): string {
  const port = new URL(request.origin).port || "default";
  return `local-azure-browser-${port}`;
}

function readCookie(request: WireRequest): string | null {
  const name = cookieName(request);
  for (const part of (request.headers.cookie ?? "").split(";")) {
    const [key, value] = part.trim().split("=");
    if (key === name && value !== undefined) return value;
  }
  return null;
}

export function findBrowser(state: EntraState, request: WireRequest): BrowserSession | null {
  const id = readCookie(request);
  return id === null ? null : (state.browsers.get(id) ?? null);
}

/** The browser's session, made when it is new. The cookie lives as long as the browser does. */
export function openBrowser(
  state: EntraState,
  request: WireRequest,
): { browser: BrowserSession; headers: Record<string, string> } {
  const known = findBrowser(state, request);
  if (known !== null) return { browser: known, headers: {} };
  const browser: BrowserSession = { id: randomBytes(24).toString("base64url"), signIns: new Map() };
  state.browsers.set(browser.id, browser);
  const secure = request.origin.startsWith("https://") ? "; Secure" : "";
  return { browser, headers: { "set-cookie": `${cookieName(request)}=${browser.id}; Path=/; HttpOnly; SameSite=Lax${secure}` } };
}
