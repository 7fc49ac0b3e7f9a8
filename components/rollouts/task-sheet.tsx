"use client";

import type { ReactNode } from "react";
import { Badge, type Tone } from "@/components/ui/badge";
import { buttonClass } from "@/components/ui/button";
import { Link } from "@/components/ui/link";
import { Loading } from "@/components/ui/page-state";
import { RequestCode } from "@/components/ui/request-preview";
import { Sheet } from "@/components/ui/sheet";
import { formatMoment } from "@/lib/client/format";
import { pages } from "@/lib/config/routes";
import { parseMachineId } from "@/lib/domain/machine";
import type { RolloutView, TaskDetail, TaskView } from "@/lib/domain/rollout/api";
import type { PostCheck } from "@/lib/domain/rollout/types";
import { t, tDynamic } from "@/messages/t";
import { machinePlan } from "./action-plan";
import { ActionButton, type Ask } from "./rollout-controls";
import { fixWords, TASK_TONE, taskStateWords } from "./rollout-words";
import { taskWords, waveNameOf } from "./task-table";
import { Unavailable } from "./unavailable";
import { useTask } from "./use-rollout";

const VERDICT_TONE: Record<PostCheck["verdict"], Tone> = { pass: "ok", fail: "bad", unknown: "quiet" };

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="grid grid-cols-1 gap-1.5">
      <h3 className="font-medium">{title}</h3>
      {children}
    </section>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="grid grid-cols-[7rem_minmax(0,1fr)] gap-2">
      <dt className="text-muted">{label}</dt>
      <dd className="wrap-anywhere">{children}</dd>
    </div>
  );
}

function Outcome({ task }: { task: TaskView }) {
  const { outcome } = task;
  const words = taskWords(task);
  if (words === "") return null;
  const fixes = outcome === null ? [] : fixWords(task.state, outcome);
  const azure = outcome?.azure ?? null;
  const said = azure?.message ?? outcome?.failure?.rawMessage ?? null;
  const ids = [azure?.code, azure?.status, azure?.requestId].filter((part) => part !== null && part !== undefined);
  return (
    <div className="grid grid-cols-1 gap-2">
      <p className="wrap-anywhere font-medium">{words}</p>
      {fixes.length === 0 ? null : (
        <Section title={t("rolloutLive.sheet.fixes")}>
          <ol className="list-decimal pl-5">
            {fixes.map((fix) => (
              <li key={fix}>{fix}</li>
            ))}
          </ol>
        </Section>
      )}
      {said === null || said === "" ? null : (
        <blockquote className="border-line-strong border-l-2 pl-3 text-muted">
          <span className="font-medium text-foreground">{t("rolloutLive.cause.azure", { machine: task.machineName })}: </span>
          <span className="wrap-anywhere">{said}</span>
          {ids.length === 0 ? null : <span className="wrap-anywhere block font-mono text-xs">{ids.join(" · ")}</span>}
        </blockquote>
      )}
    </div>
  );
}

function Checks({ checks }: { checks: readonly PostCheck[] }) {
  if (checks.length === 0) return <p className="text-muted">{t("rolloutLive.sheet.checksNone")}</p>;
  return (
    <ul className="grid gap-2">
      {checks.map((check) => (
        <li key={check.id} className="grid grid-cols-[5.5rem_minmax(0,1fr)] items-start gap-2">
          <Badge tone={VERDICT_TONE[check.verdict] ?? "quiet"} className="w-fit">
            {tDynamic(`rolloutLive.sheet.verdict.${check.verdict}`)}
          </Badge>
          <span>
            <span className="font-medium">{tDynamic(`rollout.check.${check.id}.title`)}. </span>
            <span className="wrap-anywhere text-muted">{tDynamic(checkKey(check), check.values)}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}

/** `found` is a message key, or the last step of one. */
function checkKey({ id, found }: PostCheck): string {
  return found.includes(".") ? found : `rollout.check.${id}.${found}`;
}

function Detail({ rollout, detail, ask }: { rollout: RolloutView; detail: TaskDetail; ask: Ask }) {
  const { task, events, request, kept } = detail;
  const ref = parseMachineId(task.machineId);
  const mayRetry = task.state === "failed" || task.state === "notReady";
  return (
    <div className="grid grid-cols-1 gap-5 text-[0.8125rem]">
      <div className="grid grid-cols-1 gap-2">
        <Badge tone={TASK_TONE[task.state] ?? "quiet"} className="w-fit">
          {taskStateWords(rollout.kind, task.state)}
        </Badge>
        <Outcome task={task} />
        <div className="flex flex-wrap gap-2">
          {mayRetry ? (
            <ActionButton rollout={rollout} action="retry" size="sm" onPress={() => ask(machinePlan("retry", task.position))}>
              {t("rolloutLive.action.retryOne")}
            </ActionButton>
          ) : null}
          {task.state === "notReady" ? (
            <ActionButton rollout={rollout} action="recheck" size="sm" onPress={() => ask(machinePlan("recheck", task.position))}>
              {t("rolloutLive.action.recheckOne")}
            </ActionButton>
          ) : null}
          {ref === null ? null : (
            <Link href={pages.machine(ref)} className={buttonClass({ size: "sm" })}>
              {t("rolloutLive.sheet.machine")}
            </Link>
          )}
        </div>
      </div>
      <dl className="grid gap-1.5">
        <Fact label={t("rolloutLive.sheet.wave")}>{waveNameOf(rollout.waves, task.wave)}</Fact>
        <Fact label={t("rolloutLive.sheet.attempt")}>{task.attempt}</Fact>
        {task.azureStatus === null ? null : <Fact label={t("rolloutLive.sheet.azureStatus")}>{task.azureStatus}</Fact>}
        {task.submittedAt === null ? null : (
          <Fact label={t("rolloutLive.sheet.submitted")}>{formatMoment(task.submittedAt)}</Fact>
        )}
        {task.endedAt === null ? null : <Fact label={t("rolloutLive.sheet.ended")}>{formatMoment(task.endedAt)}</Fact>}
      </dl>
      {task.checks.length === 0 && task.endedAt !== null ? null : (
        <Section title={t("rolloutLive.sheet.checks")}>
          <Checks checks={task.checks} />
        </Section>
      )}
      <Section title={t("rolloutLive.sheet.log")}>
        {events.length === 0 ? <p className="text-muted">{t("rolloutLive.sheet.logNone")}</p> : null}
        <ol className="grid gap-2">
          {events.map((event, index) => (
            // Two entries may be alike; their order is fixed, because the log only grows.
            // biome-ignore lint/suspicious/noArrayIndexKey: the log only grows at its end.
            <li key={index} className="grid grid-cols-1 gap-0.5 border-line border-l-2 pl-3">
              <span className="flex flex-wrap items-center gap-2">
                <Badge tone={TASK_TONE[event.state] ?? "quiet"}>{taskStateWords(rollout.kind, event.state)}</Badge>
                <time dateTime={event.at} className="text-muted text-xs tabular-nums">
                  {formatMoment(event.at)}
                </time>
              </span>
              <span className="wrap-anywhere">{tDynamic(event.detail)}</span>
              <span className="wrap-anywhere text-muted text-xs">
                {t("rolloutLive.sheet.instance", { instance: event.instance })}
              </span>
            </li>
          ))}
        </ol>
      </Section>
      <Section title={t("rolloutLive.sheet.request")}>
        <RequestCode request={request} />
        {kept === "nothing" ? null : <p className="text-muted text-xs">{t(`rolloutLive.sheet.kept.${kept}`)}</p>}
      </Section>
    </div>
  );
}

export type TaskSheetProps = { rollout: RolloutView; position: number | null; onClose: () => void; ask: Ask };

/** One machine of the roll-out: how it stands and why, what was checked, what happened, and what was sent. */
export function TaskSheet({ rollout, position, onClose, ask }: TaskSheetProps) {
  const query = useTask(rollout, position);
  if (position === null) return null;
  const task = query.data?.task;
  return (
    <Sheet
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={task?.machineName ?? t("rolloutLive.tasks.column.machine")}
      {...(task === undefined ? {} : { description: task.resourceGroup })}
      className="sm:max-w-xl"
    >
      {query.data !== undefined ? (
        <Detail rollout={rollout} detail={query.data} ask={ask} />
      ) : query.error === null ? (
        <Loading words={t("rolloutLive.sheet.loading")} />
      ) : (
        <Unavailable error={query.error} onRetry={() => void query.refetch()} />
      )}
    </Sheet>
  );
}
