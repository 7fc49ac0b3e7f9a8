"use client";

import { ArrowRightLeft, UserCheck } from "lucide-react";
import { useMemo, useState } from "react";
import { Badge, type Tone } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Checkbox } from "@/components/ui/checkbox";
import { CompletenessNote } from "@/components/ui/completeness-note";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { SearchInput } from "@/components/ui/search-input";
import { Table, Td, Th } from "@/components/ui/table";
import type { ManageOverview, StandingRow } from "@/lib/domain/elevation/manage/api";
import { type ConversionVerdict, conversionPlan, grantKey } from "@/lib/domain/elevation/manage/conversion-plan";
import type { ManageRequest } from "@/lib/domain/elevation/manage/requests";
import type { EndChoice } from "@/lib/domain/elevation/manage/schedule-form";
import { t } from "@/messages/t";
import { EndField, type EndText, endOf } from "./end-field";
import { PreviewDialog } from "./preview-dialog";
import { matches } from "./schedule-rows";
import { useSelection } from "./use-selection";
import { Nothing } from "./view-frame";
import { ScopeCell, WhoCell, whoName } from "./who-cell";
import { scopeName } from "./words";

const TONE: Record<ConversionVerdict["verdict"], Tone> = { ready: "ok", confirm: "warn", blocked: "quiet" };
const MOST = 100;
const keyOf = (row: StandingRow): string => row.assignmentId;

/** What each row alone would meet; what several together mean is found by the preview. */
function verdictsOf(overview: ManageOverview): Map<string, ConversionVerdict> {
  const eligible = overview.schedules
    .filter(({ of }) => of === "eligible")
    .map(({ principal, role, scope }) => grantKey({ principalId: principal.id, roleId: role.id, scope: scope.id }));
  const verdicts = new Map<string, ConversionVerdict>();
  const all = { facts: overview.standing, eligible: new Set(eligible), operatorId: "" };
  for (const row of overview.standing) {
    // The plan looks at all rows for one that assigns roles; for the others each stands for itself.
    const facts = row.assignsRoles ? all.facts : [row];
    const verdict = conversionPlan({ ...all, facts, chosen: new Set([row.assignmentId]) }).get(row.assignmentId);
    if (verdict !== undefined) verdicts.set(row.assignmentId, verdict);
  }
  return verdicts;
}

function convertOf(row: StandingRow, end: EndChoice, justification: string): ManageRequest {
  return {
    kind: "convert",
    assignmentId: row.assignmentId,
    requestName: crypto.randomUUID(),
    principalId: row.principalId,
    roleId: row.roleId,
    scope: row.scope.id,
    end,
    justification,
  };
}

type RowsProps = { selection: ReturnType<typeof useSelection<StandingRow>>; verdicts: ReadonlyMap<string, ConversionVerdict> };

function Rows({ selection, verdicts }: RowsProps) {
  const open = (row: StandingRow) => verdicts.get(row.assignmentId)?.verdict !== "blocked";
  const shown = selection.shown.filter(open);
  return (
    <Table caption={t("elevationManage.convert.table")}>
      <thead>
        <tr>
          <Th className="w-8">
            <Checkbox
              aria-label={t("elevationManage.selectAll")}
              checked={shown.length > 0 && shown.every((row) => selection.has(row.assignmentId))}
              onChange={() => selection.toggleAll(shown)}
            />
          </Th>
          <Th>{t("elevationManage.person")}</Th>
          <Th>{t("elevationManage.role")}</Th>
          <Th>{t("elevationManage.scope")}</Th>
          <Th>{t("elevationManage.convert.verdict")}</Th>
        </tr>
      </thead>
      <tbody>
        {selection.shown.map((row) => {
          const { verdict, reasons } = verdicts.get(row.assignmentId) ?? { verdict: "ready" as const, reasons: [] };
          return (
            <tr key={row.assignmentId} className={selection.has(row.assignmentId) ? "bg-selected" : undefined}>
              <Td>
                <Checkbox
                  aria-label={t("elevationManage.select", {
                    name: `${whoName(row.principal)}, ${row.roleName}, ${scopeName(row.scope)}`,
                  })}
                  disabled={!open(row)}
                  checked={selection.has(row.assignmentId)}
                  onChange={() => selection.toggle(row.assignmentId)}
                />
              </Td>
              <Td className="min-w-44 max-w-72">
                <WhoCell principal={row.principal} />
              </Td>
              <Td className="min-w-40">{row.roleName}</Td>
              <Td>
                <ScopeCell scope={row.scope} />
              </Td>
              <Td className="min-w-56 max-w-96">
                <div className="grid gap-0.5">
                  <Badge tone={TONE[verdict]} className="w-fit">
                    {t(`elevationManage.convert.${verdict}`)}
                  </Badge>
                  {reasons.map((reason) => (
                    <span key={reason} className="text-muted text-xs">
                      {t(`elevationManage.problem.${reason}`)}
                    </span>
                  ))}
                </div>
              </Td>
            </tr>
          );
        })}
      </tbody>
    </Table>
  );
}

/** Standing assignments, which of them can become eligible, and the conversion of many at once. */
export function ConvertView({ overview }: { overview: ManageOverview }) {
  const [text, setText] = useState("");
  const [onlyReady, setOnlyReady] = useState(true);
  const [end, setEnd] = useState<EndText>({ kind: "days", days: "180" });
  const [justification, setJustification] = useState("");
  const [requests, setRequests] = useState<ManageRequest[] | null>(null);
  const verdicts = useMemo(() => verdictsOf(overview), [overview]);
  const rows = useMemo(
    () =>
      overview.standing
        .filter(({ assignmentId }) => !onlyReady || verdicts.get(assignmentId)?.verdict !== "blocked")
        .filter((row) => matches(row, row.roleName, text)),
    [overview.standing, verdicts, onlyReady, text],
  );
  const selection = useSelection(rows, keyOf);
  const choice = endOf(end);
  const chosen = selection.chosen.slice(0, MOST);
  return (
    <>
      <p className="text-[0.8125rem] text-muted">{t("elevationManage.convert.order")}</p>
      <div className="flex flex-wrap items-start gap-x-6 gap-y-3">
        <EndField label={t("elevationManage.convert.end")} value={end} onChange={setEnd} />
        <Field label={t("elevationManage.form.justification")} className="w-full sm:w-80">
          {(control) => (
            <Input
              {...control}
              maxLength={500}
              value={justification}
              onChange={(event) => setJustification(event.target.value)}
            />
          )}
        </Field>
      </div>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <SearchInput
          label={t("elevationManage.search")}
          placeholder={t("elevationManage.searchPlaceholder")}
          value={text}
          onChange={setText}
        />
        {/* biome-ignore lint/a11y/noLabelWithoutControl: Checkbox renders the input. */}
        <label className="flex min-h-6 items-center gap-2 text-[0.8125rem]">
          <Checkbox checked={onlyReady} onChange={(event) => setOnlyReady(event.target.checked)} />
          {t("elevationManage.convert.onlyReady")}
        </label>
        <Button
          variant="primary"
          className="sm:ml-auto"
          disabled={chosen.length === 0 || choice === null}
          onClick={() => {
            if (choice !== null) setRequests(chosen.map((row) => convertOf(row, choice, justification.trim())));
          }}
        >
          <ArrowRightLeft aria-hidden />
          {t("elevationManage.convert.convert", { count: chosen.length })}
        </Button>
      </div>
      <CompletenessNote value={overview.completeness} />
      <Card>
        {rows.length > 0 ? (
          <Rows selection={selection} verdicts={verdicts} />
        ) : (
          <Nothing
            icon={UserCheck}
            filtered={overview.standing.length > 0}
            completeness={overview.completeness}
            title={t("elevationManage.convert.empty")}
            why={t("elevationManage.convert.emptyWhy")}
          />
        )}
      </Card>
      <div className="flex flex-wrap items-center gap-3">
        {selection.hidden > 0 ? (
          <Button size="sm" onClick={selection.showMore}>
            {t("elevationManage.showMore", { count: Math.min(100, selection.hidden) })}
          </Button>
        ) : null}
        {overview.standing.length < overview.standingTotal ? (
          <p className="text-muted text-xs">
            {t("elevationManage.convert.shown", { shown: overview.standing.length, total: overview.standingTotal })}
          </p>
        ) : null}
      </div>
      {requests === null ? null : <PreviewDialog requests={requests} onClose={() => setRequests(null)} />}
    </>
  );
}
