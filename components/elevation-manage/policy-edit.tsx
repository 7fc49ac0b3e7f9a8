"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Sheet } from "@/components/ui/sheet";
import type { PrincipalInput } from "@/lib/domain/access/types";
import type { PolicyRow } from "@/lib/domain/elevation/manage/api";
import type { PolicySettings } from "@/lib/domain/elevation/manage/policy-settings";
import type { PolicyApprover } from "@/lib/domain/elevation/policy";
import { t } from "@/messages/t";
import { CheckField } from "./check-field";
import { MailFields } from "./mail-fields";
import { type DraftField, draftOf, type PolicyDraft, settingsFrom } from "./policy-draft";
import { whoName } from "./who-cell";
import { WhoPicker } from "./who-picker";
import { scopeName } from "./words";

type Change = (patch: Partial<PolicyDraft>) => void;

function asPrincipal({ id, kind, name }: PolicyApprover): PrincipalInput {
  return { id, kind, displayName: name, detail: "", enabled: null, machineId: null };
}

function asApprover(principal: PrincipalInput): PolicyApprover {
  return { id: principal.id, kind: principal.kind === "group" ? "group" : "user", name: whoName(principal), isBackup: false };
}

function ActivationFields({ draft, bad, change }: { draft: PolicyDraft; bad: readonly DraftField[]; change: Change }) {
  return (
    <fieldset className="grid gap-3">
      <legend className="mb-2 font-semibold text-sm">{t("elevationManage.edit.activation")}</legend>
      <Field
        label={t("elevationManage.edit.maxHours")}
        error={bad.includes("maxHours") ? t("elevationManage.edit.maxHoursBad") : undefined}
      >
        {(control) => (
          <Input
            {...control}
            inputMode="decimal"
            className="w-28"
            value={draft.maxHours}
            onChange={(event) => change({ maxHours: event.target.value })}
          />
        )}
      </Field>
      <CheckField
        label={t("elevationManage.edit.justification")}
        on={draft.justification}
        onChange={(justification) => change({ justification })}
      />
      <CheckField label={t("elevationManage.edit.ticket")} on={draft.ticket} onChange={(ticket) => change({ ticket })} />
      <CheckField label={t("elevationManage.edit.mfa")} on={draft.mfa} onChange={(mfa) => change({ mfa })} />
      <Field
        label={t("elevationManage.edit.context")}
        hint={t("elevationManage.edit.contextHint")}
        error={bad.includes("context") ? t("elevationManage.edit.contextBad") : undefined}
      >
        {(control) => (
          <Input
            {...control}
            className="w-28"
            value={draft.context}
            onChange={(event) => change({ context: event.target.value })}
          />
        )}
      </Field>
      <CheckField label={t("elevationManage.edit.approval")} on={draft.approval} onChange={(approval) => change({ approval })} />
      {draft.approval ? (
        <div className="grid gap-2 border-line border-l-2 pl-3">
          <p className="font-medium text-[0.8125rem]">{t("elevationManage.edit.approvers")}</p>
          <WhoPicker
            error={undefined}
            chosen={draft.approvers.map(asPrincipal)}
            onChange={(chosen) => change({ approvers: chosen.map(asApprover) })}
          />
          <CheckField label={t("elevationManage.edit.reason")} on={draft.reason} onChange={(reason) => change({ reason })} />
        </div>
      ) : null}
    </fieldset>
  );
}

type GivenProps = {
  title: string;
  end: boolean;
  days: string;
  bad: boolean;
  onEnd: (on: boolean) => void;
  onDays: (text: string) => void;
};

function GivenFields({ title, end, days, bad, onEnd, onDays }: GivenProps) {
  return (
    <fieldset className="grid gap-3">
      <legend className="mb-2 font-semibold text-sm">{title}</legend>
      <CheckField label={t("elevationManage.edit.endRequired")} on={end} onChange={onEnd} />
      <Field label={t("elevationManage.edit.maxDays")} error={bad ? t("elevationManage.edit.maxDaysBad") : undefined}>
        {(control) => (
          <Input
            {...control}
            inputMode="numeric"
            className="w-28"
            value={days}
            onChange={(event) => onDays(event.target.value)}
          />
        )}
      </Field>
    </fieldset>
  );
}

export type PolicyEditProps = { row: PolicyRow; onClose: () => void; onReady: (settings: PolicySettings) => void };

/** The settings of one role at one scope. What was typed goes through the preview before anything is sent. */
export function PolicyEdit({ row, onClose, onReady }: PolicyEditProps) {
  const [draft, setDraft] = useState(() => draftOf(row.settings));
  const [bad, setBad] = useState<readonly DraftField[]>([]);
  const change: Change = (patch) => setDraft((before) => ({ ...before, ...patch }));

  function submit(): void {
    const answer = settingsFrom(draft, row.settings);
    if (answer.ok) onReady(answer.settings);
    else setBad(answer.fields);
  }
  return (
    <Sheet
      open
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      title={t("elevationManage.edit.title", { role: row.role.name })}
      description={scopeName(row.scope)}
      className="sm:max-w-lg"
      footer={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button variant="primary" onClick={submit}>
            {t("elevationManage.form.preview")}
          </Button>
        </>
      }
    >
      <div className="grid grid-cols-1 gap-6">
        <ActivationFields draft={draft} bad={bad} change={change} />
        <GivenFields
          title={t("elevationManage.edit.eligible")}
          end={draft.eligibleEnd}
          days={draft.eligibleDays}
          bad={bad.includes("eligibleDays")}
          onEnd={(eligibleEnd) => change({ eligibleEnd })}
          onDays={(eligibleDays) => change({ eligibleDays })}
        />
        <GivenFields
          title={t("elevationManage.edit.active")}
          end={draft.activeEnd}
          days={draft.activeDays}
          bad={bad.includes("activeDays")}
          onEnd={(activeEnd) => change({ activeEnd })}
          onDays={(activeDays) => change({ activeDays })}
        />
        <MailFields mails={draft.mails} onChange={(mails) => change({ mails })} />
        {row.unknownRules.length === 0 ? null : (
          <p className="text-muted text-xs">
            {t("elevationManage.policies.unknownRules", { rules: row.unknownRules.join(", ") })}
          </p>
        )}
      </div>
    </Sheet>
  );
}
