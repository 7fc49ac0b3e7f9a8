"use client";

import { Download } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { CodeBlock } from "@/components/ui/code-block";
import { Sheet } from "@/components/ui/sheet";
import { Tab, TabList, TabPanel, Tabs } from "@/components/ui/tabs";
import { download } from "@/lib/client/download";
import type { RolloutTemplates } from "@/lib/domain/rollout/api";
import { t } from "@/messages/t";
import { Loading, Unavailable } from "./page-parts";
import { useRolloutTemplates } from "./use-rollout";

const FORMS = [
  { id: "bicep", file: "rollout.bicep" },
  { id: "armJson", file: "rollout.json" },
  { id: "azCli", file: "rollout.sh" },
  { id: "powershell", file: "rollout.ps1" },
] as const;

function Forms({ templates }: { templates: RolloutTemplates }) {
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
            {templates[id] === "" ? (
              <p className="text-muted">{t("rolloutLive.templates.impossible")}</p>
            ) : (
              <div className="grid min-w-0 grid-cols-1 justify-items-start gap-2">
                <CodeBlock
                  code={templates[id]}
                  label={t(`rolloutLive.templates.${id}`)}
                  copyLabel={t("rolloutLive.templates.copy", { kind: t(`rolloutLive.templates.${id}`) })}
                  className="w-full min-w-0"
                />
                <Button size="sm" onClick={() => download(file, "text/plain", templates[id])}>
                  <Download aria-hidden />
                  {t("rolloutLive.templates.save")}
                </Button>
              </div>
            )}
          </TabPanel>
        ))}
      </Tabs>
    </div>
  );
}

/** The work of the roll-out in the four forms that operators use. */
export function TemplatesSheet({ id, onClose }: { id: string; onClose: () => void }) {
  const query = useRolloutTemplates(id, true);
  return (
    <Sheet
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={t("rolloutLive.templates.title")}
      className="sm:max-w-2xl"
    >
      {query.data !== undefined ? (
        <Forms templates={query.data} />
      ) : query.error === null ? (
        <Loading words={t("rolloutLive.templates.loading")} />
      ) : (
        <Unavailable error={query.error} onRetry={() => void query.refetch()} />
      )}
    </Sheet>
  );
}
