"use client";

import { Copy, Download, FileCode2, ScrollText, Upload } from "lucide-react";
import { parseAsBoolean, parseAsString, useQueryStates } from "nuqs";
import { useMemo, useState } from "react";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { CompletenessNote } from "@/components/ui/completeness-note";
import { SearchInput } from "@/components/ui/search-input";
import { Select } from "@/components/ui/select";
import { download } from "@/lib/client/download";
import type { PolicyList, PolicyRow } from "@/lib/domain/elevation/manage/api";
import { driftFrom } from "@/lib/domain/elevation/manage/policy-drift";
import { policyFileText } from "@/lib/domain/elevation/manage/policy-json";
import { type FieldDifference, type PolicySettings, withoutMails } from "@/lib/domain/elevation/manage/policy-settings";
import type { ManageRequest } from "@/lib/domain/elevation/manage/requests";
import { t } from "@/messages/t";
import { CheckField } from "./check-field";
import { PoliciesTable } from "./policies-table";
import { PolicyEdit } from "./policy-edit";
import { entryOf, fileKey, PolicyBicepDialog, PolicyImportDialog } from "./policy-files";
import { PreviewDialog } from "./preview-dialog";
import { usePolicies } from "./use-manage";
import { useSelection } from "./use-selection";
import { Nothing, ViewFrame } from "./view-frame";
import { scopeName } from "./words";

const MOST = 100;
const keyOf = (row: PolicyRow): string => row.key;
const parsers = {
  q: parseAsString.withDefault(""),
  all: parseAsBoolean.withDefault(false),
  baseline: parseAsString,
  drift: parseAsBoolean.withDefault(false),
};

/** Mails go along only when the operator said so. */
const asMeant = (settings: PolicySettings, mails: boolean): PolicySettings => (mails ? settings : withoutMails(settings));

function requestOf(row: PolicyRow, settings: PolicySettings): ManageRequest {
  return { kind: "policy", policyId: row.policyId, roleId: row.role.id, scope: row.scope.id, settings };
}

function matches(row: PolicyRow, text: string): boolean {
  const words = `${row.role.name}\n${scopeName(row.scope)}\n${row.scope.id}`.toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((part) => words.includes(part));
}

type Open =
  | { kind: "edit"; row: PolicyRow }
  | { kind: "bicep" }
  | { kind: "import" }
  | { kind: "preview"; requests: ManageRequest[] };

function DriftSummary({ rows, baseline }: { rows: readonly PolicyRow[]; baseline: PolicyRow }) {
  const report = driftFrom(
    baseline.settings,
    rows.filter(({ key }) => key !== baseline.key),
  );
  const values = {
    different: report.different.length,
    total: report.different.length + report.same.length,
    role: baseline.role.name,
    scope: scopeName(baseline.scope),
  };
  return (
    <p role="status" className="text-[0.8125rem]">
      {t("elevationManage.policies.driftSummary", values)}
    </p>
  );
}

type FilesProps = { rows: readonly PolicyRow[]; onOpen: (open: Open) => void };

function Files({ rows, onOpen }: FilesProps) {
  return (
    <>
      <Button
        disabled={rows.length === 0}
        onClick={() => {
          const at = new Date().toISOString();
          download(`pim-role-settings-${at.slice(0, 10)}.json`, "application/json", policyFileText(rows.map(entryOf), at));
        }}
      >
        <Download aria-hidden />
        {t("elevationManage.policies.exportJson")}
      </Button>
      <Button disabled={rows.length === 0} onClick={() => onOpen({ kind: "bicep" })}>
        <FileCode2 aria-hidden />
        {t("elevationManage.policies.exportBicep")}
      </Button>
      <Button onClick={() => onOpen({ kind: "import" })}>
        <Upload aria-hidden />
        {t("elevationManage.policies.import")}
      </Button>
    </>
  );
}

function PolicyRows({ list }: { list: PolicyList }) {
  const [url, setUrl] = useQueryStates(parsers, { history: "replace", shallow: true });
  const [open, setOpen] = useState<Open | null>(null);
  const [mailsToo, setMailsToo] = useState(false);
  const baseline = list.rows.find(({ key }) => key === url.baseline) ?? null;
  const drift = useMemo(() => {
    if (baseline === null) return null;
    const report = driftFrom(baseline.settings, list.rows);
    const byKey = new Map<string, FieldDifference[]>(report.same.map(({ key }) => [key, []]));
    for (const { row, differences } of report.different) byKey.set(row.key, differences);
    return byKey;
  }, [baseline, list.rows]);
  const rows = useMemo(
    () =>
      list.rows
        .filter((row) => matches(row, url.q))
        .filter(({ key }) => !url.drift || drift === null || (drift.get(key)?.length ?? 0) > 0),
    [list.rows, url.q, url.drift, drift],
  );
  const selection = useSelection(rows, keyOf);
  const targets = selection.chosen.filter(({ key }) => key !== baseline?.key).slice(0, MOST);
  const preview = (requests: ManageRequest[]) => setOpen({ kind: "preview", requests });
  const close = () => setOpen(null);
  const files = selection.chosen.length > 0 ? selection.chosen : rows;

  function fromFile(entries: Parameters<Parameters<typeof PolicyImportDialog>[0]["onReady"]>[0]): void {
    const known = new Map(list.rows.map((row) => [fileKey(entryOf(row)), row]));
    preview(
      entries.slice(0, MOST).flatMap((entry) => {
        const row = known.get(fileKey(entry));
        return row === undefined ? [] : [requestOf(row, entry.settings)];
      }),
    );
  }
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <Select
          aria-label={t("elevationManage.policies.baseline")}
          className="w-full sm:w-80"
          value={baseline?.key ?? ""}
          onChange={(event) => void setUrl({ baseline: event.target.value === "" ? null : event.target.value })}
        >
          <option value="">{t("elevationManage.policies.baselineNone")}</option>
          {list.rows.map((row) => (
            <option key={row.key} value={row.key}>
              {`${row.role.name} · ${scopeName(row.scope)}`}
            </option>
          ))}
        </Select>
        {baseline === null ? null : (
          <>
            <CheckField
              label={t("elevationManage.policies.driftOnly")}
              on={url.drift}
              onChange={(on) => void setUrl({ drift: on ? true : null })}
            />
            <CheckField label={t("elevationManage.policies.copyMails")} on={mailsToo} onChange={setMailsToo} />
          </>
        )}
        <div className="flex flex-wrap gap-2 sm:ml-auto">
          <Files rows={files} onOpen={setOpen} />
          <Button
            variant="primary"
            title={baseline === null ? t("elevationManage.policies.cloneNeedsBaseline") : undefined}
            disabled={baseline === null || targets.length === 0}
            onClick={() => {
              if (baseline !== null) preview(targets.map((row) => requestOf(row, asMeant(baseline.settings, mailsToo))));
            }}
          >
            <Copy aria-hidden />
            {t("elevationManage.policies.clone", { count: targets.length })}
          </Button>
        </div>
      </div>
      {baseline === null ? null : <DriftSummary rows={list.rows} baseline={baseline} />}
      <CompletenessNote value={list.completeness} />
      <Card>
        {rows.length > 0 ? (
          <PoliciesTable
            selection={selection}
            baselineKey={baseline?.key ?? null}
            drift={drift}
            onEdit={(row) => setOpen({ kind: "edit", row })}
          />
        ) : (
          <Nothing
            icon={ScrollText}
            filtered={list.rows.length > 0}
            completeness={list.completeness}
            title={t("elevationManage.policies.empty")}
            why={t("elevationManage.policies.emptyWhy")}
          />
        )}
      </Card>
      <div className="flex flex-wrap items-center gap-3">
        {selection.hidden > 0 ? (
          <Button size="sm" onClick={selection.showMore}>
            {t("elevationManage.showMore", { count: Math.min(100, selection.hidden) })}
          </Button>
        ) : null}
        <p className="text-muted text-xs">{t("elevationManage.policies.mails")}</p>
      </div>
      {open?.kind === "edit" ? (
        <PolicyEdit row={open.row} onClose={close} onReady={(settings) => preview([requestOf(open.row, settings)])} />
      ) : null}
      {open?.kind === "bicep" ? <PolicyBicepDialog rows={files} onClose={close} /> : null}
      {open?.kind === "import" ? <PolicyImportDialog rows={list.rows} onClose={close} onReady={fromFile} /> : null}
      {open?.kind === "preview" ? <PreviewDialog requests={open.requests} onClose={close} /> : null}
    </>
  );
}

/** Role settings of every scope: rules, drift from a baseline, edit, copy to many, files. */
export function PoliciesView() {
  const [url, setUrl] = useQueryStates(parsers, { history: "replace", shallow: true });
  const read = usePolicies(url.all);
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <SearchInput
          className="max-sm:min-w-full"
          label={t("elevationManage.convert.direct")}
          placeholder={t("elevationManage.convert.direct")}
          value={url.q}
          onChange={(q) => void setUrl({ q: q === "" ? null : q })}
        />
        <CheckField
          label={t("elevationManage.policies.allRoles")}
          on={url.all}
          onChange={(on) => void setUrl({ all: on ? true : null })}
        />
      </div>
      <ViewFrame read={read} loading={t("elevationManage.loadingPolicies")}>
        {(list) => <PolicyRows list={list} />}
      </ViewFrame>
    </>
  );
}
