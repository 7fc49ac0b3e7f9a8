"use client";

import { CircleAlert } from "lucide-react";
import type { ReactNode } from "react";
import type { Problem } from "@/lib/domain/errors";
import { t } from "@/messages/t";
import { cn } from "./class-names";
import { CopyButton } from "./copy-button";

export type ProblemPanelProps = { problem: Problem; actions?: ReactNode; className?: string; live?: boolean };

type Row = { label: string; value: string };

function azureRows(problem: Problem): Row[] {
  const azure = problem.azure;
  if (azure === undefined) return [];
  const rows: (Row | null)[] = [
    { label: t("common.problem.service"), value: t(`common.problem.services.${azure.service}`) },
    azure.code === null ? null : { label: t("common.problem.azureCode"), value: azure.code },
    azure.status === null ? null : { label: t("common.problem.azureStatus"), value: String(azure.status) },
    azure.requestId === null ? null : { label: t("common.problem.requestId"), value: azure.requestId },
    azure.correlationId === null ? null : { label: t("common.problem.correlationId"), value: azure.correlationId },
  ];
  return rows.filter((row) => row !== null);
}

function asText(problem: Problem, rows: Row[]): string {
  const lines = [problem.title, problem.detail];
  if (problem.azure !== undefined) lines.push(`${t("common.problem.azureSaid")}: ${problem.azure.message}`);
  for (const row of rows) lines.push(`${row.label}: ${row.value}`);
  return lines.join("\n");
}

/** An error in full: what happened, what Azure said word for word, its ids for a support case, and the next step. */
export function ProblemPanel({ problem, actions, className, live = true }: ProblemPanelProps) {
  const rows = [...azureRows(problem), { label: t("common.problem.traceId"), value: problem.traceId }].filter(
    (row) => row.value !== "",
  );
  return (
    <div
      {...(live ? { role: "alert" } : {})}
      className={cn("rounded-lg border border-bad/35 bg-bad-soft/40 px-4 py-3 text-[0.8125rem]", className)}
    >
      <div className="flex gap-3">
        <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-bad" />
        <div className="min-w-0 flex-1">
          <p className="font-semibold text-bad">{problem.title}</p>
          <p className="mt-0.5 break-words">{problem.detail}</p>
          {problem.fields === undefined || problem.fields.length === 0 ? null : (
            <ul aria-label={t("common.problem.fields")} className="mt-2 list-disc pl-5">
              {problem.fields.map((field) => (
                <li key={`${field.field}:${field.message}`}>
                  <code className="font-mono text-xs">{field.field}</code>: {field.message}
                </li>
              ))}
            </ul>
          )}
          {problem.azure === undefined || problem.azure.message === "" ? null : (
            <blockquote className="mt-2 border-bad/40 border-l-2 pl-3 text-muted">
              <span className="font-medium text-foreground">{t("common.problem.azureSaid")}: </span>
              <span className="break-words">{problem.azure.message}</span>
            </blockquote>
          )}
          {problem.nextStep === undefined ? null : (
            <p className="mt-2">
              <span className="font-medium">{t("common.problem.nextStep")}: </span>
              {problem.nextStep}
            </p>
          )}
          {rows.length === 0 ? null : (
            <dl className="mt-2 flex flex-wrap gap-x-5 gap-y-1 text-muted text-xs">
              {rows.map((row) => (
                <div key={row.label} className="flex gap-1.5">
                  <dt>{row.label}</dt>
                  <dd className="break-all font-mono text-foreground">{row.value}</dd>
                </div>
              ))}
            </dl>
          )}
          <div className="mt-3 flex flex-wrap gap-2">
            {actions}
            <CopyButton text={asText(problem, rows)} label={t("common.problem.copyDetails")} showLabel />
          </div>
        </div>
      </div>
    </div>
  );
}
