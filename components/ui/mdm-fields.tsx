"use client";

import { MDM_CHOICES, type MdmChoice, type MdmDraft } from "@/lib/domain/mdm-choice";
import { INTUNE_MDM_ID } from "@/lib/domain/sign-in-extension";
import { t } from "@/messages/t";
import { ChoiceList } from "./choice-list";
import { TextField } from "./text-field";

function about(choice: MdmChoice): string {
  if (choice === "intune") return t("signIn.mdm.intuneText", { id: INTUNE_MDM_ID });
  return choice === "empty" ? t("signIn.mdm.emptyText") : t("signIn.mdm.ownText");
}

export type MdmFieldsProps = { value: MdmDraft; error: string | undefined; onChange: (value: MdmDraft) => void };

/** Device management of the sign-in extension, each choice with what it does. */
export function MdmFields({ value, error, onChange }: MdmFieldsProps) {
  return (
    <>
      <ChoiceList
        legend={t("signIn.settings.mdmTitle")}
        hint={t("signIn.settings.mdmHint")}
        value={value.mdm}
        choices={MDM_CHOICES.map((choice) => ({ value: choice, label: t(`signIn.mdm.${choice}`), about: about(choice) }))}
        onChange={(mdm) => onChange({ ...value, mdm })}
      />
      {value.mdm === "own" ? (
        <TextField
          label={t("signIn.settings.ownId")}
          error={error}
          maxLength={64}
          value={value.ownId}
          onText={(ownId) => onChange({ ...value, ownId })}
        />
      ) : null}
    </>
  );
}
