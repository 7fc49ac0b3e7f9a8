"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import type { ScheduleRow } from "@/lib/domain/elevation/manage/api";
import type { AdminRequestType, ManageRequest } from "@/lib/domain/elevation/manage/requests";
import { t } from "@/messages/t";
import { EndField, type EndText, endOf, ruleHint } from "./end-field";
import { changeOf } from "./schedule-rows";
import { useGivenRule } from "./use-manage";

function prolongs(row: ScheduleRow): AdminRequestType {
  if (row.over) return "AdminRenew";
  return row.endsAt === null ? "AdminUpdate" : "AdminExtend";
}

export type ExtendDialogProps = {
  rows: readonly ScheduleRow[];
  onClose: () => void;
  onReady: (requests: ManageRequest[]) => void;
};

/** A new end for chosen schedules, counted from now: all of them run, or all have ended. */
export function ExtendDialog({ rows, onClose, onReady }: ExtendDialogProps) {
  const [text, setText] = useState<EndText>({ kind: "days", days: "90" });
  const [justification, setJustification] = useState("");
  const [first] = rows;
  const rule = useGivenRule(first?.of ?? "eligible", first?.scope.id ?? null, first?.role.id ?? null);
  const end = endOf(text);
  const isRenewal = first?.over === true;

  function submit(): void {
    if (end === null) return;
    const patch = { end, justification: justification.trim() };
    onReady(rows.map((row) => changeOf(row, prolongs(row), patch)));
  }
  return (
    <Dialog
      open
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      title={t(isRenewal ? "elevationManage.form.renewTitle" : "elevationManage.form.extendTitle")}
      description={t("elevationManage.chosen", { count: rows.length })}
      footer={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button variant="primary" disabled={end === null} onClick={submit}>
            {t("elevationManage.form.preview")}
          </Button>
        </>
      }
    >
      <div className="grid grid-cols-1 gap-4">
        <EndField label={t("elevationManage.form.end")} value={text} hint={ruleHint(rule.data?.rule)} onChange={setText} />
        <Field label={t("elevationManage.form.justification")} hint={t("elevationManage.form.justificationHint")}>
          {(control) => (
            <Input
              {...control}
              maxLength={500}
              value={justification}
              onChange={(event) => setJustification(event.target.value)}
            />
          )}
        </Field>
      </div>
    </Dialog>
  );
}
