"use client";

import { memo } from "react";
import { Badge } from "@/components/ui/badge";
import { Table, Td, Th } from "@/components/ui/table";
import { formatMoment } from "@/lib/client/format";
import type { RolloutView, TaskView } from "@/lib/domain/rollout/api";
import type { WorkKindId } from "@/lib/domain/rollout/types";
import { type MessageKey, t } from "@/messages/t";
import { outcomeWords, TASK_TONE, taskStateWords, waitWords, waveWords } from "./rollout-words";

type Open = (position: number) => void;
export type TaskTableProps = { rollout: Pick<RolloutView, "kind" | "waves">; tasks: readonly TaskView[]; onOpen: Open };
type TaskProps = { kind: WorkKindId; task: TaskView; wave: string; onOpen: Open };

type Column = MessageKey extends infer Key ? (Key extends `rolloutLive.tasks.column.${infer Name}` ? Name : never) : never;

/** The wave of a machine under the name that it has everywhere else. */
export function waveNameOf(waves: RolloutView["waves"], number: number): string {
  return waveWords(waves.find((wave) => wave.number === number) ?? { kind: "wave", number });
}

/** The heads of a table of machines; columns of numbers stand at the right. */
export function TaskHead({ columns }: { columns: readonly Column[] }) {
  return (
    <thead>
      <tr>
        {columns.map((name) => (
          <Th key={name} className={name === "attempt" ? "text-right" : undefined}>
            {t(`rolloutLive.tasks.column.${name}`)}
          </Th>
        ))}
      </tr>
    </thead>
  );
}

/** The end in words; before it, what is waited for or what Azure says. */
export function taskWords(task: TaskView): string {
  if (task.outcome !== null) return outcomeWords(task.outcome);
  if (task.waitingFor !== null) return t("rolloutLive.tasks.waiting", { what: waitWords(task.waitingFor) });
  return task.azureStatus ?? "";
}

function OpenButton({ task, onOpen }: Pick<TaskProps, "task" | "onOpen">) {
  return (
    <button
      type="button"
      className="wrap-anywhere rounded text-left font-medium text-link underline-offset-4 hover:underline"
      aria-label={t("rolloutLive.tasks.open", { machine: task.machineName })}
      onClick={() => onOpen(task.position)}
    >
      {task.machineName}
    </button>
  );
}

function StateBadge({ kind, task }: Pick<TaskProps, "kind" | "task">) {
  return <Badge tone={TASK_TONE[task.state] ?? "quiet"}>{taskStateWords(kind, task.state)}</Badge>;
}

// A roll-out tells of itself up to twice a second; of the hundred machines of a page few have moved each time.
const TaskItem = memo(function TaskItem({ kind, task, wave, onOpen }: TaskProps) {
  const words = taskWords(task);
  return (
    <li className="grid gap-1 border-line border-b px-4 py-3 last:border-b-0">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <OpenButton task={task} onOpen={onOpen} />
        <StateBadge kind={kind} task={task} />
      </div>
      <p className="wrap-anywhere text-muted text-xs">
        {task.resourceGroup} · {wave}
      </p>
      {words === "" ? null : <p className="wrap-anywhere text-xs">{words}</p>}
    </li>
  );
});

const TaskRow = memo(function TaskRow({ kind, task, wave, onOpen }: TaskProps) {
  const words = taskWords(task);
  return (
    <tr className="hover:bg-sunken/60">
      <Td className="max-w-56">
        <OpenButton task={task} onOpen={onOpen} />
      </Td>
      <Td className="max-w-52 truncate" title={task.resourceGroup}>
        {task.resourceGroup}
      </Td>
      <Td className="whitespace-nowrap">{wave}</Td>
      <Td>
        <StateBadge kind={kind} task={task} />
      </Td>
      <Td className="wrap-anywhere min-w-56 text-muted">{words}</Td>
      <Td className="text-right tabular-nums">{task.attempt}</Td>
      <Td className="whitespace-nowrap tabular-nums">{task.endedAt === null ? "" : formatMoment(task.endedAt)}</Td>
    </tr>
  );
});

/** The machines as a table, and as a list for a screen on which a table of seven columns cannot be read. */
export function TaskTable({ rollout, tasks, onOpen }: TaskTableProps) {
  const { kind, waves } = rollout;
  const wave = (task: TaskView) => waveNameOf(waves, task.wave);
  return (
    <>
      <ul className="md:hidden">
        {tasks.map((task) => (
          <TaskItem key={task.position} kind={kind} task={task} wave={wave(task)} onOpen={onOpen} />
        ))}
      </ul>
      <div className="max-md:hidden">
        <Table caption={t("rolloutLive.tasks.caption")}>
          <TaskHead columns={["machine", "group", "wave", "state", "what", "attempt", "ended"]} />
          <tbody>
            {tasks.map((task) => (
              <TaskRow key={task.position} kind={kind} task={task} wave={wave(task)} onOpen={onOpen} />
            ))}
          </tbody>
        </Table>
      </div>
    </>
  );
}
