"use client";

import { ShieldCheck } from "lucide-react";
import { useMemo, useState } from "react";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Checkbox } from "@/components/ui/checkbox";
import { CompletenessNote } from "@/components/ui/completeness-note";
import { SearchInput } from "@/components/ui/search-input";
import { Select } from "@/components/ui/select";
import { Table, Td, Th } from "@/components/ui/table";
import { TimeText } from "@/components/ui/time-text";
import { formatDateTime, formatRelative } from "@/lib/client/format";
import { useNow } from "@/lib/client/use-now";
import type { ScopeRef } from "@/lib/domain/access/types";
import type { ManageOverview, ScheduleRow } from "@/lib/domain/elevation/manage/api";
import type { ManageRequest } from "@/lib/domain/elevation/manage/requests";
import { t } from "@/messages/t";
import { BicepDialog } from "./bicep-dialog";
import { ExtendDialog } from "./extend-dialog";
import { GiveDialog } from "./give-dialog";
import { MOST_CHANGES } from "./give-draft";
import { PreviewDialog } from "./preview-dialog";
import { RatioCard } from "./ratio-card";
import { ScheduleActions } from "./schedule-actions";
import { changeOf, hasBegun, matches } from "./schedule-rows";
import { useSelection } from "./use-selection";
import { Nothing } from "./view-frame";
import { ScopeCell, WhoCell, whoName } from "./who-cell";
import { scopeName } from "./words";

const SOON_MS = 14 * 86_400_000;
/** Names of what could not be read without which a list of what ended is not whole. */
const ENDED_SOURCES = new Set(["scopes", "endedSchedules"]);
const keyOf = (row: ScheduleRow): string => row.id;

function Ends({ row, now }: { row: ScheduleRow; now: number }) {
  if (row.startsAt !== null && !hasBegun(row, now)) {
    return (
      <span className="flex flex-wrap items-center gap-2">
        <Badge tone="info" title={formatRelative(row.startsAt, now)}>
          {t("elevationManage.eligibilities.begins", { time: formatDateTime(row.startsAt) })}
        </Badge>
        {row.endsAt === null ? (
          <span className="text-muted">{t("elevationManage.noEnd")}</span>
        ) : (
          <TimeText value={row.endsAt} now={now} absolute />
        )}
      </span>
    );
  }
  if (row.endsAt === null) return <span className="text-muted">{t("elevationManage.noEnd")}</span>;
  if (row.over) {
    return (
      <Badge title={formatRelative(row.endsAt, now)}>
        {t("elevationManage.eligibilities.endedAt", { time: formatDateTime(row.endsAt) })}
      </Badge>
    );
  }
  const soon = Date.parse(row.endsAt) - now < SOON_MS;
  return (
    <span className="flex items-center gap-2 whitespace-nowrap">
      <TimeText value={row.endsAt} now={now} absolute />
      {soon ? <Badge tone="warn">{t("elevationManage.eligibilities.soon")}</Badge> : null}
    </span>
  );
}

type Open = { kind: "give" } | { kind: "extend" } | { kind: "bicep" } | { kind: "preview"; requests: ManageRequest[] };
type Selection = ReturnType<typeof useSelection<ScheduleRow>>;

function Rows({ selection, now }: { selection: Selection; now: number }) {
  const { shown } = selection;
  return (
    <Table caption={t("elevationManage.eligibilities.table")}>
      <thead>
        <tr>
          <Th className="w-8">
            <Checkbox
              aria-label={t("elevationManage.selectAll")}
              checked={shown.length > 0 && shown.every((row) => selection.has(row.id))}
              onChange={() => selection.toggleAll(shown)}
            />
          </Th>
          <Th>{t("elevationManage.person")}</Th>
          <Th>{t("elevationManage.role")}</Th>
          <Th>{t("elevationManage.scope")}</Th>
          <Th>{t("elevationManage.eligibilities.of")}</Th>
          <Th>{t("elevationManage.eligibilities.ends")}</Th>
        </tr>
      </thead>
      <tbody>
        {shown.map((row) => (
          <tr key={row.id} className={selection.has(row.id) ? "bg-selected" : undefined}>
            <Td>
              <Checkbox
                aria-label={t("elevationManage.select", {
                  name: `${whoName(row.principal)}, ${row.role.name}, ${scopeName(row.scope)}`,
                })}
                checked={selection.has(row.id)}
                onChange={() => selection.toggle(row.id)}
              />
            </Td>
            <Td className="min-w-44 max-w-72">
              <WhoCell principal={row.principal} />
            </Td>
            <Td className="min-w-40">{row.role.name}</Td>
            <Td>
              <ScopeCell scope={row.scope} />
            </Td>
            <Td>
              <Badge tone={row.of === "eligible" ? "ok" : "info"}>{t(`elevationManage.eligibilities.${row.of}`)}</Badge>
            </Td>
            <Td>
              <Ends row={row} now={now} />
            </Td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

type Shown = "all" | ScheduleRow["of"] | "soon" | "coming" | "ended";

function isShown(row: ScheduleRow, shown: Shown, now: number): boolean {
  if (shown === "all") return true;
  if (shown === "ended" || row.over) return shown === "ended" && row.over;
  if (shown === "coming") return !hasBegun(row, now);
  if (shown === "soon") return row.endsAt !== null && Date.parse(row.endsAt) - now < SOON_MS;
  return row.of === shown;
}

/** Why no row is there. What ended is read from lists of its own. */
function NoRows({ overview, ended }: { overview: ManageOverview; ended: boolean }) {
  const { schedules, completeness } = overview;
  return (
    <Nothing
      icon={ShieldCheck}
      filtered={ended ? overview.ended.length > 0 : schedules.length + overview.coming.length + overview.ended.length > 0}
      completeness={completeness}
      {...(ended ? { sources: ENDED_SOURCES } : {})}
      title={t(ended ? "elevationManage.eligibilities.endedEmpty" : "elevationManage.eligibilities.empty")}
      why={t(ended ? "elevationManage.eligibilities.endedEmptyWhy" : "elevationManage.eligibilities.emptyWhy")}
    />
  );
}

/** Who is eligible and who has something until an end, and what has ended: give, extend, renew, remove, write as Bicep. */
export function EligibilitiesView({ overview }: { overview: ManageOverview }) {
  const now = useNow();
  const [text, setText] = useState("");
  const [of, setOf] = useState<Shown>("all");
  const [open, setOpen] = useState<Open | null>(null);
  const rows = useMemo(
    () =>
      [...overview.schedules, ...overview.coming, ...overview.ended].filter(
        (row) => isShown(row, of, now) && matches(row, row.role.name, text),
      ),
    [overview.schedules, overview.coming, overview.ended, of, text, now],
  );
  const selection = useSelection(rows, keyOf);
  const scopes = useMemo(() => {
    const known = new Map<string, ScopeRef>();
    for (const { scope } of [...overview.schedules, ...overview.standing]) known.set(scope.id.toLowerCase(), scope);
    return [...known.values()].sort((left, right) => left.name.localeCompare(right.name, "en"));
  }, [overview]);
  const preview = (requests: ManageRequest[]) => setOpen({ kind: "preview", requests });
  const close = () => setOpen(null);
  return (
    <>
      <RatioCard overview={overview} />
      <div className="flex flex-wrap items-center gap-2">
        <SearchInput
          label={t("elevationManage.search")}
          placeholder={t("elevationManage.searchPlaceholder")}
          value={text}
          onChange={setText}
        />
        <Select
          aria-label={t("elevationManage.eligibilities.kindLabel")}
          className="w-52"
          value={of}
          onChange={(event) => setOf(event.target.value as Shown)}
        >
          <option value="all">{t("elevationManage.eligibilities.all")}</option>
          <option value="eligible">{t("elevationManage.eligibilities.eligible")}</option>
          <option value="active">{t("elevationManage.eligibilities.active")}</option>
          <option value="soon">{t("elevationManage.eligibilities.soon")}</option>
          <option value="coming">{t("elevationManage.eligibilities.coming")}</option>
          <option value="ended">{t("elevationManage.eligibilities.ended")}</option>
        </Select>
        <ScheduleActions
          chosen={selection.chosen}
          now={now}
          onProlong={() => setOpen({ kind: "extend" })}
          onRemove={() => preview(selection.chosen.slice(0, MOST_CHANGES).map((row) => changeOf(row, "AdminRemove")))}
          onBicep={() => setOpen({ kind: "bicep" })}
          onGive={() => setOpen({ kind: "give" })}
        />
      </div>
      <CompletenessNote value={overview.completeness} />
      <Card>
        {rows.length > 0 ? <Rows selection={selection} now={now} /> : <NoRows overview={overview} ended={of === "ended"} />}
      </Card>
      {selection.hidden > 0 ? (
        <Button size="sm" className="justify-self-start" onClick={selection.showMore}>
          {t("elevationManage.showMore", { count: Math.min(100, selection.hidden) })}
        </Button>
      ) : null}
      {open?.kind === "give" ? <GiveDialog scopes={scopes} onClose={close} onReady={preview} /> : null}
      {open?.kind === "extend" ? (
        <ExtendDialog rows={selection.chosen.slice(0, MOST_CHANGES)} onClose={close} onReady={preview} />
      ) : null}
      {open?.kind === "bicep" ? <BicepDialog rows={selection.chosen} onClose={close} /> : null}
      {open?.kind === "preview" ? <PreviewDialog requests={open.requests} onClose={close} /> : null}
    </>
  );
}
