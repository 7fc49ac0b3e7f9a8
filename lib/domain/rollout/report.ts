import type { RolloutReport, TaskView } from "./api";
import { outcomeTexts } from "./causes";

/** Text of a message key with its values; the domain itself knows no language. */
export type Words = (key: string, values?: Record<string, string | number>) => string;

/** Columns of the report's table, one row per machine. Names are fixed, so that a script can rely on them. */
export const REPORT_COLUMNS = [
  "position",
  "machine",
  "machineId",
  "subscriptionId",
  "resourceGroup",
  "wave",
  "state",
  "code",
  "meaning",
  "fix",
  "exitCode",
  "azureCode",
  "azureMessage",
  "requestId",
  "checks",
  "attempts",
  "submittedAt",
  "endedAt",
] as const;

/**
 * One machine as cells, in the order of the columns. The writer of the CSV quotes them and takes the power from texts that a
 * spreadsheet would run as a formula, as it does for every export.
 */
export function reportRow(task: TaskView, words: Words): string[] {
  const { outcome } = task;
  const texts = outcome === null ? null : outcomeTexts(outcome);
  const values = outcome?.values ?? {};
  return [
    String(task.position),
    task.machineName,
    task.machineId,
    task.subscriptionId,
    task.resourceGroup,
    String(task.wave),
    task.state,
    outcome?.code ?? "",
    texts === null ? "" : words(texts.meaning, values),
    texts === null ? "" : texts.fixes.map((key) => words(key, values)).join(" "),
    outcome?.failure?.exitCode ?? "",
    outcome?.azure?.code ?? outcome?.failure?.rawCode ?? "",
    outcome?.azure?.message ?? outcome?.failure?.rawMessage ?? "",
    outcome?.azure?.requestId ?? "",
    task.checks.map((check) => `${check.id}: ${check.verdict}`).join("; "),
    String(task.attempt),
    task.submittedAt ?? "",
    task.endedAt ?? "",
  ];
}

/** Lines before the table: what the file holds, as of when, and that no machine is left out. */
export function reportHead(report: Pick<RolloutReport, "rollout" | "asOf"> & { rows: number }): string[][] {
  const { rollout } = report;
  return [
    ["# Arcwarden roll-out", rollout.name],
    ["# id", rollout.id],
    ["# kind", rollout.kind],
    ["# state", rollout.state],
    ["# started by", rollout.operatorName],
    ["# created", rollout.createdAt],
    ["# ended", rollout.endedAt ?? ""],
    ["# as of", report.asOf],
    ["# machines in this file", `${report.rows} of ${rollout.total}`],
  ];
}
