"use client";

import { useId } from "react";
import { Badge } from "@/components/ui/badge";
import { Checkbox } from "@/components/ui/checkbox";
import { formatDateTime } from "@/lib/client/format";
import type { PreflightCheck } from "@/lib/domain/api";
import { t, tDynamic } from "@/messages/t";
import { VERDICT_TONE } from "./tones";

export type CheckRowProps = {
  check: PreflightCheck;
  overridden: boolean;
  onOverride: (overridden: boolean) => void;
  action?: React.ReactNode;
};

/** Times among the facts of a check are ISO text and are written for people. */
function readable(values: PreflightCheck["values"]): PreflightCheck["values"] {
  const since = values.since;
  return typeof since === "string" && /^\d{4}-\d\d-\d\dT/.test(since) ? { ...values, since: formatDateTime(since) } : values;
}

/** One check: verdict in words, what was found, what to do, where the rule comes from, and the way to overrule it. */
export function CheckRow({ check, overridden, onOverride, action }: CheckRowProps) {
  const id = useId();
  const values = readable(check.values);
  return (
    <li className="grid gap-x-4 gap-y-1 border-line border-b px-4 py-3 last:border-b-0 sm:grid-cols-[6.5rem_minmax(0,1fr)]">
      <div>
        <Badge tone={VERDICT_TONE[check.verdict]}>{t(`signIn.verdict.${check.verdict}`)}</Badge>
      </div>
      <div className="grid grid-cols-1 min-w-0 gap-1 text-[0.8125rem]">
        <h3 className="font-medium">{tDynamic(check.title)}</h3>
        <p className="break-words text-muted">{tDynamic(check.evidence, values)}</p>
        {check.fix === "" ? null : (
          <p className="break-words">
            <span className="font-medium">{t("signIn.checks.fix")}: </span>
            {tDynamic(check.fix, values)}
          </p>
        )}
        {action === undefined ? null : <div className="mt-1">{action}</div>}
        {check.overridable ? (
          <div className="mt-1 flex items-start gap-2">
            <Checkbox
              id={id}
              className="mt-0.5"
              checked={overridden}
              aria-describedby={`${id}-hint`}
              onChange={(event) => onOverride(event.target.checked)}
            />
            <div>
              <label htmlFor={id} className="font-medium">
                {t("signIn.checks.override")}
              </label>
              <p id={`${id}-hint`} className="text-muted text-xs">
                {t("signIn.checks.overrideHint")}
              </p>
            </div>
          </div>
        ) : null}
        <p className="text-2xs text-muted">
          {t("signIn.checks.source")}: {check.source}
        </p>
      </div>
    </li>
  );
}
