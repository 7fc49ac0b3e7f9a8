"use client";

import { Download } from "lucide-react";
import { useState } from "react";
import { download } from "@/lib/client/download";
import type { RolloutTemplates } from "@/lib/domain/rollout/api";
import type { WorkKindId } from "@/lib/domain/rollout/types";
import { hasMessage, t, tDynamic } from "@/messages/t";
import { Button } from "./button";
import { CodeBlock } from "./code-block";
import { Tab, TabList, TabPanel, Tabs } from "./tabs";

const FORMS = [
  { id: "bicep", file: "rollout.bicep" },
  { id: "armJson", file: "rollout.json" },
  { id: "azCli", file: "rollout.sh" },
  { id: "powershell", file: "rollout.ps1" },
] as const;

/** A script for ten thousand machines is megabytes long: the page shows its beginning, file and copy hold all of it. */
const SHOWN_CHARACTERS = 60_000;

/** What is to be known about a kind of work; its last step tells: "uninstall" of windowsSignIn.uninstall. */
function wordsOf(part: "none" | "note", kind: WorkKindId): string | null {
  const key = `rolloutLive.templates.${part}.${kind.slice(kind.indexOf(".") + 1)}`;
  return hasMessage(key) ? tDynamic(key) : null;
}

type FormProps = { kind: WorkKindId; text: string; name: string; file: string };

function Form({ kind, text, name, file }: FormProps) {
  if (text === "") return <p>{wordsOf("none", kind) ?? t("rolloutLive.templates.impossible")}</p>;
  return (
    <div className="grid min-w-0 grid-cols-1 justify-items-start gap-2">
      {text.length > SHOWN_CHARACTERS ? <p className="font-medium text-warn">{t("rolloutLive.templates.cut")}</p> : null}
      <CodeBlock
        code={text.slice(0, SHOWN_CHARACTERS)}
        whole={text}
        label={name}
        copyLabel={t("rolloutLive.templates.copy", { kind: name })}
        className="w-full min-w-0"
      />
      <Button size="sm" onClick={() => download(file, "text/plain", text)}>
        <Download aria-hidden />
        {t("rolloutLive.templates.save", { file })}
      </Button>
    </div>
  );
}

/** The work of a roll-out in the four forms that operators use, and why a form is missing where it cannot say this work. */
export function RolloutForms({ kind, templates }: { kind: WorkKindId; templates: RolloutTemplates }) {
  const [form, setForm] = useState<string>(templates.bicep === "" ? "azCli" : "bicep");
  const note = wordsOf("note", kind);
  return (
    <div className="grid min-w-0 grid-cols-1 gap-3 text-[0.8125rem]">
      <p className="text-muted">{t("rolloutLive.templates.what", { count: templates.machines })}</p>
      {note === null ? null : <p className="text-warn">{note}</p>}
      <Tabs value={form} onValueChange={setForm} className="min-w-0">
        <TabList aria-label={t("rolloutLive.templates.title")}>
          {FORMS.map(({ id }) => (
            <Tab key={id} value={id}>
              {t(`rolloutLive.templates.${id}`)}
            </Tab>
          ))}
        </TabList>
        {FORMS.map(({ id, file }) => (
          <TabPanel key={id} value={id}>
            <Form kind={kind} text={templates[id]} name={t(`rolloutLive.templates.${id}`)} file={file} />
          </TabPanel>
        ))}
      </Tabs>
    </div>
  );
}
