"use client";

import { Button } from "@/components/ui/button";
import { ProblemPanel } from "@/components/ui/problem-panel";
import { useAnyReplay } from "@/lib/client/api-replay";
import { useAuth } from "@/lib/client/auth-provider";
import { t } from "@/messages/t";

/** What became of a way to Entra that this page asked for: a refused sign-in, or a repeated change that was refused. */
export function SignInNotices() {
  const { state, renew, dismissFailure } = useAuth();
  const replay = useAnyReplay();
  if (state.kind !== "signedIn") return null;
  const { failure, account } = state;
  if (failure === undefined) {
    return replay.kind === "failed" ? (
      <section aria-label={t("shell.signInAgain.label")} className="px-4 pt-3 md:px-5">
        <ProblemPanel problem={{ ...replay.problem, title: t("shell.signInAgain.notSent") }} />
      </section>
    ) : null;
  }
  const again = () => void renew().catch(() => undefined);
  return (
    <section aria-label={t("shell.signInAgain.label")} className="px-4 pt-3 md:px-5">
      <div role="alert" className="grid gap-1 rounded-lg border border-warn/35 bg-warn-soft/60 px-4 py-3 text-[0.8125rem]">
        <p className="font-semibold">{t(`auth.failures.${failure.kind}.title`)}</p>
        <p>
          {replay.kind === "dropped" ? `${t("shell.signInAgain.dropped")} ` : null}
          {t("shell.signInAgain.stays", { name: account.username })}
        </p>
        {failure.detail === "" ? null : (
          <p className="break-words text-muted text-xs">
            <code className="font-mono">{failure.code}</code> {failure.detail}
          </p>
        )}
        <div className="mt-1 flex flex-wrap gap-2">
          <Button size="sm" onClick={dismissFailure}>
            {t("common.close")}
          </Button>
          <Button size="sm" variant="ghost" onClick={again}>
            {t("shell.signInAgain.again")}
          </Button>
        </div>
      </div>
    </section>
  );
}
