"use client";

import { useId } from "react";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { extensionNameError, INTUNE_MDM_ID } from "@/lib/domain/sign-in-extension";
import { t, tDynamic } from "@/messages/t";
import { type FlowDraft, mdmError } from "./flow-state";

const CHOICES = ["empty", "intune", "own"] as const;

function choiceText(choice: FlowDraft["mdm"]): string {
  if (choice === "intune") return t("signIn.mdm.intuneText", { id: INTUNE_MDM_ID });
  return choice === "empty" ? t("signIn.mdm.emptyText") : t("signIn.mdm.ownText");
}

/** Name of the extension and device management, each choice with what it does. */
export function StepSettings({ draft, onDraft }: { draft: FlowDraft; onDraft: (draft: FlowDraft) => void }) {
  const group = useId();
  const nameError = extensionNameError(draft.extensionName);
  const ownError = mdmError(draft);
  return (
    <Card aria-labelledby="settings-title">
      <CardHeader id="settings-title" title={t("signIn.settings.title")} />
      <CardBody className="grid grid-cols-1 gap-5">
        <Field
          label={t("signIn.settings.name")}
          hint={t("signIn.settings.nameHint")}
          error={nameError === null ? undefined : tDynamic(nameError)}
          className="max-w-md"
        >
          {(control) => (
            <Input
              {...control}
              value={draft.extensionName}
              maxLength={64}
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => onDraft({ ...draft, extensionName: event.target.value })}
            />
          )}
        </Field>
        <fieldset className="grid grid-cols-1 gap-2">
          <legend className="font-medium text-[0.8125rem]">{t("signIn.settings.mdmTitle")}</legend>
          <p className="text-muted text-xs">{t("signIn.settings.mdmHint")}</p>
          {CHOICES.map((choice) => (
            <label
              key={choice}
              className="flex cursor-pointer items-start gap-3 rounded-md border border-line px-3 py-2.5 text-[0.8125rem] has-checked:border-primary has-checked:bg-selected has-focus-visible:outline-2 has-focus-visible:outline-ring"
            >
              <input
                type="radio"
                name={group}
                className="mt-0.5 size-4 accent-primary"
                checked={draft.mdm === choice}
                onChange={() => onDraft({ ...draft, mdm: choice })}
              />
              <span className="min-w-0">
                <span className="block font-medium">{t(`signIn.mdm.${choice}`)}</span>
                <span className="block break-words text-muted">{choiceText(choice)}</span>
              </span>
            </label>
          ))}
        </fieldset>
        {draft.mdm === "own" ? (
          <Field
            label={t("signIn.settings.ownId")}
            error={ownError === null ? undefined : tDynamic(ownError)}
            className="max-w-md"
          >
            {(control) => (
              <Input
                {...control}
                value={draft.ownId}
                maxLength={64}
                autoComplete="off"
                spellCheck={false}
                onChange={(event) => onDraft({ ...draft, ownId: event.target.value })}
              />
            )}
          </Field>
        ) : null}
      </CardBody>
    </Card>
  );
}
