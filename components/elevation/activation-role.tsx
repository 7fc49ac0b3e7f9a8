"use client";

import { X } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { Textarea } from "@/components/ui/textarea";
import type { ScopeRef } from "@/lib/domain/access/types";
import { JUSTIFICATION_MAX } from "@/lib/domain/elevation/activation-form";
import { t } from "@/messages/t";
import { type ActivationDraft, durationChoices, type FormRole, minutesOf } from "./activation-draft";
import { approverWords, lackOfDeciders } from "./approver-words";
import { PolicyFacts } from "./policy-facts";
import { formProblemWords } from "./refusal-note";
import { sameScope, scopeWords } from "./scope-words";
import { minutesWords } from "./time-words";
import type { DraftEdit } from "./use-activation";
import { type ApproversView, useNarrowerScopes } from "./use-elevation";

const SCOPES_SHOWN = 50;

type ScopeFieldProps = { whole: ScopeRef; chosen: ScopeRef | null; onChoose: (scope: ScopeRef | null) => void };

/** Where the role becomes active: the whole scope, or one thing below it. Searched in place, because a subscription holds many. */
function ScopeField({ whole, chosen, onChoose }: ScopeFieldProps) {
  const [query, setQuery] = useState("");
  const narrower = useNarrowerScopes(whole.id, true);
  const all = narrower.data?.scopes ?? [];
  const found = all.filter(({ name }) => name.toLowerCase().includes(query.trim().toLowerCase()));
  const shown = found.slice(0, SCOPES_SHOWN);
  const kept = chosen !== null && !shown.some(({ id }) => sameScope(id, chosen.id)) ? [chosen, ...shown] : shown;
  const hidden = found.length - shown.length;
  const hint = narrower.isPending
    ? t("elevation.form.scopeLoading")
    : narrower.error !== null
      ? t("elevation.form.scopeFailed")
      : hidden > 0
        ? t("elevation.form.scopeMore", { count: hidden })
        : undefined;
  return (
    <div className="grid grid-cols-1 gap-2">
      <Field label={t("elevation.form.scope")} hint={hint}>
        {(control) => (
          <Select
            {...control}
            value={chosen?.id ?? ""}
            onChange={({ target }) => onChoose(kept.find(({ id }) => id === target.value) ?? null)}
          >
            <option value="">{t("elevation.form.scopeWhole", { scope: scopeWords(whole) })}</option>
            {kept.map((scope) => (
              <option key={scope.id} value={scope.id}>
                {scopeWords(scope)}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {all.length > SCOPES_SHOWN ? (
        <Input
          type="search"
          aria-label={t("elevation.form.scopeSearch")}
          placeholder={t("elevation.form.scopeSearch")}
          value={query}
          onChange={(event) => setQuery(event.target.value)}
        />
      ) : null}
    </div>
  );
}

type RoleProps = { role: FormRole; draft: ActivationDraft; edit: DraftEdit };

function Apart({ role, draft, edit }: RoleProps) {
  const { choice, row } = role;
  const change = (part: Partial<typeof choice>) => edit.one(row.id, part);
  return (
    <div className="mt-2 grid grid-cols-1 gap-3 border-line border-l-2 pl-3">
      <ScopeField whole={row.scope} chosen={choice.scope} onChoose={(scope) => change({ scope })} />
      <Field label={t("elevation.form.minutes")}>
        {(control) => (
          <Select
            {...control}
            value={choice.minutes ?? ""}
            onChange={({ target }) => change({ minutes: target.value === "" ? null : Number(target.value) })}
          >
            <option value="">{t("elevation.form.asAll")}</option>
            {durationChoices([row]).map((minutes) => (
              <option key={minutes} value={minutes}>
                {minutesWords(minutes)}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label={t("elevation.form.justification")}>
        {(control) => (
          <Textarea
            {...control}
            rows={2}
            className="min-h-14"
            maxLength={JUSTIFICATION_MAX}
            placeholder={draft.justification}
            value={choice.justification ?? ""}
            onChange={({ target }) => change({ justification: target.value === "" ? null : target.value })}
          />
        )}
      </Field>
      <Field label={t("elevation.form.ticketNumber")}>
        {(control) => (
          <Input
            {...control}
            maxLength={100}
            placeholder={draft.ticketNumber}
            value={choice.ticketNumber ?? ""}
            onChange={({ target }) => change({ ticketNumber: target.value === "" ? null : target.value })}
          />
        )}
      </Field>
    </div>
  );
}

/** Who decides, once the directory has said who is in the groups, and that nobody could. */
function Deciders({ policy, approvers }: { policy: FormRole["row"]["policy"]; approvers: ApproversView }) {
  const approval = policy.known ? policy.policy.activation.approval : null;
  if (approval === null || !approval.required || approval.approvers.length === 0) return null;
  const lack = lackOfDeciders(approval.approvers, approvers);
  const hasGroup = approval.approvers.some(({ id }) => approvers.of(id)?.kind === "group");
  return (
    <>
      {hasGroup ? (
        <p className="break-words text-muted text-xs">
          {t("elevation.policy.canDecide", { names: approverWords(approval.approvers, approvers) })}
        </p>
      ) : null}
      {lack === null ? null : <p className="text-warn text-xs">{lack}</p>}
    </>
  );
}

/** One chosen role: its settings, for how long and where it will be active, and what may differ for it. */
export function ActivationRole({ role, draft, edit, approvers }: RoleProps & { approvers: ApproversView }) {
  const { choice, row, problems } = role;
  const [apart, setApart] = useState(false);
  const names = { role: row.role.name, scope: scopeWords(row.scope) };
  const { minutes, capped } = minutesOf(choice, row, draft);
  const time = minutesWords(minutes);
  return (
    <li className="grid min-w-0 grid-cols-1 gap-1 py-2.5">
      <div className="flex items-start justify-between gap-2">
        <p className="min-w-0 break-words text-[0.8125rem]">
          <span className="font-medium">{row.role.name}</span>{" "}
          <span className="text-muted">
            {choice.scope === null ? names.scope : t("elevation.form.narrowed", { scope: scopeWords(choice.scope) })}
          </span>
        </p>
        <Button
          variant="ghost"
          size="iconSm"
          aria-label={t("elevation.form.takeOutName", names)}
          onClick={() => edit.rows(draft.choices.map(({ rowId }) => rowId).filter((rowId) => rowId !== row.id))}
        >
          <X aria-hidden />
        </Button>
      </div>
      <PolicyFacts answer={row.policy} full />
      <Deciders policy={row.policy} approvers={approvers} />
      <p className={capped ? "font-medium text-warn text-xs" : "text-muted text-xs"}>
        {capped ? t("elevation.form.capped", { time }) : t("elevation.form.forHow", { time })}
      </p>
      {problems
        .filter(({ id }) => id !== "policyUnknown")
        .map((problem) => (
          <p key={`${problem.field}:${problem.id}`} className={problem.blocks ? "text-bad text-xs" : "text-warn text-xs"}>
            {formProblemWords(problem)}
          </p>
        ))}
      <details open={apart} onToggle={(event) => setApart(event.currentTarget.open)}>
        <summary className="w-fit text-link text-xs">
          {t("elevation.form.apart")}
          <span className="sr-only">: {t("elevation.form.apartFor", names)}</span>
        </summary>
        {apart ? <Apart role={role} draft={draft} edit={edit} /> : null}
      </details>
    </li>
  );
}
