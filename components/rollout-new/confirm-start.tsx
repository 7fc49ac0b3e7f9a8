"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { t } from "@/messages/t";

export type ConfirmStartProps = {
  count: number;
  /** Why it may not be started, apart from the number that is still to be typed. */
  reasons: readonly string[];
  starting: boolean;
  onStart: (typedCount: number) => void;
};

/** The number of machines is typed, because a tick is given too easily for ten thousand of them. */
export function ConfirmStart({ count, reasons, starting, onStart }: ConfirmStartProps) {
  const [typed, setTyped] = useState("");
  const matches = typed.trim() === String(count);
  const open = [...reasons, ...(matches || count === 0 ? [] : [t("rolloutWizard.review.reason.count")])];
  return (
    <div className="grid grid-cols-1 justify-items-start gap-3">
      {count === 0 ? null : (
        <Field
          label={t("rolloutWizard.review.typeCount", { count: String(count) })}
          error={typed !== "" && !matches ? t("rolloutWizard.review.typeError") : undefined}
          className="w-full max-w-sm"
        >
          {(control) => (
            <Input
              {...control}
              inputMode="numeric"
              autoComplete="off"
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
            />
          )}
        </Field>
      )}
      <Button
        variant="primary"
        size="lg"
        disabled={open.length > 0 || starting}
        aria-describedby={open.length === 0 ? undefined : "start-reasons"}
        onClick={() => onStart(count)}
      >
        {starting ? t("rolloutWizard.review.starting") : t("rolloutWizard.review.start", { count })}
      </Button>
      {open.length === 0 ? null : (
        <ul id="start-reasons" className="grid list-disc gap-0.5 pl-5 text-muted text-xs">
          {open.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
      )}
    </div>
  );
}
