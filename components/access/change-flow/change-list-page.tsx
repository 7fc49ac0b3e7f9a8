"use client";

import { useQuery } from "@tanstack/react-query";
import { History, UserPlus } from "lucide-react";
import { Badge } from "@/components/ui/badge";
import { Button, buttonClass } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { Link } from "@/components/ui/link";
import { NoneNote } from "@/components/ui/none-note";
import { ProblemPanel } from "@/components/ui/problem-panel";
import { Skeleton } from "@/components/ui/skeleton";
import { Table, Td, Th } from "@/components/ui/table";
import { apiFetch } from "@/lib/client/api";
import { toClientProblem } from "@/lib/client/api-problem";
import { formatMoment } from "@/lib/client/format";
import { elapsedWords } from "@/lib/client/use-elapsed";
import { api, pages } from "@/lib/config/routes";
import { type AccessChangeList, type AccessChangeSet, CHANGE_STATES } from "@/lib/domain/access/api";
import { t } from "@/messages/t";
import { EFFECT_TONE } from "../effective-yet";
import { STATE_TONE } from "./change-set-page";

const COLUMNS = ["when", "what", "outcome", "effect", "who"] as const;
const KINDS = ["assign", "remove", "defineRole"] as const;
const EFFECTS = ["waiting", "effective", "late"] as const;

function kindsWords(set: AccessChangeSet): string {
  return KINDS.map((kind) => [kind, set.items.filter((item) => item.request.kind === kind).length] as const)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => t(`access.change.set.kinds.${kind}`, { count }))
    .join(", ");
}

function Row({ set }: { set: AccessChangeSet }) {
  const time = formatMoment(set.startedAt);
  return (
    <tr>
      <Td className="whitespace-nowrap">
        <Link href={pages.accessChangeSet(set.id)} className="font-medium text-link underline-offset-4 hover:underline">
          {time}
        </Link>
      </Td>
      <Td>{kindsWords(set)}</Td>
      <Td>
        <span className="flex flex-wrap gap-1.5">
          {CHANGE_STATES.filter((state) => set.counts[state] > 0).map((state) => (
            <Badge key={state} tone={STATE_TONE[state]}>{`${set.counts[state]} ${t(`access.change.set.states.${state}`)}`}</Badge>
          ))}
        </span>
      </Td>
      <Td>
        <span className="flex flex-wrap gap-1.5">
          {EFFECTS.filter((state) => set.effects[state] > 0).map((state) => (
            <Badge key={state} tone={EFFECT_TONE[state]}>
              {t(`access.change.set.effects.${state}`, { count: set.effects[state] })}
            </Badge>
          ))}
        </span>
      </Td>
      <Td>{set.operatorName}</Td>
    </tr>
  );
}

function List({ list }: { list: AccessChangeList }) {
  const { count, medianMs, worstMs } = list.effectTimes;
  if (list.sets.length === 0) {
    return (
      <Card>
        <EmptyState icon={History} title={t("access.change.set.listEmpty")}>
          {t("access.change.set.listEmptyHint")}
        </EmptyState>
        <NoneNote asOf={list.asOf} />
      </Card>
    );
  }
  return (
    <>
      <p className="text-[0.8125rem] text-muted">
        {medianMs === null || worstMs === null
          ? t("access.change.set.noEffectTimes")
          : t("access.change.set.effectTimes", { median: elapsedWords(medianMs), worst: elapsedWords(worstMs), count })}
      </p>
      <Card aria-label={t("access.change.set.listTitle")}>
        <Table caption={t("access.change.set.listTitle")}>
          <thead>
            <tr>
              {COLUMNS.map((id) => (
                <Th key={id}>{t(`access.change.set.columns.${id}`)}</Th>
              ))}
            </tr>
          </thead>
          <tbody>
            {list.sets.map((set) => (
              <Row key={set.id} set={set} />
            ))}
          </tbody>
        </Table>
      </Card>
    </>
  );
}

/** The operator's own changes of access, and how long changes of the tenant took to take effect. */
export function ChangeListPage() {
  const { data, error, refetch } = useQuery({
    queryKey: ["accessChanges"],
    queryFn: ({ signal }) => apiFetch<AccessChangeList>(api.accessChanges(), { signal }),
  });
  return (
    <div className="mx-auto grid grid-cols-1 w-full min-w-0 max-w-[96rem] gap-4 px-4 py-4 md:px-5">
      <header className="flex flex-wrap items-start justify-between gap-3">
        <div>
          <h1 className="font-semibold text-xl tracking-tight">{t("access.change.set.listTitle")}</h1>
          <p className="text-[0.8125rem] text-muted">{t("access.change.set.listAbout")}</p>
        </div>
        <Link href={pages.accessChange()} className={buttonClass({ variant: "primary" })}>
          <UserPlus aria-hidden />
          {t("access.change.set.another")}
        </Link>
      </header>
      {data !== undefined ? (
        <List list={data} />
      ) : error !== null ? (
        <ProblemPanel
          problem={toClientProblem(error)}
          actions={
            <Button size="sm" onClick={() => void refetch()}>
              {t("common.retry")}
            </Button>
          }
        />
      ) : (
        <div aria-busy="true">
          <p role="status" className="sr-only">
            {t("common.loading")}
          </p>
          <Skeleton className="h-56" />
        </div>
      )}
    </div>
  );
}
