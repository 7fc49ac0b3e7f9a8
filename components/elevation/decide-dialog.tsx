"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { ProblemPanel } from "@/components/ui/problem-panel";
import { Textarea } from "@/components/ui/textarea";
import { JUSTIFICATION_MAX } from "@/lib/domain/elevation/activation-form";
import type { ApprovalRow } from "@/lib/domain/elevation/api";
import type { ElevationAction } from "@/lib/domain/elevation/write-api";
import type { Problem } from "@/lib/domain/errors";
import { t } from "@/messages/t";
import { scopeWords } from "./scope-words";

export type Decision = "approve" | "deny";

/** A no always needs a reason; a yes needs one unless the role's settings are known not to ask. */
export function reasonNeeded(decision: Decision, rows: readonly Pick<ApprovalRow, "reasonRequired">[]): boolean {
  return decision === "deny" || rows.some(({ reasonRequired }) => reasonRequired !== false);
}

export function decideActions(
  decision: Decision,
  rows: readonly ApprovalRow[],
  reason: string,
  newId: () => string,
): ElevationAction[] {
  return rows.map(({ requestId, approvalId }) => ({
    kind: "decide",
    id: newId(),
    requestId,
    approvalId,
    decision,
    reason: reason.trim(),
  }));
}

export type DecideDialogProps = {
  decision: Decision;
  rows: readonly ApprovalRow[];
  /** Of these, the ones that have left the inbox since the dialog was opened. */
  gone: ReadonlySet<string>;
  sending: boolean;
  /** Why the last attempt did not reach Azure; what was written stays for the next one. */
  problem: Problem | null;
  onClose: () => void;
  onSend: (reason: string) => void;
};

/** The last look before a decision: what exactly is decided, and why. A sheet at the bottom of a phone. */
export function DecideDialog({ decision, rows, gone, sending, problem, onClose, onSend }: DecideDialogProps) {
  const [reason, setReason] = useState("");
  const needed = reasonNeeded(decision, rows);
  const count = rows.length;
  const missing = needed && reason.trim() === "";
  return (
    <Dialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={t(`elevation.approvals.dialog.${decision}`, { count })}
      description={t("elevation.approvals.dialog.about")}
      footer={
        <>
          <Button size="lg" onClick={onClose}>
            {t("common.cancel")}
          </Button>
          <Button
            size="lg"
            variant={decision === "approve" ? "primary" : "danger"}
            disabled={missing || sending}
            onClick={() => onSend(reason)}
          >
            {t(decision === "approve" ? "elevation.approvals.dialog.sendApprove" : "elevation.approvals.dialog.sendDeny", {
              count,
            })}
          </Button>
        </>
      }
    >
      <div className="grid grid-cols-1 gap-3">
        <ul aria-label={t("elevation.approvals.dialog.what")} className="grid gap-1 text-[0.8125rem]">
          {rows.map((row) => (
            <li key={row.id} className="break-words">
              <span className="font-medium">{row.requester.name}</span>: {row.role.name}, {scopeWords(row.scope)}
              {gone.has(row.id) ? (
                <p role="status" className="text-warn text-xs">
                  {t("elevation.approvals.dialog.gone")}
                </p>
              ) : null}
            </li>
          ))}
        </ul>
        <Field
          label={t(needed ? "elevation.approvals.dialog.reason" : "elevation.approvals.dialog.reasonOptional")}
          hint={missing ? t("elevation.approvals.dialog.reasonNeeded") : undefined}
        >
          {(control) => (
            <Textarea
              {...control}
              required={needed}
              maxLength={JUSTIFICATION_MAX}
              value={reason}
              onChange={(event) => setReason(event.target.value)}
            />
          )}
        </Field>
        {problem === null ? null : <ProblemPanel problem={problem} />}
      </div>
    </Dialog>
  );
}
