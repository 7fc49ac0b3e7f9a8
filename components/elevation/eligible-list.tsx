"use client";

import { KeySquare } from "lucide-react";
import { useState } from "react";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { Checkbox } from "@/components/ui/checkbox";
import { EmptyState } from "@/components/ui/empty-state";
import { SearchInput } from "@/components/ui/search-input";
import { formatDate, formatDateTime } from "@/lib/client/format";
import type { EligibleRow } from "@/lib/domain/elevation/api";
import { t } from "@/messages/t";
import { BATCH_MAX, isChoosable } from "./activation-draft";
import { PermitsLine } from "./permits-view";
import { PolicyFacts } from "./policy-facts";
import { scopeWords } from "./scope-words";
import type { PermitsView } from "./use-elevation";

const STEP = 40;

function found(rows: readonly EligibleRow[], query: string): EligibleRow[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter((row) => {
    const text = `${row.role.name} ${scopeWords(row.scope)} ${row.viaGroup?.name ?? ""}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

type RowProps = {
  row: EligibleRow;
  chosen: boolean;
  permits: PermitsView;
  onChoose: (chosen: boolean) => void;
  onExtend: () => void;
};

function Until({ row }: { row: EligibleRow }) {
  return (
    <span className="text-muted text-xs" title={row.endsAt === null ? undefined : formatDateTime(row.endsAt)}>
      {row.endsAt === null ? t("elevation.mine.noEnd") : t("elevation.mine.eligibleUntil", { time: formatDate(row.endsAt) })}
    </span>
  );
}

function Row({ row, chosen, permits, onChoose, onExtend }: RowProps) {
  const names = { role: row.role.name, scope: scopeWords(row.scope) };
  return (
    <li className="flex gap-3 border-line border-b px-4 py-3 last:border-b-0 has-checked:bg-selected/60">
      <Checkbox
        className="mt-0.5"
        aria-label={t("elevation.mine.select", names)}
        checked={chosen}
        disabled={!isChoosable(row)}
        onChange={(event) => onChoose(event.target.checked)}
      />
      <div className="grid min-w-0 flex-1 grid-cols-1 gap-x-6 gap-y-1.5 @3xl:grid-cols-[minmax(0,5fr)_minmax(0,5fr)_minmax(0,5fr)]">
        <div className="grid min-w-0 grid-cols-1 content-start gap-0.5">
          <p className="flex flex-wrap items-center gap-x-2 gap-y-1 break-words font-medium text-[0.8125rem]">
            {names.role}
            {row.activeId === null ? null : <Badge tone="ok">{t("elevation.mine.isActive")}</Badge>}
            {row.pendingRequestId === null ? null : <Badge tone="info">{t("elevation.mine.isPending")}</Badge>}
          </p>
          <p className="break-words text-[0.8125rem] text-muted" title={row.scope.id}>
            {names.scope}
          </p>
          {row.viaGroup === null ? null : (
            <p className="break-words text-muted text-xs">{t("elevation.mine.via", { group: row.viaGroup.name })}</p>
          )}
          {row.role.type === "CustomRole" ? <p className="text-muted text-xs">{t("elevation.mine.custom")}</p> : null}
          {row.condition === null ? null : (
            <p className="text-muted text-xs" title={row.condition}>
              {t("elevation.mine.condition")}
            </p>
          )}
        </div>
        <div className="min-w-0">
          <PermitsLine view={permits} id={row.id} />
        </div>
        <div className="grid min-w-0 grid-cols-1 content-start gap-1">
          <PolicyFacts answer={row.policy} />
          <p className="flex flex-wrap items-center gap-x-2">
            <Until row={row} />
            {row.extend.allowed ? (
              <Button
                variant="link"
                className="h-auto text-xs"
                aria-label={t("elevation.mine.extendName", names)}
                title={t("elevation.mine.extendWhy.inTime")}
                onClick={onExtend}
              >
                {t("elevation.mine.extend")}
              </Button>
            ) : null}
          </p>
        </div>
      </div>
    </li>
  );
}

export type EligibleListProps = {
  rows: readonly EligibleRow[];
  chosen: ReadonlySet<string>;
  permits: PermitsView;
  /** The reason why there is no row stands above the list. */
  isBlocked: boolean;
  onChoose: (rowIds: readonly string[]) => void;
  onExtend: (row: EligibleRow) => void;
};

/** Everything the operator may activate, with what it would let them do and what its settings ask for. */
export function EligibleList({ rows, chosen, permits, isBlocked, onChoose, onExtend }: EligibleListProps) {
  const [query, setQuery] = useState("");
  const [shown, setShown] = useState(STEP);
  const matching = found(rows, query);
  const choosable = matching.filter(isChoosable).map(({ id }) => id);
  const chosenHere = choosable.filter((id) => chosen.has(id)).length;
  const all = choosable.length > 0 && chosenHere === choosable.length;
  const setAll = (on: boolean) => {
    const others = [...chosen].filter((id) => !choosable.includes(id));
    onChoose(on ? [...others, ...choosable] : others);
  };
  const setOne = (id: string, on: boolean) => onChoose(on ? [...chosen, id] : [...chosen].filter((other) => other !== id));
  const hidden = matching.length - shown;
  if (rows.length === 0) {
    return (
      <Card aria-label={t("elevation.mine.eligibleTitle")}>
        <EmptyState icon={KeySquare} title={t("elevation.mine.empty")}>
          {t(isBlocked ? "elevation.mine.emptyBlocked" : "elevation.mine.emptyText")}
        </EmptyState>
      </Card>
    );
  }
  return (
    <Card aria-labelledby="eligible-title" className="@container">
      <CardHeader id="eligible-title" title={t("elevation.mine.eligibleTitle")} description={t("elevation.mine.eligibleAbout")} />
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2 border-line border-b bg-sunken/50 px-4 py-2">
        <span className="inline-flex items-center gap-2 text-[0.8125rem]">
          <Checkbox
            id="select-all"
            checked={all}
            indeterminate={chosenHere > 0 && !all}
            disabled={choosable.length === 0}
            onChange={(event) => setAll(event.target.checked)}
          />
          <label htmlFor="select-all">{t("elevation.mine.selectAll")}</label>
        </span>
        <span className="text-muted text-xs">
          {matching.length === rows.length
            ? t("elevation.mine.count", { count: rows.length })
            : t("elevation.mine.shown", { shown: matching.length, count: rows.length })}
        </span>
        <SearchInput
          label={t("elevation.mine.search")}
          placeholder={t("elevation.mine.searchPlaceholder")}
          value={query}
          onChange={setQuery}
          className="ml-auto"
        />
      </div>
      {chosen.size > BATCH_MAX ? (
        <p role="alert" className="px-4 py-2 font-medium text-[0.8125rem] text-warn">
          {t("elevation.mine.tooMany", { max: BATCH_MAX })}
        </p>
      ) : null}
      {matching.length === 0 ? <p className="px-4 py-6 text-muted">{t("elevation.mine.noMatch", { query })}</p> : null}
      <ul aria-labelledby="eligible-title">
        {matching.slice(0, shown).map((row) => (
          <Row
            key={row.id}
            row={row}
            chosen={chosen.has(row.id)}
            permits={permits}
            onChoose={(on) => setOne(row.id, on)}
            onExtend={() => onExtend(row)}
          />
        ))}
      </ul>
      {hidden > 0 ? (
        <div className="px-4 py-2.5">
          <Button size="sm" onClick={() => setShown(shown + STEP)}>
            {t("elevation.mine.showMore", { count: Math.min(STEP, hidden) })}
          </Button>
        </div>
      ) : null}
    </Card>
  );
}
