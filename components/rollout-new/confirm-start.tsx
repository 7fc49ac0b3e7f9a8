"use client";

import { useState } from "react";
import { CountField, isCount } from "@/components/ui/count-field";
import { SendButton } from "@/components/ui/send-button";
import { t } from "@/messages/t";

export type ConfirmStartProps = {
  count: number;
  /** Why it may not be started, apart from the number that is still to be typed. */
  reasons: readonly string[];
  starting: boolean;
  onStart: (typedCount: number) => void;
};

/** The start, once the number of machines was typed. */
export function ConfirmStart({ count, reasons, starting, onStart }: ConfirmStartProps) {
  const [typed, setTyped] = useState("");
  const open = [...reasons, ...(count === 0 || isCount(typed, count) ? [] : [t("rolloutWizard.review.reason.count")])];
  return (
    <div className="grid grid-cols-1 justify-items-start gap-3">
      {count === 0 ? null : (
        <CountField
          label={t("rolloutWizard.review.typeCount", { count: String(count) })}
          wrong={t("rolloutWizard.review.typeError")}
          count={count}
          typed={typed}
          onType={setTyped}
        />
      )}
      <SendButton reasons={open} sending={starting} onSend={() => onStart(count)}>
        {starting ? t("rolloutWizard.review.starting") : t("rolloutWizard.review.start", { count })}
      </SendButton>
    </div>
  );
}
