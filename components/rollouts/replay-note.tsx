"use client";

import { ProblemPanel } from "@/components/ui/problem-panel";
import { useReplay } from "@/lib/client/api-replay";
import { api } from "@/lib/config/routes";
import { t } from "@/messages/t";

/** What became of the action that had to wait for a confirmed sign-in: nobody should have to find out from the figures. */
export function ReplayNote({ rolloutId }: { rolloutId: string }) {
  const replay = useReplay(api.rolloutActions(rolloutId));
  if (replay.kind === "none") return null;
  if (replay.kind === "failed") return <ProblemPanel problem={{ ...replay.problem, title: t("rolloutLive.action.failed") }} />;
  const isDropped = replay.kind === "dropped";
  return (
    <p
      role={isDropped ? "alert" : "status"}
      className={
        isDropped
          ? "rounded-md border border-warn/40 bg-warn-soft/50 px-4 py-2 text-[0.8125rem] text-warn"
          : "rounded-md border border-line bg-surface px-4 py-2 text-[0.8125rem]"
      }
    >
      {t(`rolloutLive.replay.${replay.kind}`)}
    </p>
  );
}
