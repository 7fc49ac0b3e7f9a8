"use client";

import { CalendarClock, KeyRound, ScrollText } from "lucide-react";
import { Button } from "@/components/ui/button";
import type { AuthFailure } from "@/lib/client/auth-failure";
import { useAuth } from "@/lib/client/auth-provider";
import { useConfig } from "@/lib/client/config";
import { t } from "@/messages/t";
import { AuthFrame } from "./auth-frame";
import { SignInFailure } from "./sign-in-failure";

const POINTS = [
  { icon: CalendarClock, key: "certificates" },
  { icon: KeyRound, key: "signIn" },
  { icon: ScrollText, key: "audit" },
] as const;

/** The page for someone who is not signed in. */
export function Landing({ failure, busy }: { failure: AuthFailure | null; busy: boolean }) {
  const { signIn } = useAuth();
  const config = useConfig();
  const manyTenants = config.allowedTenantIds.length > 1;
  const begin = (tenant?: string) => {
    // A failure is already in the state that this page shows.
    signIn(tenant === undefined ? {} : { tenant }).catch(() => undefined);
  };
  return (
    <AuthFrame>
      <div className="grid items-center gap-12 lg:grid-cols-[1.1fr_1fr]">
        <div>
          <h1 className="text-balance font-semibold text-3xl leading-tight tracking-tight sm:text-4xl">
            {t("auth.landing.title")}
          </h1>
          <p className="mt-4 max-w-xl text-[0.9375rem] text-muted leading-relaxed">{t("auth.landing.lead")}</p>
          {failure === null ? null : <SignInFailure failure={failure} />}
          <div className="mt-7 flex flex-wrap items-center gap-x-5 gap-y-3">
            <Button variant="primary" size="lg" disabled={busy} onClick={() => begin()}>
              {t("auth.landing.signIn")}
            </Button>
            {manyTenants ? (
              <Button variant="link" size="lg" className="px-0" disabled={busy} onClick={() => begin("organizations")}>
                {t("auth.landing.otherTenant")}
              </Button>
            ) : null}
          </div>
          <p aria-live="polite" className="mt-3 min-h-5 text-muted text-xs">
            {busy ? t("auth.landing.leaving") : t("auth.landing.note")}
          </p>
        </div>
        <ul className="grid gap-3">
          {POINTS.map(({ icon: Icon, key }) => (
            <li key={key} className="flex gap-4 rounded-lg border border-line bg-surface p-5 shadow-card">
              <Icon aria-hidden className="mt-0.5 size-5 shrink-0 text-primary" />
              <div>
                <h2 className="font-semibold text-[0.9375rem]">{t(`auth.landing.points.${key}.title`)}</h2>
                <p className="mt-1 text-[0.8125rem] text-muted leading-relaxed">{t(`auth.landing.points.${key}.text`)}</p>
              </div>
            </li>
          ))}
        </ul>
      </div>
    </AuthFrame>
  );
}
