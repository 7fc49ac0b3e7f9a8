"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { ProblemPanel } from "@/components/ui/problem-panel";
import { Textarea } from "@/components/ui/textarea";
import { formatDateTime } from "@/lib/client/format";
import type { ActiveRow, EligibleRow } from "@/lib/domain/elevation/api";
import type { ElevationAction } from "@/lib/domain/elevation/write-api";
import type { Problem } from "@/lib/domain/errors";
import { t } from "@/messages/t";
import { scopeWords } from "./scope-words";

const WORDS_MAX = 500;
const MONTH_MS = 30 * 86_400_000;

export type DialogTarget =
  | { kind: "deactivate"; row: ActiveRow }
  | { kind: "extendActive"; row: ActiveRow }
  | { kind: "extendEligible"; row: EligibleRow };

type Props<K extends DialogTarget["kind"]> = {
  target: Extract<DialogTarget, { kind: K }>;
  sending: boolean;
  /** Why the last attempt did not reach Azure; what was written stays for the next one. */
  problem: Problem | null;
  onClose: () => void;
  onSend: (action: ElevationAction) => void;
};

function Deactivate({ target: { row }, sending, problem, onClose, onSend }: Props<"deactivate">) {
  const [reason, setReason] = useState("");
  const send = () =>
    onSend({
      kind: "deactivate",
      id: crypto.randomUUID(),
      roleDefinitionId: row.role.definitionId,
      scope: row.scope.id,
      scheduleId: row.scheduleId,
      justification: reason.trim(),
    });
  return (
    <Dialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={t("elevation.active.dialogTitle", { role: row.role.name })}
      description={t("elevation.active.dialogAbout", { scope: scopeWords(row.scope) })}
      footer={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button variant="danger" disabled={sending} onClick={send}>
            {t("elevation.active.deactivate")}
          </Button>
        </>
      }
    >
      <Field label={t("elevation.active.reason")} hint={t("elevation.active.reasonAsIs")}>
        {(control) => (
          <Textarea {...control} maxLength={WORDS_MAX} value={reason} onChange={(event) => setReason(event.target.value)} />
        )}
      </Field>
      {problem === null ? null : <ProblemPanel className="mt-3" problem={problem} />}
    </Dialog>
  );
}

function Extend({ target, sending, problem, onClose, onSend }: Props<"extendActive" | "extendEligible">) {
  const { row } = target;
  const oldEnd = row.endsAt ?? new Date().toISOString();
  const [end, setEnd] = useState(new Date(Date.parse(oldEnd) + MONTH_MS).toISOString().slice(0, 16));
  const [reason, setReason] = useState("");
  const endMs = Date.parse(`${end}Z`);
  const later = endMs > Date.parse(oldEnd);
  const error = later ? undefined : t("elevationRefusals.form.endNotLater", { endsAt: formatDateTime(oldEnd) });
  const send = () =>
    onSend({
      kind: "extend",
      id: crypto.randomUUID(),
      of: target.kind === "extendActive" ? "active" : "eligible",
      scheduleId: row.scheduleId ?? "",
      roleDefinitionId: row.role.definitionId,
      scope: row.scope.id,
      endsAt: new Date(endMs).toISOString(),
      justification: reason.trim(),
    });
  return (
    <Dialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={t("elevation.active.extendTitle")}
      description={t("elevation.active.extendAbout", {
        role: row.role.name,
        scope: scopeWords(row.scope),
        time: formatDateTime(oldEnd),
      })}
      footer={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button variant="primary" disabled={!later || reason.trim() === "" || sending} onClick={send}>
            {t("elevation.active.askExtend")}
          </Button>
        </>
      }
    >
      <div className="grid grid-cols-1 gap-3">
        <Field label={t("elevation.active.newEnd")} error={error}>
          {(control) => (
            <Input {...control} type="datetime-local" required value={end} onChange={(event) => setEnd(event.target.value)} />
          )}
        </Field>
        <Field label={t("elevation.active.justification")}>
          {(control) => (
            <Textarea {...control} maxLength={WORDS_MAX} value={reason} onChange={(event) => setReason(event.target.value)} />
          )}
        </Field>
        {problem === null ? null : <ProblemPanel problem={problem} />}
      </div>
    </Dialog>
  );
}

/** The dialog of what was asked for on a row; nothing while none was. */
export function RowDialog({ target, ...rest }: { target: DialogTarget } & Omit<Props<"deactivate">, "target">) {
  return target.kind === "deactivate" ? <Deactivate target={target} {...rest} /> : <Extend target={target} {...rest} />;
}
