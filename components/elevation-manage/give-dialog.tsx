"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Segmented } from "@/components/ui/segmented";
import { Select } from "@/components/ui/select";
import { Textarea } from "@/components/ui/textarea";
import { apiFetch } from "@/lib/client/api";
import { api } from "@/lib/config/routes";
import type { RoleCatalogue } from "@/lib/domain/access/api";
import type { PrincipalInput, ScopeRef } from "@/lib/domain/access/types";
import type { ManageRequest } from "@/lib/domain/elevation/manage/requests";
import { t } from "@/messages/t";
import { EndField, type EndText, endOf, ruleHint } from "./end-field";
import { type GiveDraft, type GiveProblem, giveProblems, giveRequests, scopesOf } from "./give-draft";
import { StartField } from "./start-field";
import { useGivenRule } from "./use-manage";
import { WhoPicker } from "./who-picker";

function problemText(problem: GiveProblem | undefined): string | undefined {
  if (problem === undefined) return undefined;
  if (problem.field === "startsAt") {
    return t(problem.id === "past" ? "elevationManage.problem.startInPast" : "elevationManage.problem.startUnreadable");
  }
  if (problem.id === "bad") return t("elevationManage.form.badScope", { scope: problem.scope });
  if (problem.id === "tooMany") return t("elevationManage.form.tooMany", { count: problem.count });
  if (problem.field === "who") return t("elevationManage.form.needWho");
  if (problem.field === "role") return t("elevationManage.form.needRole");
  return problem.field === "scopes" ? t("elevationManage.form.needScope") : undefined;
}

function useRoles() {
  return useQuery({
    queryKey: ["accessRoles"],
    queryFn: ({ signal }) => apiFetch<RoleCatalogue>(api.accessRoles(), { signal }),
    staleTime: 5 * 60_000,
  });
}

type ScopeFieldProps = { value: string; known: readonly ScopeRef[]; error: string | undefined; onChange: (text: string) => void };

function ScopeField({ value, known, error, onChange }: ScopeFieldProps) {
  return (
    <div className="grid grid-cols-1 gap-2">
      <Select
        aria-label={t("elevationManage.form.addScope")}
        value=""
        onChange={(event) => onChange([...scopesOf(value), event.target.value].join("\n"))}
      >
        <option value="">{t("elevationManage.form.addScopeNone")}</option>
        {known.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </Select>
      <Field label={t("elevationManage.form.scopes")} hint={t("elevationManage.form.scopesHint")} error={error}>
        {(control) => (
          <Textarea
            {...control}
            rows={3}
            className="font-mono text-xs"
            value={value}
            onChange={(event) => onChange(event.target.value)}
          />
        )}
      </Field>
    </div>
  );
}

export type GiveDialogProps = { scopes: readonly ScopeRef[]; onClose: () => void; onReady: (requests: ManageRequest[]) => void };

/** Form for new eligibilities and time-bound assignments: several people, several scopes, ends as the policy has it. */
export function GiveDialog({ scopes: known, onClose, onReady }: GiveDialogProps) {
  const roles = useRoles();
  const [of, setOf] = useState<"eligible" | "active">("eligible");
  const [who, setWho] = useState<PrincipalInput[]>([]);
  const [roleId, setRoleId] = useState("");
  const [scopes, setScopes] = useState("");
  const [startsAt, setStartsAt] = useState("");
  const [end, setEnd] = useState<EndText>({ kind: "days", days: "90" });
  const [justification, setJustification] = useState("");
  const [ticket, setTicket] = useState("");
  const [tried, setTried] = useState(false);
  const draft: GiveDraft = { of, who, roleId, scopes, startsAt, end: endOf(end), justification, ticket };
  const problems = giveProblems(draft, new Date());
  const error = (field: GiveProblem["field"]) => (tried ? problemText(problems.find((one) => one.field === field)) : undefined);
  const rule = useGivenRule(
    of,
    problems.some(({ field }) => field === "scopes") ? null : (scopesOf(scopes)[0] ?? null),
    roleId || null,
  );

  function submit(): void {
    setTried(true);
    if (problems.length === 0) onReady(giveRequests(draft, () => crypto.randomUUID()));
  }
  return (
    <Dialog
      open
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      title={t("elevationManage.form.giveTitle")}
      className="sm:max-w-2xl"
      footer={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button variant="primary" onClick={submit}>
            {t("elevationManage.form.preview")}
          </Button>
        </>
      }
    >
      <div className="grid grid-cols-1 gap-4">
        <Segmented
          className="w-fit max-w-full flex-wrap"
          label={t("elevationManage.form.kind")}
          value={of}
          options={[
            { value: "eligible", label: t("elevationManage.form.eligible") },
            { value: "active", label: t("elevationManage.form.active") },
          ]}
          onChange={setOf}
        />
        <WhoPicker chosen={who} error={error("who")} onChange={setWho} />
        <Field label={t("elevationManage.form.role")} error={error("role")}>
          {(control) => (
            <Select {...control} value={roleId} onChange={(event) => setRoleId(event.target.value)}>
              <option value="">{t("elevationManage.form.roleNone")}</option>
              {(roles.data?.roles ?? []).map(({ id, name }) => (
                <option key={id} value={id.slice(id.lastIndexOf("/") + 1)}>
                  {name}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <ScopeField value={scopes} known={known} error={error("scopes")} onChange={setScopes} />
        <StartField value={startsAt} error={error("startsAt")} onChange={setStartsAt} />
        <EndField label={t("elevationManage.form.end")} value={end} hint={ruleHint(rule.data?.rule)} onChange={setEnd} />
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
        <Field label={t("elevationManage.form.ticket")}>
          {(control) => <Input {...control} maxLength={100} value={ticket} onChange={(event) => setTicket(event.target.value)} />}
        </Field>
      </div>
    </Dialog>
  );
}
