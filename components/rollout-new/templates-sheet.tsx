"use client";

import { useMemo, useState } from "react";
import { Button } from "@/components/ui/button";
import { RolloutForms } from "@/components/ui/rollout-templates";
import { Sheet } from "@/components/ui/sheet";
import { useConfig } from "@/lib/client/config";
import { cloudById } from "@/lib/domain/clouds";
import { rolloutTemplates } from "@/lib/domain/rollout/templates";
import type { RolloutTarget, Work } from "@/lib/domain/rollout/types";
import { t } from "@/messages/t";

export type TemplatesProps = { work: Work; targets: readonly RolloutTarget[] };

function Forms({ work, targets }: TemplatesProps) {
  const { cloudId } = useConfig();
  const templates = useMemo(
    () => rolloutTemplates({ cloud: cloudById(cloudId), work, targets, assignmentNameOf: () => crypto.randomUUID() }),
    [cloudId, work, targets],
  );
  return <RolloutForms kind={work.kind} templates={templates} />;
}

/** The same work for the same machines in the four forms that operators use, without the portal. */
export function TemplatesButton(props: TemplatesProps) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button size="sm" onClick={() => setOpen(true)}>
        {t("rolloutWizard.review.templates")}
      </Button>
      <Sheet open={open} onOpenChange={setOpen} title={t("rolloutLive.templates.title")} className="max-w-3xl">
        <Forms {...props} />
      </Sheet>
    </>
  );
}
