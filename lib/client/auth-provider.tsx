"use client";

import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from "react";
import type { PublicConfig } from "@/lib/domain/api";
import { openAuth } from "./auth";
import type { AuthSession, AuthState } from "./auth-session";

export type Auth = {
  state: AuthState;
  signIn: AuthSession["signIn"];
  signOut: AuthSession["signOut"];
  switchTenant: AuthSession["switchTenant"];
  renew: AuthSession["renew"];
  dismissFailure: AuthSession["dismissFailure"];
};

const STARTING: AuthState = { kind: "starting" };
const AuthContext = createContext<Auth | null>(null);

export type AuthProviderProps = {
  config: PublicConfig;
  /** False on pages that must not start a sign-in by themselves, such as "signed out". */
  autoSignIn: boolean;
  children: ReactNode;
};

export function AuthProvider({ config, autoSignIn, children }: AuthProviderProps) {
  const [session, setSession] = useState<AuthSession | null>(null);
  useEffect(() => {
    const opened = openAuth(config);
    setSession(opened);
    void opened.start({ autoSignIn });
  }, [config, autoSignIn]);
  const state = useSyncExternalStore(
    session?.subscribe ?? noSubscription,
    () => session?.getState() ?? STARTING,
    () => STARTING,
  );
  const auth: Auth = {
    state,
    signIn: (options) => openAuth(config).signIn(options),
    signOut: () => openAuth(config).signOut(),
    switchTenant: (tenantId) => openAuth(config).switchTenant(tenantId),
    renew: (options) => openAuth(config).renew(options),
    dismissFailure: () => openAuth(config).dismissFailure(),
  };
  return <AuthContext value={auth}>{children}</AuthContext>;
}

function noSubscription(): () => void {
  return () => undefined;
}

/** Who is signed in and what can be done about it. */
export function useAuth(): Auth {
  const auth = useContext(AuthContext);
  if (auth === null) throw new Error("useAuth needs AuthProvider, which app/layout.tsx renders.");
  return auth;
}
