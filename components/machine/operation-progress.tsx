"use client";

import { useEffect, useState } from "react";
import { Badge } from "@/components/ui/badge";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { ProblemPanel } from "@/components/ui/problem-panel";
import { Progress } from "@/components/ui/progress";
import { formatMoment } from "@/lib/client/format";
import type { OperationView } from "@/lib/domain/api";
import type { Problem } from "@/lib/domain/errors";
import { isFinal } from "@/lib/domain/operation-state";
import { t } from "@/messages/t";
import { Fact, Facts, IdText } from "./facts";
import { FailurePanel } from "./failure-panel";
import { operationTitle, resultWords } from "./operation-words";
import { OPERATION_TONE } from "./tones";

const TICK_MS = 1_000;

function useElapsed(operation: OperationView): string | null {
  const [now, setNow] = useState<number | null>(null);
  const running = !isFinal(operation.state);
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, [running]);
  if (now === null || !running) return null;
  const seconds = Math.max(0, Math.floor((now - Date.parse(operation.startedAt)) / 1_000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function azureProblem(operation: OperationView): Problem | null {
  if (operation.azure === null || operation.failure !== null) return null;
  const title = resultWords(operation) ?? operationTitle(operation);
  return {
    type: "about:blank",
    title,
    status: operation.azure.status ?? 0,
    code: "upstream",
    detail: operation.azure.message,
    traceId: "",
    azure: operation.azure,
  };
}

function Running({ operation, connected }: { operation: OperationView; connected: boolean }) {
  const elapsed = useElapsed(operation);
  return (
    <div className="grid grid-cols-1 gap-2 text-[0.8125rem]">
      <Progress label={operationTitle(operation)} value={null} />
      <p className="flex flex-wrap gap-x-4 gap-y-1 text-muted">
        {operation.azureStatus === null ? null : (
          <span>{t("signIn.progress.azureStatus", { status: operation.azureStatus })}</span>
        )}
        {elapsed === null ? null : <span className="tabular-nums">{t("signIn.progress.elapsed", { time: elapsed })}</span>}
      </p>
      {operation.waitingFor === null ? null : (
        <p className="font-medium text-warn">{t("signIn.progress.waiting", { what: operation.waitingFor })}</p>
      )}
      {connected ? null : <p className="text-warn">{t("signIn.progress.offline")}</p>}
      <p className="text-muted text-xs">{t("signIn.progress.slow")}</p>
      <p className="text-muted text-xs">{t("signIn.progress.reload")}</p>
    </div>
  );
}

export type OperationProgressProps = { operation: OperationView; connected: boolean; actions?: React.ReactNode };

/** An operation from its plan to its end, with every step that the store has, the decoded failure and Azure's own words. */
export function OperationProgress({ operation, connected, actions }: OperationProgressProps) {
  const result = resultWords(operation);
  const refused = azureProblem(operation);
  const good = operation.state === "succeeded";
  return (
    <Card aria-labelledby="operation-title">
      <CardHeader
        id="operation-title"
        title={operationTitle(operation)}
        actions={<Badge tone={OPERATION_TONE[operation.state]}>{t(`machine.operation.states.${operation.state}`)}</Badge>}
      />
      <CardBody className="grid grid-cols-1 gap-4">
        <p role="status" className={good ? "font-medium text-ok" : "font-medium"}>
          {result ?? t(`machine.operation.states.${operation.state}`)}
        </p>
        {good && operation.kind === "extension.deploy" ? (
          <p className="text-[0.8125rem] text-muted">{t("signIn.result.succeededNext")}</p>
        ) : null}
        {isFinal(operation.state) ? null : <Running operation={operation} connected={connected} />}
        {operation.failure === null ? null : <FailurePanel failure={operation.failure} />}
        {refused === null ? null : <ProblemPanel problem={refused} />}
        {actions === undefined ? null : <div className="flex flex-wrap gap-2">{actions}</div>}
        <Facts>
          <Fact label={t("machine.operation.started")}>{formatMoment(operation.startedAt)}</Fact>
          {operation.endedAt === null ? null : (
            <Fact label={t("machine.operation.ended")}>{formatMoment(operation.endedAt)}</Fact>
          )}
          <Fact label={t("machine.operation.by")}>{operation.operatorName}</Fact>
          <Fact label={t("machine.operation.id")}>
            <IdText value={operation.id} what={t("machine.operation.id")} />
          </Fact>
        </Facts>
        <div className="grid grid-cols-1 gap-2">
          <h3 className="font-medium text-[0.8125rem]">{t("signIn.progress.events")}</h3>
          <ol className="grid grid-cols-1 gap-1.5 text-[0.8125rem]">
            {operation.events.map((event) => (
              <li key={`${event.at}-${event.state}-${event.detail}`} className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5">
                <time dateTime={event.at} className="text-muted text-xs tabular-nums">
                  {formatMoment(event.at)}
                </time>
                <Badge tone={OPERATION_TONE[event.state]}>{t(`machine.operation.states.${event.state}`)}</Badge>
                <span className="min-w-0 break-words">{event.detail}</span>
              </li>
            ))}
          </ol>
        </div>
      </CardBody>
    </Card>
  );
}
