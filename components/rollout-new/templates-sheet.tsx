"use client";

import { Download } from "lucide-react";
import { useMemo, useState } from "react";
import { Button } from "@/components/ui/button";
import { CodeBlock } from "@/components/ui/code-block";
import { Sheet } from "@/components/ui/sheet";
import { Tab, TabList, TabPanel, Tabs } from "@/components/ui/tabs";
import { useConfig } from "@/lib/client/config";
import { download } from "@/lib/client/download";
import { cloudById } from "@/lib/domain/clouds";
import { rolloutTemplates } from "@/lib/domain/rollout/templates";
import type { RolloutTarget, Work } from "@/lib/domain/rollout/types";
import { t } from "@/messages/t";

const FORMS = [
  { id: "bicep", file: "rollout.bicep" },
  { id: "armJson", file: "rollout.json" },
  { id: "azCli", file: "rollout.sh" },
  { id: "powershell", file: "rollout.ps1" },
] as const;

/** A script for ten thousand machines is megabytes long: the page shows its beginning, the file holds all of it. */
const SHOWN_CHARACTERS = 60_000;

function Forms({ work, targets }: { work: Work; targets: readonly RolloutTarget[] }) {
  const { cloudId } = useConfig();
  const [form, setForm] = useState<string>("bicep");
  const templates = useMemo(
    () => rolloutTemplates({ cloud: cloudById(cloudId), work, targets, assignmentNameOf: () => crypto.randomUUID() }),
    [cloudId, work, targets],
  );
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
        {FORMS.map(({ id, file }) => {
          const text = templates[id];
          const cut = text.length > SHOWN_CHARACTERS;
          return (
            <TabPanel key={id} value={id}>
              {text === "" ? (
                <p className="text-muted">{t("rolloutLive.templates.impossible")}</p>
              ) : (
                <div className="grid min-w-0 grid-cols-1 justify-items-start gap-2">
                  {cut ? <p className="font-medium text-warn">{t("rolloutWizard.review.templatesCut")}</p> : null}
                  <CodeBlock
                    code={cut ? text.slice(0, SHOWN_CHARACTERS) : text}
                    label={t(`rolloutLive.templates.${id}`)}
                    copyLabel={t("rolloutLive.templates.copy", { kind: t(`rolloutLive.templates.${id}`) })}
                    className="w-full min-w-0"
                  />
                  <Button size="sm" onClick={() => download(file, "text/plain", text)}>
                    <Download aria-hidden />
                    {t("rolloutLive.templates.save")}
                  </Button>
                </div>
              )}
            </TabPanel>
          );
        })}
      </Tabs>
    </div>
  );
}

/** The same work for the same machines in the four forms that operators use, without the portal. */
export function TemplatesButton({ work, targets }: { work: Work; targets: readonly RolloutTarget[] }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button size="sm" onClick={() => setOpen(true)}>
        {t("rolloutWizard.review.templates")}
      </Button>
      <Sheet open={open} onOpenChange={setOpen} title={t("rolloutLive.templates.title")} className="max-w-3xl">
        <Forms work={work} targets={targets} />
      </Sheet>
    </>
  );
}
