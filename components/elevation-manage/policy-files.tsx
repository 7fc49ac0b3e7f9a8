"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { CodeBlock } from "@/components/ui/code-block";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { useConfig } from "@/lib/client/config";
import { cloudById } from "@/lib/domain/clouds";
import type { PolicyRow } from "@/lib/domain/elevation/manage/api";
import { policyBicep } from "@/lib/domain/elevation/manage/bicep";
import {
  type FileProblem,
  type PolicyFileAnswer,
  type PolicyFileEntry,
  parsePolicyFile,
} from "@/lib/domain/elevation/manage/policy-json";
import { completeRules, withoutMails } from "@/lib/domain/elevation/manage/policy-settings";
import { t } from "@/messages/t";
import { CheckField } from "./check-field";

export function entryOf(row: PolicyRow): PolicyFileEntry {
  return { roleId: row.role.id, roleName: row.role.name, scope: row.scope.id, settings: row.settings };
}

export function fileKey(of: { roleId: string; scope: string }): string {
  return `${of.roleId.toLowerCase()}|${of.scope.toLowerCase()}`;
}

/** Role settings as one Bicep file. */
export function PolicyBicepDialog({ rows, onClose }: { rows: readonly PolicyRow[]; onClose: () => void }) {
  const cloud = cloudById(useConfig().cloudId);
  const policies = rows.map(({ policyId, role, scope, settings }) => ({
    ...{ policyId, roleName: role.name, scope: scope.name, rules: completeRules(settings) },
  }));
  return (
    <Dialog
      open
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      title={t("elevationManage.policies.bicepTitle")}
      description={t("elevationManage.policies.bicepAbout")}
      className="sm:max-w-3xl"
    >
      <CodeBlock
        code={policyBicep(policies, cloud.arm)}
        label={t("elevationManage.policies.bicepTitle")}
        copyLabel={t("elevationManage.policies.bicepCopy")}
      />
    </Dialog>
  );
}

function problemText({ at, id }: FileProblem): string {
  return id === "notJson"
    ? t("elevationManage.policies.fileProblem.notJson")
    : t(`elevationManage.policies.fileProblem.${id}`, { at });
}

type ImportProps = { rows: readonly PolicyRow[]; onClose: () => void; onReady: (entries: PolicyFileEntry[]) => void };

/** A file that was exported here: checked strictly, matched with what exists, then previewed. */
export function PolicyImportDialog({ rows, onClose, onReady }: ImportProps) {
  const [answer, setAnswer] = useState<PolicyFileAnswer | null>(null);
  const [mailsToo, setMailsToo] = useState(false);
  const known = new Set(rows.map((row) => fileKey(entryOf(row))));
  const matching = answer?.ok === true ? answer.file.policies.filter((entry) => known.has(fileKey(entry))) : [];
  const meant = matching.map((entry) => (mailsToo ? entry : { ...entry, settings: withoutMails(entry.settings) }));
  const hasMails = matching.some(({ settings }) => settings.mails !== null);
  return (
    <Dialog
      open
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      title={t("elevationManage.policies.importTitle")}
      description={t("elevationManage.policies.importAbout")}
      footer={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button variant="primary" disabled={matching.length === 0} onClick={() => onReady(meant)}>
            {t("elevationManage.form.preview")}
          </Button>
        </>
      }
    >
      <div className="grid grid-cols-1 gap-3">
        <Field label={t("elevationManage.policies.importFile")}>
          {(control) => (
            <input
              {...control}
              type="file"
              accept="application/json,.json"
              className="text-[0.8125rem] file:mr-3 file:h-8 file:rounded-md file:border file:border-line-strong/60 file:bg-surface file:px-3 file:font-medium file:text-foreground hover:file:bg-sunken"
              onChange={async (event) => {
                const file = event.target.files?.[0];
                setAnswer(file === undefined ? null : parsePolicyFile(await file.text()));
              }}
            />
          )}
        </Field>
        {hasMails ? <CheckField label={t("elevationManage.policies.mailsToo")} on={mailsToo} onChange={setMailsToo} /> : null}
        {answer === null ? null : answer.ok ? (
          <p role="status" className="text-[0.8125rem]">
            {matching.length === 0
              ? t("elevationManage.policies.importNone")
              : t("elevationManage.policies.importMatch", { match: matching.length, total: answer.file.policies.length })}
          </p>
        ) : (
          <div role="alert" className="grid gap-1 text-[0.8125rem] text-bad">
            <p className="font-medium">{t("elevationManage.policies.importBad")}</p>
            <ul className="list-disc pl-5">
              {answer.problems.map((problem) => (
                <li key={`${problem.at}${problem.id}`}>{problemText(problem)}</li>
              ))}
            </ul>
          </div>
        )}
      </div>
    </Dialog>
  );
}
