"use client";

import { type ReactNode, useId } from "react";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { Checkbox } from "@/components/ui/checkbox";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import type { PreflightCheck } from "@/lib/domain/api";
import { t, tDynamic } from "@/messages/t";
import { activeOverrides, type FlowDraft } from "./flow-state";

function Tick({ checked, onChange, children }: { checked: boolean; onChange: (checked: boolean) => void; children: ReactNode }) {
  const id = useId();
  return (
    <div className="flex items-start gap-2.5">
      <Checkbox id={id} className="mt-0.5" checked={checked} onChange={(event) => onChange(event.target.checked)} />
      <label htmlFor={id} className="font-medium text-[0.8125rem]">
        {children}
      </label>
    </div>
  );
}

export type StepConsentProps = {
  name: string;
  draft: FlowDraft;
  onDraft: (draft: FlowDraft) => void;
  checks: readonly PreflightCheck[];
};

/** What the deployment does to the machine, and the operator's word that they know. */
export function StepConsent({ name, draft, onDraft, checks }: StepConsentProps) {
  const overrides = activeOverrides(draft, checks);
  const questions = checks.filter((check) => check.verdict === "ask");
  const overruled = checks.filter((check) => overrides.includes(check.id)).map((check) => tDynamic(check.title));
  const wrongName = draft.typedName !== "" && draft.typedName !== name;
  return (
    <Card aria-labelledby="consent-title">
      <CardHeader id="consent-title" title={t("signIn.consent.title", { name })} />
      <CardBody className="grid grid-cols-1 gap-4 text-[0.8125rem]">
        <p className="font-medium">{t("signIn.consent.effect", { name })}</p>
        <ul className="grid list-disc gap-1.5 pl-5 text-muted">
          <li>{t("signIn.consent.undo")}</li>
          <li>{t("signIn.consent.roles")}</li>
          <li>{t("signIn.consent.image")}</li>
          <li>{t("signIn.consent.hardened")}</li>
        </ul>
        <Tick checked={draft.consent} onChange={(consent) => onDraft({ ...draft, consent })}>
          {t("signIn.consent.checkbox", { name })}
        </Tick>
        {questions.length === 0 ? null : (
          <div className="grid grid-cols-1 gap-2">
            <Tick checked={draft.questionsSeen} onChange={(questionsSeen) => onDraft({ ...draft, questionsSeen })}>
              {t("signIn.consent.questions")}
            </Tick>
            <ul className="ml-7 grid list-disc gap-1 pl-4 text-muted">
              {questions.map((check) => (
                <li key={check.id}>
                  {tDynamic(check.title)}: {tDynamic(check.evidence, check.values)}
                </li>
              ))}
            </ul>
          </div>
        )}
        {overrides.length === 0 ? null : (
          <Field
            label={t("signIn.consent.typeName", { name })}
            hint={t("signIn.consent.typeNameHint", { checks: overruled.join(", ") })}
            error={wrongName ? t("signIn.consent.typeNameError") : undefined}
            className="max-w-md"
          >
            {(control) => (
              <Input
                {...control}
                value={draft.typedName}
                autoComplete="off"
                spellCheck={false}
                onChange={(event) => onDraft({ ...draft, typedName: event.target.value })}
              />
            )}
          </Field>
        )}
      </CardBody>
    </Card>
  );
}
