"use client";

import { Loading } from "@/components/ui/page-state";
import { RolloutForms } from "@/components/ui/rollout-templates";
import { Sheet } from "@/components/ui/sheet";
import type { RolloutView } from "@/lib/domain/rollout/api";
import { t } from "@/messages/t";
import { Unavailable } from "./unavailable";
import { useRolloutTemplates } from "./use-rollout";

/** The work of the roll-out in the four forms that operators use. */
export function TemplatesSheet({ rollout, onClose }: { rollout: Pick<RolloutView, "id" | "kind">; onClose: () => void }) {
  const query = useRolloutTemplates(rollout.id);
  return (
    <Sheet
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={t("rolloutLive.templates.title")}
      className="sm:max-w-2xl"
    >
      {query.data !== undefined ? (
        <RolloutForms kind={rollout.kind} templates={query.data} />
      ) : query.error === null ? (
        <Loading words={t("rolloutLive.templates.loading")} />
      ) : (
        <Unavailable error={query.error} onRetry={() => void query.refetch()} />
      )}
    </Sheet>
  );
}
