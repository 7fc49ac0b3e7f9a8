"use client";

import { Columns3 } from "lucide-react";
import { Button } from "@/components/ui/button";
import { Menu, MenuCheckItem, MenuItem, MenuLabel, MenuSeparator } from "@/components/ui/menu";
import { SearchInput } from "@/components/ui/search-input";
import type { ExportColumn } from "@/lib/client/access/access-export";
import type { AccessStatus } from "@/lib/client/access/access-session";
import type { MatrixUrl } from "@/lib/client/access/access-url";
import { DEFAULT_CAPABILITIES, type MatrixRow, type MatrixView } from "@/lib/client/access/matrix-types";
import { useAccessAnswer } from "@/lib/client/access/use-access";
import { CAPABILITY_IDS } from "@/lib/domain/access/capabilities";
import { t } from "@/messages/t";
import { capabilityWords, scopeWords } from "./access-words";
import { ExportMenu } from "./export-menu";
import { FilterChip } from "./filter-chip";
import { LaneChoice } from "./lane-choice";
import { MatrixFilters } from "./matrix-filters";

/** What the address may be told; null takes a setting off. */
export type MatrixChange = (changes: { [K in keyof MatrixUrl]?: MatrixUrl[K] | null }) => void;

export type MatrixToolbarProps = {
  url: MatrixUrl;
  change: MatrixChange;
  view: MatrixView | null;
  all: () => Promise<MatrixRow[]>;
  status: AccessStatus;
};

function ColumnsMenu({ url, change }: { url: MatrixUrl; change: MatrixChange }) {
  return (
    <Menu
      label={t("accessFleet.matrix.columns")}
      trigger={
        <Button>
          <Columns3 aria-hidden />
          {t("accessFleet.matrix.columns")}
        </Button>
      }
    >
      <MenuLabel>{t("accessFleet.matrix.columns")}</MenuLabel>
      {CAPABILITY_IDS.map((capability) => (
        <MenuCheckItem
          key={capability}
          checked={url.columns.includes(capability)}
          onSelect={(event) => event.preventDefault()}
          onCheckedChange={(checked) =>
            change({ columns: CAPABILITY_IDS.filter((id) => (id === capability ? checked : url.columns.includes(id))) })
          }
        >
          {capabilityWords(capability)}
        </MenuCheckItem>
      ))}
      <MenuSeparator />
      <MenuItem onSelect={() => change({ columns: [...DEFAULT_CAPABILITIES] })}>{t("accessFleet.matrix.columnsReset")}</MenuItem>
    </Menu>
  );
}

function filterWords({ can, test, than }: MatrixUrl): string {
  const capability = can === null ? "" : capabilityWords(can);
  if (test === "none") return t("accessFleet.matrix.chipNone", { capability });
  if (test === "standingOnly") return t("accessFleet.matrix.chipStandingOnly", { capability });
  return t("accessFleet.matrix.chipMore", { capability, than });
}

function Chips({ url, change }: { url: MatrixUrl; change: MatrixChange }) {
  const scopes = useAccessAnswer("scopes", (backend) => backend.call("scopeTree", { lane: "now", capabilities: [] }));
  if (url.can === null && url.scope === null && !url.incomplete) return null;
  const wanted = url.scope?.toLowerCase();
  const node = scopes.value?.find(({ id }) => id === wanted);
  const name = node === undefined ? (url.scope ?? "") : scopeWords(node.ref);
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      {url.can === null ? null : (
        <FilterChip name={filterWords(url)} onRemove={() => change({ can: null, test: null, than: null })} />
      )}
      {url.scope === null ? null : (
        <FilterChip name={t("accessFleet.matrix.chipScope", { name })} onRemove={() => change({ scope: null })} />
      )}
      {url.incomplete ? (
        <FilterChip name={t("accessFleet.matrix.chipIncomplete")} onRemove={() => change({ incomplete: null })} />
      ) : null}
    </div>
  );
}

function exportColumns(url: MatrixUrl): ExportColumn<MatrixRow>[] {
  return [
    { id: "name", title: t("accessFleet.matrix.machine"), text: (row) => row.name },
    ...url.columns.map((capability, at) => ({
      id: capability,
      title: capabilityWords(capability),
      text: (row: MatrixRow) => row.counts[at] ?? 0,
    })),
    { id: "atLeast", title: t("accessFleet.state.atLeastMark"), text: (row) => (row.atLeast ? t("common.yes") : t("common.no")) },
    { id: "subscription", title: t("accessFleet.matrix.subscription"), text: (row) => row.subscription },
    { id: "group", title: t("accessFleet.matrix.group"), text: (row) => row.group },
    { id: "id", title: "Resource id", text: (row) => row.id },
  ];
}

export function MatrixToolbar({ url, change, view, all, status }: MatrixToolbarProps) {
  return (
    <>
      <div className="flex flex-wrap items-center gap-2">
        <SearchInput
          label={t("accessFleet.matrix.search")}
          placeholder={t("accessFleet.matrix.searchPlaceholder")}
          value={url.q}
          onChange={(q) => change({ q })}
        />
        <LaneChoice value={url.lane} onChange={(lane) => change({ lane })} />
        <MatrixFilters url={url} change={change} />
        <p role="status" className="whitespace-nowrap text-muted text-xs tabular-nums">
          {view === null ? "" : t("accessFleet.matrix.shown", { count: view.shown })}
        </p>
        <div className="flex gap-2 sm:ml-auto">
          <ColumnsMenu url={url} change={change} />
          <ExportMenu
            name="machines"
            list={t("accessFleet.matrix.grid")}
            count={status.version === 0 ? 0 : (view?.shown ?? 0)}
            columns={exportColumns(url)}
            query={url}
            rows={all}
          />
        </div>
      </div>
      <Chips url={url} change={change} />
    </>
  );
}
