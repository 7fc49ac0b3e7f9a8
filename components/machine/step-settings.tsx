"use client";

import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { MdmFields } from "@/components/ui/mdm-fields";
import { TextField } from "@/components/ui/text-field";
import { mdmError } from "@/lib/domain/mdm-choice";
import { extensionNameError } from "@/lib/domain/sign-in-extension";
import { t, tDynamic } from "@/messages/t";
import type { FlowDraft } from "./flow-state";

const words = (key: string | null) => (key === null ? undefined : tDynamic(key));

/** Name of the extension and device management. */
export function StepSettings({ draft, onDraft }: { draft: FlowDraft; onDraft: (draft: FlowDraft) => void }) {
  return (
    <Card aria-labelledby="settings-title">
      <CardHeader id="settings-title" title={t("signIn.settings.title")} />
      <CardBody className="grid grid-cols-1 gap-5">
        <TextField
          label={t("signIn.settings.name")}
          hint={t("signIn.settings.nameHint")}
          error={words(extensionNameError(draft.extensionName))}
          maxLength={64}
          value={draft.extensionName}
          onText={(extensionName) => onDraft({ ...draft, extensionName })}
        />
        <MdmFields
          value={draft}
          error={words(mdmError(draft))}
          onChange={({ mdm, ownId }) => onDraft({ ...draft, mdm, ownId })}
        />
      </CardBody>
    </Card>
  );
}
