import type { PublicConfig } from "@/lib/domain/api";
import { type AuthBrowser, AuthSession } from "./auth-session";

function realBrowser(): AuthBrowser {
  return {
    origin: window.location.origin,
    isSecureContext: window.isSecureContext,
    href: () => window.location.href,
    assign: (url) => window.location.assign(url),
    readCookies: () => document.cookie,
    writeCookie: (cookie) => {
      // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing in Firefox and on plain-http loopback.
      document.cookie = cookie;
    },
  };
}

let session: AuthSession | null = null;

/** The tab's sign-in. Made on first use by AuthProvider, which knows the configuration. */
export function openAuth(config: PublicConfig): AuthSession {
  session ??= new AuthSession(config, realBrowser());
  return session;
}

/** The tab's sign-in for code outside React. Throws before AuthProvider has rendered. */
export function getAuth(): AuthSession {
  if (session === null) throw new Error("getAuth needs AuthProvider, which app/layout.tsx renders.");
  return session;
}
