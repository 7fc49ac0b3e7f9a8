"use client";

import { usePathname } from "next/navigation";
import type { ReactNode } from "react";
import { useAuth } from "@/lib/client/auth-provider";
import { type Session, useSession } from "@/lib/client/session";
import { pages } from "@/lib/config/routes";
import { Landing } from "./landing";
import { InsecureOrigin, NoAccess, WrongTenant } from "./refusals";

/** Pages that anyone may see. Every other page, also a new one, stands behind the sign-in. */
const OPEN_PAGES: readonly string[] = [pages.authRedirect(), pages.signedOut()];

function hasNoAccess(session: Session): boolean {
  const { info } = session;
  if (info === null || info.portalRoles.length > 0) return false;
  return info.subscriptions.length === 0 && info.subscriptionsCompleteness.complete;
}

function Admitted({ children }: { children: ReactNode }) {
  const session = useSession();
  const { account, problem } = session;
  const tenantRefused = problem?.code === "forbidden" && problem.fields?.some(({ field }) => field === "tenant");
  if (tenantRefused === true && account !== null) return <WrongTenant account={account} detail={problem?.nextStep ?? ""} />;
  if (account !== null && hasNoAccess(session)) return <NoAccess account={account} session={session} />;
  return children;
}

/**
 * Decides between the portal and the pages before it. `likelySignedIn` comes from the hint cookie, so that the first frame
 * from the server is most often the one that stays.
 */
export function AuthGate({ likelySignedIn, children }: { likelySignedIn: boolean; children: ReactNode }) {
  const { state } = useAuth();
  const pathname = usePathname();
  if (OPEN_PAGES.includes(pathname)) return children;
  switch (state.kind) {
    case "starting":
      // The same element as for who is signed in: what was typed and drawn before MSAL has started must stay.
      return likelySignedIn ? <Admitted>{children}</Admitted> : <Landing failure={null} busy={false} />;
    case "insecureOrigin":
      return <InsecureOrigin address={typeof window === "undefined" ? "" : window.location.origin} />;
    case "signedOut":
      return <Landing failure={state.failure} busy={false} />;
    case "redirecting":
      return <Landing failure={null} busy />;
    case "signedIn":
      return <Admitted>{children}</Admitted>;
  }
}
