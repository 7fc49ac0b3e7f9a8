import type { ReactNode } from "react";
import { Card, CardHeader } from "@/components/ui/card";
import { Table, Td, Th } from "@/components/ui/table";
import { formatMoment, formatNumber } from "@/lib/client/format";
import { groupCount, TASK_GROUPS } from "@/lib/client/rollout-counts";
import type { RolloutPersonAction, RolloutView, TaskView } from "@/lib/domain/rollout/api";
import { t, tDynamic } from "@/messages/t";
import { planRows } from "./plan-words";
import { countsWords, groupWords, taskStateWords, waveWords } from "./rollout-words";
import { TaskHead, taskWords, waveNameOf } from "./task-table";

function ReportSection({ id, title, children }: { id: string; title: string; children: ReactNode }) {
  return (
    <Card aria-labelledby={id} className="print:border-0 print:shadow-none">
      <CardHeader id={id} title={title} />
      {children}
    </Card>
  );
}

export function ReportCounts({ rollout }: { rollout: RolloutView }) {
  const rows = [
    { label: t("rolloutLive.report.machinesTotal"), count: rollout.total },
    ...TASK_GROUPS.map((group) => ({ label: groupWords(rollout.kind, group), count: groupCount(rollout.counts, group) })),
  ];
  return (
    <ReportSection id="report-counts" title={t("rolloutLive.report.counts")}>
      <dl className="grid grid-cols-2 gap-x-6 px-4 py-2 sm:grid-cols-4 print:grid-cols-4">
        {rows.map(({ label, count }) => (
          <div key={label} className="py-1.5">
            <dt className="text-muted text-xs">{label}</dt>
            <dd className="font-semibold text-base tabular-nums">{formatNumber(count)}</dd>
          </div>
        ))}
      </dl>
    </ReportSection>
  );
}

export function ReportPlan({ rollout }: { rollout: RolloutView }) {
  return (
    <ReportSection id="report-plan" title={t("rolloutLive.report.plan")}>
      <dl className="grid gap-x-6 gap-y-2 px-4 py-3 text-[0.8125rem] sm:grid-cols-2 print:grid-cols-2">
        {planRows(rollout.plan).map(({ label, value }) => (
          <div key={label} className="grid grid-cols-[9rem_minmax(0,1fr)] gap-2">
            <dt className="text-muted">{label}</dt>
            <dd className="wrap-anywhere">{value}</dd>
          </div>
        ))}
      </dl>
    </ReportSection>
  );
}

export function ReportWaves({ rollout }: { rollout: RolloutView }) {
  const title = t("rolloutLive.report.waves");
  return (
    <ReportSection id="report-waves" title={title}>
      <ul className="text-[0.8125rem]">
        {rollout.waves.map((wave) => (
          <li
            key={wave.number}
            className="grid gap-x-4 border-line border-b px-4 py-2 last:border-b-0 sm:grid-cols-[8rem_8rem_minmax(0,1fr)]"
          >
            <span className="font-medium">{waveWords(wave)}</span>
            <span>{tDynamic(`rolloutLive.wave.state.${wave.state}`)}</span>
            <span className="text-muted">{countsWords(rollout.kind, wave.counts)}</span>
          </li>
        ))}
      </ul>
    </ReportSection>
  );
}

export function ReportActions({ actions }: { actions: readonly RolloutPersonAction[] }) {
  const title = t("rolloutLive.report.actions");
  return (
    <ReportSection id="report-actions" title={title}>
      {actions.length === 0 ? (
        <p className="px-4 py-3 text-[0.8125rem] text-muted">{t("rolloutLive.report.actionsNone")}</p>
      ) : (
        <Table caption={title}>
          <thead>
            <tr>
              <Th>{t("rolloutLive.report.at")}</Th>
              <Th>{t("rolloutLive.report.who")}</Th>
              <Th>{t("rolloutLive.report.did")}</Th>
              <Th className="text-right">{t("rolloutLive.report.changedMachines")}</Th>
            </tr>
          </thead>
          <tbody>
            {actions.map((action) => (
              <tr key={`${action.at}/${action.action}/${action.operatorName}`}>
                <Td className="whitespace-nowrap tabular-nums">{formatMoment(action.at)}</Td>
                <Td>{action.operatorName}</Td>
                <Td>{tDynamic(`rolloutLive.report.action.${action.action}`)}</Td>
                <Td className="text-right tabular-nums">{action.changed === null ? "" : formatNumber(action.changed)}</Td>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
    </ReportSection>
  );
}

/** Every machine with its verdict; never a shortened list, on paper least of all. */
export function ReportMachines({ rollout, tasks }: { rollout: RolloutView; tasks: readonly TaskView[] }) {
  const title = t("rolloutLive.report.machines");
  return (
    <ReportSection id="report-machines" title={title}>
      <Table caption={title} className="print:text-2xs">
        <TaskHead columns={["machine", "group", "wave", "state", "what"]} />
        <tbody>
          {tasks.map((task) => (
            <tr key={task.position} className="print:break-inside-avoid">
              <Td className="wrap-anywhere min-w-32 font-medium">{task.machineName}</Td>
              <Td className="wrap-anywhere">{task.resourceGroup}</Td>
              <Td className="whitespace-nowrap">{waveNameOf(rollout.waves, task.wave)}</Td>
              <Td className="min-w-28">{taskStateWords(rollout.kind, task.state)}</Td>
              <Td className="wrap-anywhere min-w-48 text-muted">{taskWords(task)}</Td>
            </tr>
          ))}
        </tbody>
      </Table>
    </ReportSection>
  );
}
