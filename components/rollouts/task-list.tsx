"use client";

import { SearchX, X } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { Field } from "@/components/ui/field";
import { SearchInput } from "@/components/ui/search-input";
import { Select } from "@/components/ui/select";
import { Skeleton } from "@/components/ui/skeleton";
import { formatClock, formatNumber } from "@/lib/client/format";
import { TASK_GROUPS } from "@/lib/client/rollout-counts";
import { causeWords } from "@/lib/client/rollout-words";
import { useDebounced } from "@/lib/client/use-debounced";
import type { RolloutView, TaskPage } from "@/lib/domain/rollout/api";
import { CAUSE_KINDS } from "@/lib/domain/rollout/types";
import { t } from "@/messages/t";
import { groupWords, waveWords } from "./rollout-words";
import { TaskTable } from "./task-table";
import { Unavailable } from "./unavailable";
import { useTasks } from "./use-rollout";
import { isFiltered, NO_FILTER, type TaskFilter, taskQueryText } from "./use-task-filter";

type FiltersProps = { rollout: RolloutView; filter: TaskFilter; onChange: (change: Partial<TaskFilter>) => void };

function Filters({ rollout, filter, onChange }: FiltersProps) {
  return (
    <search
      aria-label={t("rolloutLive.tasks.filter")}
      className="grid grid-cols-2 items-end gap-3 border-line border-b px-4 py-3 md:grid-cols-[minmax(12rem,2fr)_repeat(3,minmax(0,1fr))_auto]"
    >
      <SearchInput
        label={t("rolloutLive.tasks.searchLabel")}
        placeholder={t("rolloutLive.tasks.search")}
        value={filter.search}
        onChange={(search) => onChange({ search })}
        className="max-md:col-span-2 sm:max-w-none"
      />
      <Field label={t("rolloutLive.tasks.state")}>
        {(control) => (
          <Select
            {...control}
            value={filter.state ?? ""}
            onChange={({ target }) => onChange({ state: TASK_GROUPS.find((group) => group === target.value) ?? null })}
          >
            <option value="">{t("rolloutLive.tasks.any")}</option>
            {TASK_GROUPS.map((group) => (
              <option key={group} value={group}>
                {groupWords(rollout.kind, group)}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label={t("rolloutLive.tasks.wave")}>
        {(control) => (
          <Select
            {...control}
            value={filter.wave === null ? "" : String(filter.wave)}
            onChange={({ target }) => onChange({ wave: target.value === "" ? null : Number(target.value) })}
          >
            <option value="">{t("rolloutLive.tasks.any")}</option>
            {rollout.waves.map((wave) => (
              <option key={wave.number} value={wave.number}>
                {waveWords(wave)}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label={t("rolloutLive.tasks.cause")} className="max-md:col-span-2">
        {(control) => (
          <Select
            {...control}
            value={filter.cause ?? ""}
            onChange={({ target }) => onChange({ cause: CAUSE_KINDS.find((cause) => cause === target.value) ?? null, code: "" })}
          >
            <option value="">{t("rolloutLive.tasks.any")}</option>
            {CAUSE_KINDS.filter((kind) => kind === filter.cause || rollout.causes.some(({ cause }) => cause === kind)).map(
              (kind) => (
                <option key={kind} value={kind}>
                  {causeWords(kind)}
                  {kind === filter.cause && filter.code !== "" ? ` (${filter.code})` : ""}
                </option>
              ),
            )}
          </Select>
        )}
      </Field>
      {isFiltered(filter) ? (
        <Button onClick={() => onChange(NO_FILTER)} className="max-md:col-span-2">
          <X aria-hidden />
          {t("rolloutLive.tasks.clear")}
        </Button>
      ) : null}
    </search>
  );
}

type PagerProps = { page: TaskPage; from: number; onPrevious: (() => void) | null; onNext: (() => void) | null };

function Pager({ page, from, onPrevious, onNext }: PagerProps) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-3 px-4 py-2.5 text-muted text-xs">
      <span role="status">
        {t("rolloutLive.tasks.shown", {
          from: formatNumber(Math.min(from + 1, page.total)),
          to: formatNumber(from + page.tasks.length),
          total: formatNumber(page.total),
        })}{" "}
        · <time dateTime={page.asOf}>{t("rolloutLive.asOf", { time: formatClock(page.asOf) })}</time>
      </span>
      {onPrevious === null && onNext === null ? null : (
        <span className="flex gap-2">
          <Button size="sm" disabled={onPrevious === null} onClick={() => onPrevious?.()}>
            {t("rolloutLive.tasks.previous")}
          </Button>
          <Button size="sm" disabled={onNext === null} onClick={() => onNext?.()}>
            {t("rolloutLive.tasks.next")}
          </Button>
        </span>
      )}
    </div>
  );
}

type Place = { cursor: string | null; from: number };
const START: Place = { cursor: null, from: 0 };

export type TaskListProps = FiltersProps & { onOpen: (position: number) => void };

/** Every machine of the roll-out, filtered and in pages. */
export function TaskListCard({ rollout, filter, onChange, onOpen }: TaskListProps) {
  const question = useDebounced(taskQueryText(filter));
  const [walked, setWalked] = useState<{ question: string; places: Place[] }>({ question, places: [START] });
  // Another question begins on its first page.
  const places = walked.question === question ? walked.places : [START];
  const here = places.at(-1) ?? START;
  const query = useTasks(rollout, question, here.cursor);
  const page = query.data;
  const next = page?.nextCursor ?? null;
  const goTo = (to: Place[]) => setWalked({ question, places: to });
  return (
    <Card aria-labelledby="machines" aria-busy={query.isFetching} className="scroll-mt-4">
      <CardHeader id="machines" title={t("rolloutLive.tasks.title")} />
      <Filters rollout={rollout} filter={filter} onChange={onChange} />
      {query.error === null ? null : (
        <div className="p-3">
          <Unavailable error={query.error} title={t("rolloutLive.tasks.failed")} onRetry={() => void query.refetch()} />
        </div>
      )}
      {page === undefined && query.error === null ? (
        <div role="status" aria-label={t("rolloutLive.tasks.loading")} className="grid gap-2 p-4">
          {["a", "b", "c", "d", "e"].map((row) => (
            <Skeleton key={row} className="h-8" />
          ))}
        </div>
      ) : null}
      {page !== undefined && page.tasks.length === 0 ? (
        <EmptyState icon={SearchX} title={t("rolloutLive.tasks.noMatch")}>
          {t("rolloutLive.tasks.noMatchWhy", { total: rollout.total })}
        </EmptyState>
      ) : null}
      {page === undefined || page.tasks.length === 0 ? null : (
        <>
          <TaskTable rollout={rollout} tasks={page.tasks} onOpen={onOpen} />
          <Pager
            page={page}
            from={here.from}
            onPrevious={places.length < 2 ? null : () => goTo(places.slice(0, -1))}
            onNext={next === null ? null : () => goTo([...places, { cursor: next, from: here.from + page.tasks.length }])}
          />
        </>
      )}
    </Card>
  );
}
