"use client";

import { useQuery } from "@tanstack/react-query";
import { Undo2 } from "lucide-react";
import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { BackLink } from "@/components/ui/back-link";
import { Badge, type Tone } from "@/components/ui/badge";
import { Button, buttonClass } from "@/components/ui/button";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { CodeBlock } from "@/components/ui/code-block";
import { Link } from "@/components/ui/link";
import { ProblemPanel } from "@/components/ui/problem-panel";
import { Skeleton } from "@/components/ui/skeleton";
import { StaleNote } from "@/components/ui/stale-note";
import { getAccess } from "@/lib/client/access/use-access";
import { apiFetch } from "@/lib/client/api";
import { toClientProblem } from "@/lib/client/api-problem";
import { encodePreset } from "@/lib/client/change-draft";
import { formatMoment } from "@/lib/client/format";
import { api, pages } from "@/lib/config/routes";
import type { AccessChangeSet, ChangeItem, ChangeState } from "@/lib/domain/access/api";
import { t } from "@/messages/t";
import { EffectiveYet } from "../effective-yet";
import { scopeText } from "./scope-text";

const WHILE_WRITING_MS = 1_500;
const WHILE_WAITING_MS = 3_000;
const LOOKS_BEFORE_GIVING_UP = 5;
const WRAPPED = "[&_pre]:whitespace-pre-wrap [&_pre]:break-all";

export const STATE_TONE: Record<ChangeState, Tone> = {
  planned: "quiet",
  submitting: "info",
  unknown: "warn",
  done: "ok",
  refused: "bad",
  failed: "bad",
};

/** How soon to look again: often while something is written, slower while an effect is awaited, not at all at the end. */
export function lookAgainMs(set: AccessChangeSet): number | false {
  if (set.endedAt === null) return WHILE_WRITING_MS;
  return set.effects.waiting + set.effects.late > 0 ? WHILE_WAITING_MS : false;
}

function useChangeSet(id: string) {
  return useQuery({
    queryKey: ["accessChange", id],
    queryFn: ({ signal }) => apiFetch<AccessChangeSet>(api.accessChange(id), { signal }),
    retry: false,
    refetchInterval: ({ state: { data, errorUpdateCount } }) => {
      // Right after the request was sent, or repeated after a sign-in, the store may not have it yet.
      if (data === undefined) return errorUpdateCount > 0 && errorUpdateCount < LOOKS_BEFORE_GIVING_UP ? WHILE_WAITING_MS : false;
      return lookAgainMs(data);
    },
  });
}

function scopeName(scope: string): string {
  const { kind, name } = scopeText(scope);
  return `${kind.toLowerCase()} ${name}`.trim();
}

/** A change in a sentence, with the names that were known when it was written. */
export function itemWords({ request, names }: Pick<ChangeItem, "request" | "names">): string {
  if (request.kind === "defineRole") return t("access.change.preview.defineRole", { role: request.roleName });
  const role = names.role ?? t("access.change.preview.unknownRole");
  const who = names.principal ?? t("access.change.preview.unknownWho");
  if (request.kind === "assign") return t("access.change.preview.assign", { role, who, scope: scopeName(request.scope) });
  const scope = /^(.*)\/providers\/Microsoft\.Authorization\/roleAssignments\/[^/]+$/i.exec(request.assignmentId)?.[1];
  return t("access.change.preview.remove", { role, who, scope: scopeName(scope === undefined || scope === "" ? "/" : scope) });
}

function Item({ item }: { item: ChangeItem }) {
  return (
    <li className="grid gap-x-6 gap-y-2 border-line border-b px-4 py-3 last:border-b-0 md:grid-cols-[minmax(0,1fr)_18rem]">
      <div className="grid grid-cols-1 min-w-0 gap-1.5 text-[0.8125rem]">
        <p className="flex flex-wrap items-center gap-2">
          <Badge tone={STATE_TONE[item.state]}>{t(`access.change.set.states.${item.state}`)}</Badge>
          <span className="min-w-0 break-words font-medium">{itemWords(item)}</span>
        </p>
        {item.detail === "" ? null : <p className="break-words text-muted">{item.detail}</p>}
        {item.azure === null ? null : (
          <ProblemPanel
            live={false}
            problem={{
              type: "about:blank",
              title: t("access.change.set.azure"),
              status: item.azure.status ?? 0,
              code: "upstream",
              detail: item.azure.message,
              traceId: "",
              azure: { ...item.azure, message: "" },
            }}
          />
        )}
        <details>
          <summary className="text-muted text-xs">{t("access.change.set.request")}</summary>
          <div className="mt-2 grid grid-cols-1 gap-2">
            <CodeBlock
              code={`${item.exact.method} ${item.exact.url}`}
              label={t("signIn.request.target")}
              copyLabel={t("signIn.request.copyUrl")}
              className={WRAPPED}
            />
            {item.exact.body === null ? null : (
              <CodeBlock
                code={JSON.stringify(item.exact.body, null, 2) ?? ""}
                label={t("signIn.request.body")}
                copyLabel={t("signIn.request.copyBody")}
              />
            )}
          </div>
        </details>
      </div>
      <div>
        <p className="mb-1 text-muted text-xs">{t("access.change.set.effect")}</p>
        <EffectiveYet effect={item.effect} />
      </div>
    </li>
  );
}

function summaryWords(set: AccessChangeSet): string {
  const parts = [t("access.change.set.summary", { done: set.counts.done, count: set.items.length })];
  for (const state of ["refused", "failed", "unknown"] as const) {
    if (set.counts[state] > 0) parts.push(t(`access.change.set.${state}`, { count: set.counts[state] }));
  }
  return parts.join(", ");
}

function SetView({ set }: { set: AccessChangeSet }) {
  const router = useRouter();
  const open = set.endedAt === null;
  const back = pages.accessChangeSet(set.id);
  return (
    <>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p role="status" className="flex flex-wrap items-center gap-2 text-[0.8125rem]">
          <Badge tone={open ? "info" : set.counts.refused + set.counts.failed > 0 ? "bad" : "ok"}>
            {t(open ? "access.change.set.running" : "access.change.set.finished")}
          </Badge>
          {summaryWords(set)}
        </p>
        <div className="flex flex-wrap gap-2">
          <Link href={`${pages.audit()}?operation=${encodeURIComponent(set.id)}`} className={buttonClass()}>
            {t("access.change.set.audit")}
          </Link>
          {set.undo.length === 0 ? null : (
            <Button
              title={t("access.change.set.undoHint")}
              onClick={() => router.push(pages.accessChange(encodePreset({ changes: set.undo, back })))}
            >
              <Undo2 aria-hidden />
              {t("access.change.set.undo")}
            </Button>
          )}
        </div>
      </div>
      {set.waitingFor === null ? null : (
        <p role="note" className="font-medium text-[0.8125rem] text-warn">
          {t("access.change.set.waitingFor", { what: set.waitingFor })}
        </p>
      )}
      <Card aria-labelledby="items-title">
        <CardHeader id="items-title" title={t("access.change.set.items")} />
        <ul>
          {set.items.map((item) => (
            <Item key={item.index} item={item} />
          ))}
        </ul>
      </Card>
    </>
  );
}

/** What became of a set of changes: outcome of each with Azure's words, whether it is in force, and the way back. */
export function ChangeSetPage({ id }: { id: string }) {
  const { data: set, error, refetch, dataUpdatedAt } = useChangeSet(id);
  const done = set?.counts.done ?? 0;
  const effective = set?.effects.effective ?? 0;
  useEffect(() => {
    // Counts of the fleet are of before the change, and of before it came into force.
    if (done + effective > 0) getAccess().outdate();
  }, [done, effective]);
  return (
    <div className="mx-auto grid grid-cols-1 w-full min-w-0 max-w-[96rem] gap-4 px-4 py-4 md:px-5">
      <header className="grid grid-cols-1 gap-1">
        <BackLink href={pages.accessChanges()}>{t("access.change.history")}</BackLink>
        <h1 className="font-semibold text-xl tracking-tight">
          {set === undefined
            ? t("access.change.set.pageTitle")
            : t("access.change.set.title", { time: formatMoment(set.startedAt) })}
        </h1>
        {set === undefined ? null : (
          <p className="text-[0.8125rem] text-muted">{t("access.change.set.about", { who: set.operatorName })}</p>
        )}
      </header>
      {set !== undefined ? (
        <>
          <StaleNote error={error} readAt={dataUpdatedAt} onRetry={refetch} />
          <SetView set={set} />
        </>
      ) : error !== null ? (
        <Card>
          <CardBody className="grid grid-cols-1 gap-3">
            {toClientProblem(error).code === "not_found" ? <p>{t("access.change.set.notFound")}</p> : null}
            <ProblemPanel
              problem={toClientProblem(error)}
              actions={
                <Button size="sm" onClick={() => void refetch()}>
                  {t("common.retry")}
                </Button>
              }
            />
          </CardBody>
        </Card>
      ) : (
        <div aria-busy="true">
          <p role="status" className="mb-2 text-[0.8125rem] text-muted">
            {t("access.change.set.loading")}
          </p>
          <Skeleton className="h-56" />
        </div>
      )}
    </div>
  );
}
