import { cn } from "@/components/ui/class-names";
import { groupCount, TASK_GROUPS, type TaskGroup } from "@/lib/client/rollout-counts";
import type { RolloutSummary, TaskCounts } from "@/lib/domain/rollout/api";
import type { WorkKindId } from "@/lib/domain/rollout/types";
import { t } from "@/messages/t";
import { countsWords } from "./rollout-words";

const FILL: Record<TaskGroup, string> = {
  ready: "fill-ok",
  notReady: "fill-warn",
  failed: "fill-bad",
  leftOut: "fill-line-strong",
  working: "fill-info",
  queued: "fill-transparent",
};

export type CountsBarProps = { label: string; kind: WorkKindId; counts: TaskCounts; total: number; className?: string };

/** Shares of what came of the machines. The words beside it say the same; widths are SVG attributes because of the content policy. */
export function CountsBar({ label, kind, counts, total, className }: CountsBarProps) {
  let at = 0;
  const parts = TASK_GROUPS.map((group) => {
    const share = total === 0 ? 0 : (groupCount(counts, group) / total) * 100;
    const part = { group, from: at, share };
    at += share;
    return part;
  });
  return (
    <div
      role="img"
      aria-label={`${label}: ${countsWords(kind, counts)}`}
      className={cn("h-2 w-full overflow-hidden rounded-full bg-line", className)}
    >
      <svg aria-hidden="true" className="block h-full w-full" preserveAspectRatio="none">
        {parts
          .filter(({ share }) => share > 0)
          .map(({ group, from, share }) => (
            <rect key={group} x={`${from.toFixed(2)}%`} width={`${share.toFixed(2)}%`} height="100%" className={FILL[group]} />
          ))}
      </svg>
    </div>
  );
}

/** What came of all machines of a roll-out. */
export function RolloutBar({ rollout, className }: { rollout: RolloutSummary; className?: string }) {
  const label = t("rolloutLive.row.progress", { name: rollout.name });
  return (
    <CountsBar
      label={label}
      kind={rollout.kind}
      counts={rollout.counts}
      total={rollout.total}
      {...(className === undefined ? {} : { className })}
    />
  );
}
