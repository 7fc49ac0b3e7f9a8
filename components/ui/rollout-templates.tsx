"use client";

import { Download } from "lucide-react";
import { useState } from "react";
import { download } from "@/lib/client/download";
import type { RolloutTemplates } from "@/lib/domain/rollout/api";
import { t } from "@/messages/t";
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

type FormProps = { text: string; name: string; file: string };

function Form({ text, name, file }: FormProps) {
  if (text === "") return <p className="text-muted">{t("rolloutLive.templates.impossible")}</p>;
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
        {t("rolloutLive.templates.save")}
      </Button>
    </div>
  );
}

/** The work of a roll-out in the four forms that operators use. */
export function RolloutForms({ templates }: { templates: RolloutTemplates }) {
  const [form, setForm] = useState<string>("bicep");
  return (
    <div className="grid min-w-0 grid-cols-1 gap-3 text-[0.8125rem]">
      <p className="text-muted">{t("rolloutLive.templates.what", { count: templates.machines })}</p>
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
            <Form text={templates[id]} name={t(`rolloutLive.templates.${id}`)} file={file} />
          </TabPanel>
        ))}
      </Tabs>
    </div>
  );
}
