"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { ProblemPanel } from "@/components/ui/problem-panel";
import { useReplay } from "@/lib/client/api-replay";
import { api, pages } from "@/lib/config/routes";
import { t } from "@/messages/t";

function idOf(value: unknown): string | null {
  return typeof value === "object" && value !== null && "id" in value && typeof value.id === "string" ? value.id : null;
}

/** What became of changes that had to wait for a stronger sign-in: they are sent again once, and their page is opened. */
export function ReplayNote() {
  const replay = useReplay(api.elevationManageChanges());
  const router = useRouter();
  const id = replay.kind === "done" ? idOf(replay.value) : null;
  useEffect(() => {
    if (id !== null) router.push(pages.elevationManageSet(id));
  }, [id, router]);
  if (replay.kind === "failed") return <ProblemPanel problem={replay.problem} />;
  if (replay.kind === "none" || replay.kind === "done") return null;
  return (
    <p role="status" className="font-medium text-[0.8125rem] text-warn">
      {t(replay.kind === "running" ? "elevationManage.replay.running" : "elevationManage.replay.dropped")}
    </p>
  );
}
