"use client";

import { usePathname } from "next/navigation";
import type { ReactNode } from "react";
import { ApiQueryProvider } from "@/lib/client/api-query-provider";
import { ApiReplayProvider } from "@/lib/client/api-replay";
import { StyleNonce } from "@/lib/client/auth-nonce";
import { AuthProvider } from "@/lib/client/auth-provider";
import { ConfigProvider } from "@/lib/client/config";
import { pages } from "@/lib/config/routes";
import type { PublicConfig } from "@/lib/domain/api";
import { AuthGate } from "./auth-gate";

export type ProvidersProps = { config: PublicConfig; nonce: string; likelySignedIn: boolean; children: ReactNode };

/** Everything that stands around every page: configuration, sign-in, server data, the gate. */
export function Providers({ config, nonce, likelySignedIn, children }: ProvidersProps) {
  const pathname = usePathname();
  // The bridge page runs in frames and pop-ups of MSAL itself; a second MSAL there would eat the answer.
  if (pathname === pages.authRedirect()) return children;
  return (
    <ConfigProvider config={config}>
      <StyleNonce nonce={nonce} />
      <AuthProvider config={config} autoSignIn={pathname !== pages.signedOut()}>
        <ApiQueryProvider>
          <ApiReplayProvider>
            <AuthGate likelySignedIn={likelySignedIn}>{children}</AuthGate>
          </ApiReplayProvider>
        </ApiQueryProvider>
      </AuthProvider>
    </ConfigProvider>
  );
}
