"use client";

import { type ReactNode, useId } from "react";
import { Button } from "./button";

export type SendButtonProps = {
  /** Why nothing may be sent now; empty when it may. */
  reasons: readonly string[];
  sending: boolean;
  onSend: () => void;
  children: ReactNode;
};

/** The button that sends what a form describes. While it is off, the reasons stand below it and are read out with it. */
export function SendButton({ reasons, sending, onSend, children }: SendButtonProps) {
  const id = useId();
  const off = reasons.length > 0;
  return (
    <>
      <Button variant="primary" size="lg" disabled={off || sending} aria-describedby={off ? id : undefined} onClick={onSend}>
        {children}
      </Button>
      {off ? (
        <ul id={id} className="grid list-disc gap-0.5 pl-5 text-muted text-xs">
          {reasons.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
      ) : null}
    </>
  );
}
