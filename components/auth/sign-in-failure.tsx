import type { AuthFailure } from "@/lib/client/auth-failure";
import { t } from "@/messages/t";

/** Why the sign-in ended, in plain words, with Entra's own code and sentence below. */
export function SignInFailure({ failure }: { failure: AuthFailure }) {
  return (
    <div role="alert" className="mt-6 max-w-xl rounded-lg border border-bad/35 bg-bad-soft/40 px-4 py-3 text-[0.8125rem]">
      <p className="font-semibold text-bad">{t(`auth.failures.${failure.kind}.title`)}</p>
      <p className="mt-1">{t(`auth.failures.${failure.kind}.next`)}</p>
      <dl className="mt-2 grid gap-1 text-muted text-xs">
        <div className="flex flex-wrap gap-x-1.5">
          <dt>{t("auth.failureCode")}</dt>
          <dd className="break-all font-mono text-foreground">{failure.code}</dd>
        </div>
        {failure.detail === "" ? null : (
          <div className="flex flex-wrap gap-x-1.5">
            <dt>{t("auth.failureDetail")}</dt>
            <dd className="break-words text-foreground">{failure.detail}</dd>
          </div>
        )}
        {failure.correlationId === null ? null : (
          <div className="flex flex-wrap gap-x-1.5">
            <dt>{t("auth.failureCorrelation")}</dt>
            <dd className="break-all font-mono text-foreground">{failure.correlationId}</dd>
          </div>
        )}
      </dl>
    </div>
  );
}
