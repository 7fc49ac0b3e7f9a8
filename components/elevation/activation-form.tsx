"use client";

import { X } from "lucide-react";
import { type FormEvent, useEffect, useId, useRef } from "react";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { ProblemPanel } from "@/components/ui/problem-panel";
import { toClientProblem } from "@/lib/client/api-problem";
import type { EligibleRow } from "@/lib/domain/elevation/api";
import { t } from "@/messages/t";
import { type ActivationDraft, type FormRole, formRoles, type Needs, needsOf } from "./activation-draft";
import { ActivationRole } from "./activation-role";
import { CommonFields } from "./common-fields";
import { ExactRequests } from "./exact-requests";
import { formProblemWords } from "./refusal-note";
import { SaveProfile } from "./save-profile";
import type { DraftEdit } from "./use-activation";
import { useApprovers } from "./use-elevation";

const PROBLEMS_SHOWN = 4;

function NeedsList({ needs }: { needs: Needs }) {
  const lines = [
    ...needs.contexts.map(({ context, count }) => t("elevation.form.needsStepUp", { count, context })),
    ...(needs.mfa > 0 ? [t("elevation.form.needsMfa", { count: needs.mfa })] : []),
    ...(needs.approval > 0 ? [t("elevation.form.needsApproval", { count: needs.approval })] : []),
  ];
  return (
    <div className="text-xs">
      <p className="font-medium">{t("elevation.form.needs")}</p>
      <ul className="mt-0.5 grid list-disc gap-0.5 pl-4 text-muted">
        {lines.length === 0 ? <li>{t("elevation.form.needsNothing")}</li> : lines.map((line) => <li key={line}>{line}</li>)}
      </ul>
    </div>
  );
}

/** Each kind of problem once, with the roles that have it counted, because one missing word may concern twenty roles. */
function lacksOf(roles: readonly FormRole[]): string[] {
  return [...new Set(roles.flatMap(({ problems }) => problems.filter(({ blocks }) => blocks).map(formProblemWords)))];
}

type FooterProps = { roles: readonly FormRole[]; busy: boolean; repeating: boolean; error: unknown };

function Footer({ roles, busy, repeating, error }: FooterProps) {
  const lacksId = useId();
  const lacks = lacksOf(roles);
  return (
    <div className="grid grid-cols-1 gap-2.5 rounded-b-lg xl:sticky xl:bottom-0 xl:z-10 border-line border-t bg-surface px-4 py-3">
      <NeedsList needs={needsOf(roles)} />
      {lacks.length === 0 ? null : (
        <div id={lacksId} className="text-xs">
          <p className="font-medium text-warn">{t("elevation.form.problems")}</p>
          <ul className="mt-0.5 grid list-disc gap-0.5 pl-4">
            {lacks.slice(0, PROBLEMS_SHOWN).map((lack) => (
              <li key={lack}>{lack}</li>
            ))}
          </ul>
        </div>
      )}
      {repeating ? (
        <p role="status" className="text-xs">
          {t("elevation.form.repeating")}
        </p>
      ) : null}
      {error === null ? null : <ProblemPanel problem={toClientProblem(error)} />}
      <Button
        type="submit"
        variant="primary"
        size="lg"
        disabled={busy || lacks.length > 0}
        aria-describedby={lacks.length === 0 ? undefined : lacksId}
      >
        {busy ? t("elevation.form.sending") : t("elevation.form.send", { count: roles.length })}
      </Button>
    </div>
  );
}

export type ActivationFormProps = {
  rows: readonly EligibleRow[];
  draft: ActivationDraft;
  edit: DraftEdit;
  azureNow: Date;
  /** Goes up each time a saved form is opened: the first field that still lacks something then takes the focus. */
  opened: number;
  sending: { busy: boolean; repeating: boolean; error: unknown };
  onSend: (roles: readonly FormRole[]) => void;
};

/** One form for all chosen roles, with what each role's own settings ask for, before anything is sent. */
export function ActivationForm({ rows, draft, edit, azureNow, opened, sending, onSend }: ActivationFormProps) {
  const titleId = useId();
  const form = useRef<HTMLFormElement>(null);
  const roles = formRoles(draft, rows, azureNow);
  const approvers = useApprovers(roles.map(({ row }) => row.policy));
  useEffect(() => {
    if (opened === 0) return;
    const lacking = form.current?.querySelector<HTMLElement>("[data-lacks=true]");
    (lacking ?? form.current?.querySelector<HTMLElement>("button[type=submit]"))?.focus();
  }, [opened]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!sending.busy && lacksOf(roles).length === 0) onSend(roles);
  };
  return (
    <Card id="activation" aria-labelledby={titleId} className="scroll-mt-4">
      <form ref={form} onSubmit={submit} className="flex flex-col">
        <div className="flex items-start justify-between gap-3 border-line border-b px-4 py-3">
          <div className="min-w-0">
            <h2 id={titleId} className="font-semibold text-sm">
              {t("elevation.form.title", { count: roles.length })}
            </h2>
            <p className="mt-0.5 text-muted text-xs">{t("elevation.form.about")}</p>
          </div>
          <Button variant="ghost" size="iconSm" aria-label={t("elevation.form.clear")} onClick={() => edit.rows([])}>
            <X aria-hidden />
          </Button>
        </div>
        <div className="grid min-w-0 grid-cols-1 content-start gap-4 px-4 py-3">
          <CommonFields draft={draft} roles={roles} edit={edit} />
          <ul className="grid grid-cols-1 divide-y divide-line border-line border-y">
            {roles.map((role) => (
              <ActivationRole key={role.row.id} role={role} draft={draft} edit={edit} approvers={approvers} />
            ))}
          </ul>
          <ExactRequests actions={roles.map(({ action }) => action)} />
          <SaveProfile draft={draft} roles={roles} />
        </div>
        <Footer roles={roles} busy={sending.busy} repeating={sending.repeating} error={sending.error} />
      </form>
    </Card>
  );
}
