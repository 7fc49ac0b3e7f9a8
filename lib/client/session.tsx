"use client";

import { useQuery } from "@tanstack/react-query";
import { api } from "@/lib/config/routes";
import type { SessionInfo } from "@/lib/domain/api";
import type { Problem } from "@/lib/domain/errors";
import { apiFetch } from "./api";
import { toClientProblem } from "./api-problem";
import { useAuth } from "./auth-provider";
import type { SignedInAccount } from "./auth-session";

export type Session = {
  /** From the sign-in itself, at once. null while nobody is signed in. */
  account: SignedInAccount | null;
  /** From the portal's API, a moment later. null until it has answered. */
  info: SessionInfo | null;
  problem: Problem | null;
  reload: () => void;
  signOut: () => Promise<void>;
  switchTenant: (tenantId: string) => Promise<never>;
};

/** The signed-in operator: account, tenants, subscriptions, portal roles, what Graph lets them read. */
export function useSession(): Session {
  const { state, signOut, switchTenant } = useAuth();
  const account = state.kind === "signedIn" ? state.account : null;
  const query = useQuery({
    queryKey: ["session", account?.homeAccountId ?? "", account?.tenantId ?? ""],
    queryFn: ({ signal }) => apiFetch<SessionInfo>(api.session(), { signal }),
    enabled: account !== null,
    staleTime: 5 * 60_000,
  });
  return {
    account,
    info: query.data ?? null,
    problem: query.error === null ? null : toClientProblem(query.error),
    reload: () => void query.refetch(),
    signOut,
    switchTenant,
  };
}
