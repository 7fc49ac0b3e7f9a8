import { Badge } from "@/components/ui/badge";
import { Table, Td, Th } from "@/components/ui/table";
import { formatDateTime } from "@/lib/client/format";
import type { TaskView } from "@/lib/domain/rollout/api";
import type { WorkKindId } from "@/lib/domain/rollout/types";
import { t } from "@/messages/t";
import { outcomeWords, TASK_TONE, taskStateWords, waitWords } from "./rollout-words";

export type TaskTableProps = { kind: WorkKindId; tasks: readonly TaskView[]; onOpen: (position: number) => void };

/** The end in words; before it, what is waited for or what Azure says. */
export function taskWords(task: TaskView): string {
  if (task.outcome !== null) return outcomeWords(task.outcome);
  if (task.waitingFor !== null) return t("rolloutLive.tasks.waiting", { what: waitWords(task.waitingFor) });
  return task.azureStatus ?? "";
}

function OpenButton({ task, onOpen }: { task: TaskView; onOpen: TaskTableProps["onOpen"] }) {
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

/** The same machines as a list, for a screen on which a table of seven columns cannot be read. */
function TaskList({ kind, tasks, onOpen }: TaskTableProps) {
  return (
    <ul className="md:hidden">
      {tasks.map((task) => (
        <li key={task.position} className="grid gap-1 border-line border-b px-4 py-3 last:border-b-0">
          <div className="flex flex-wrap items-center justify-between gap-2">
            <OpenButton task={task} onOpen={onOpen} />
            <Badge tone={TASK_TONE[task.state] ?? "quiet"}>{taskStateWords(kind, task.state)}</Badge>
          </div>
          <p className="wrap-anywhere text-muted text-xs">
            {task.resourceGroup} · {t("rolloutLive.wave.wave", { number: task.wave })}
          </p>
          {taskWords(task) === "" ? null : <p className="wrap-anywhere text-xs">{taskWords(task)}</p>}
        </li>
      ))}
    </ul>
  );
}

export function TaskTable({ kind, tasks, onOpen }: TaskTableProps) {
  return (
    <>
      <TaskList kind={kind} tasks={tasks} onOpen={onOpen} />
      <div className="max-md:hidden">
        <Table caption={t("rolloutLive.tasks.caption")}>
          <thead>
            <tr>
              {(["machine", "group", "wave", "state", "what", "attempt", "ended"] as const).map((name) => (
                <Th key={name} className={name === "wave" || name === "attempt" ? "text-right" : undefined}>
                  {t(`rolloutLive.tasks.column.${name}`)}
                </Th>
              ))}
            </tr>
          </thead>
          <tbody>
            {tasks.map((task) => (
              <tr key={task.position} className="hover:bg-sunken/60">
                <Td className="max-w-56">
                  <OpenButton task={task} onOpen={onOpen} />
                </Td>
                <Td className="max-w-52 truncate" title={task.resourceGroup}>
                  {task.resourceGroup}
                </Td>
                <Td className="text-right tabular-nums">{task.wave}</Td>
                <Td>
                  <Badge tone={TASK_TONE[task.state] ?? "quiet"}>{taskStateWords(kind, task.state)}</Badge>
                </Td>
                <Td className="max-w-96 truncate text-muted" title={taskWords(task)}>
                  {taskWords(task)}
                </Td>
                <Td className="text-right tabular-nums">{task.attempt}</Td>
                <Td className="whitespace-nowrap tabular-nums">{task.endedAt === null ? "" : formatDateTime(task.endedAt)}</Td>
              </tr>
            ))}
          </tbody>
        </Table>
      </div>
    </>
  );
}
