"use client";

import { createContext, type ReactNode, startTransition, useContext, useEffect, useMemo, useState } from "react";
import type { PublicConfig } from "@/lib/domain/api";
import { openAuth } from "./auth";
import { type AuthSession, type AuthState, STARTING } from "./auth-session";

export type Auth = {
  state: AuthState;
  signIn: AuthSession["signIn"];
  signOut: AuthSession["signOut"];
  switchTenant: AuthSession["switchTenant"];
  renew: AuthSession["renew"];
  dismissFailure: AuthSession["dismissFailure"];
};

const AuthContext = createContext<Auth | null>(null);

export type AuthProviderProps = {
  config: PublicConfig;
  /** False on pages that must not start a sign-in by themselves, such as "signed out". */
  autoSignIn: boolean;
  children: ReactNode;
};

export function AuthProvider({ config, autoSignIn, children }: AuthProviderProps) {
  const [state, setState] = useState<AuthState>(STARTING);
  useEffect(() => {
    const session = openAuth(config);
    // Not at once: a page that the browser has not yet taken over from the server would have to be, whole and in one go.
    const follow = () => startTransition(() => setState(session.getState()));
    const stop = session.subscribe(follow);
    follow();
    void session.start({ autoSignIn });
    return stop;
  }, [config, autoSignIn]);
  const auth = useMemo<Auth>(
    () => ({
      state,
      signIn: (options) => openAuth(config).signIn(options),
      signOut: () => openAuth(config).signOut(),
      switchTenant: (tenantId) => openAuth(config).switchTenant(tenantId),
      renew: (options) => openAuth(config).renew(options),
      dismissFailure: () => openAuth(config).dismissFailure(),
    }),
    [config, state],
  );
  return <AuthContext value={auth}>{children}</AuthContext>;
}

/** Who is signed in and what can be done about it. */
export function useAuth(): Auth {
  const auth = useContext(AuthContext);
  if (auth === null) throw new Error("useAuth needs AuthProvider, which app/layout.tsx renders.");
  return auth;
}
