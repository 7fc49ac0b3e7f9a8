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
    ...tabChannel(),
  };
}

type SignedOutMessage = { kind: "signedOut"; homeAccountId: string };

function isSignedOutMessage(value: unknown): value is SignedOutMessage {
  return typeof value === "object" && value !== null && "homeAccountId" in value && typeof value.homeAccountId === "string";
}

/** One channel for all tabs of this origin. It carries an account's id, never a token. */
function tabChannel(): Pick<AuthBrowser, "tellSignedOut" | "onSignedOut"> {
  const channel = new BroadcastChannel("arcwarden.sign-in");
  return {
    tellSignedOut: (homeAccountId) => channel.postMessage({ kind: "signedOut", homeAccountId } satisfies SignedOutMessage),
    onSignedOut: (listener) => {
      channel.addEventListener("message", (event: MessageEvent<unknown>) => {
        if (isSignedOutMessage(event.data)) listener(event.data.homeAccountId);
      });
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
