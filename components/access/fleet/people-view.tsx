"use client";

import { useRouter } from "next/navigation";
import { useQueryStates } from "nuqs";
import { Checkbox } from "@/components/ui/checkbox";
import { SearchInput } from "@/components/ui/search-input";
import { Segmented } from "@/components/ui/segmented";
import { VirtualGrid } from "@/components/ui/virtual-grid";
import type { ExportColumn } from "@/lib/client/access/access-export";
import type { AccessStatus } from "@/lib/client/access/access-session";
import { nextAccessSort, peopleParsers } from "@/lib/client/access/access-url";
import {
  PEOPLE_CAPABILITIES,
  PEOPLE_KINDS,
  type PeopleQuery,
  type PeopleView as PeopleRows,
  type PeopleSortBy,
  type PersonRow,
} from "@/lib/client/access/people-types";
import { useWindow } from "@/lib/client/access/use-window";
import { useMedia } from "@/lib/client/use-media";
import { pages } from "@/lib/config/routes";
import { t } from "@/messages/t";
import { AccessEmpty } from "./access-status";
import { capabilityWords, kindWords } from "./access-words";
import { CountCell } from "./count-cell";
import { ExportMenu } from "./export-menu";
import { LaneChoice } from "./lane-choice";
import { PrincipalName } from "./principal-name";

type FigureId = (typeof PEOPLE_CAPABILITIES)[number] | "eligible";
const FIGURES: readonly FigureId[] = ["becomeIdentity", "eligible", "signInUser", "signInAdmin", "assignRoles"];

function figureTitle(id: FigureId): string {
  return id === "eligible" ? t("accessFleet.people.eligible") : capabilityWords(id);
}

function figureOf(row: PersonRow, id: FigureId): number {
  return id === "eligible" ? row.eligible : (row.machines[PEOPLE_CAPABILITIES.indexOf(id)] ?? 0);
}

function columns(narrow: boolean) {
  const sortTitle = (name: string) => t("accessFleet.matrix.sortBy", { name });
  return [
    {
      id: "name",
      title: t("accessFleet.people.name"),
      width: narrow ? 168 : 280,
      sortTitle: sortTitle(t("accessFleet.people.name")),
    },
    ...FIGURES.map((id) => ({
      id,
      title: figureTitle(id),
      width: narrow ? 108 : 130,
      numeric: true,
      sortTitle: sortTitle(figureTitle(id)),
    })),
    { id: "detail", title: t("accessFleet.people.detail"), width: 240 },
  ];
}

const EXPORT: readonly ExportColumn<PersonRow>[] = [
  { id: "name", title: t("accessFleet.people.name"), text: ({ principal }) => principal.displayName },
  { id: "kind", title: t("accessFleet.people.kindLabel"), text: ({ principal }) => kindWords(principal) },
  {
    id: "enabled",
    title: t("accessFleet.people.enabled"),
    text: ({ principal: { enabled } }) => (enabled === null ? t("common.unknown") : enabled ? t("common.yes") : t("common.no")),
  },
  ...FIGURES.map((id) => ({ id, title: figureTitle(id), text: (row: PersonRow) => figureOf(row, id) })),
  { id: "detail", title: t("accessFleet.people.detail"), text: ({ principal }) => principal.detail },
  { id: "objectId", title: t("accessFleet.person.objectId"), text: ({ principal }) => principal.id },
];

/** People, groups, applications and machine identities with the machines that each reaches: the blast radius. */
export function PeopleView({ status }: { status: AccessStatus }) {
  const router = useRouter();
  const narrow = useMedia("(max-width: 767px)");
  const [url, setUrl] = useQueryStates(peopleParsers, { history: "replace", shallow: true, throttleMs: 300 });
  const query: PeopleQuery = { search: url.q, kind: url.kind, lane: url.lane, reachingOnly: !url.all, sort: url.sort };
  const key = JSON.stringify(query);
  const handle = useWindow<PersonRow, PeopleRows>(key, {
    query: (backend, from, size) => backend.call("people", query, from, size),
    rows: (backend, from, size) => backend.call("peopleRows", from, size),
  });
  const { view } = handle;
  const atLeast = status.incomplete.length > 0;
  const cell = (row: PersonRow, column: string) => {
    if (column === "name") return <PrincipalName principal={row.principal} tabIndex={-1} />;
    if (column === "detail") return <span className="truncate text-muted text-xs">{row.principal.detail}</span>;
    const id = FIGURES.find((one) => one === column);
    if (id === undefined) return null;
    const count = figureOf(row, id);
    const label = t("accessFleet.people.cell", { name: row.principal.displayName, capability: figureTitle(id), count });
    return <CountCell count={count} highest={view?.machines ?? 0} atLeast={atLeast && count > 0} label={label} />;
  };
  return (
    <div className="flex min-h-0 min-w-0 flex-1 flex-col gap-2">
      <div className="flex flex-wrap items-center gap-2">
        <SearchInput
          label={t("accessFleet.people.search")}
          placeholder={t("accessFleet.people.searchPlaceholder")}
          value={url.q}
          onChange={(q) => void setUrl({ q })}
        />
        <div className="scroll-thin max-w-full overflow-x-auto">
          <Segmented
            label={t("accessFleet.people.kindLabel")}
            value={url.kind}
            options={PEOPLE_KINDS.map((kind) => ({ value: kind, label: t(`accessFleet.people.kinds.${kind}`) }))}
            onChange={(kind) => void setUrl({ kind })}
          />
        </div>
        <LaneChoice value={url.lane} onChange={(lane) => void setUrl({ lane })} />
        {/* biome-ignore lint/a11y/noLabelWithoutControl: Checkbox renders the input. */}
        <label className="flex min-h-6 items-center gap-2 text-[0.8125rem]">
          <Checkbox checked={url.all} onChange={({ target }) => void setUrl({ all: target.checked ? true : null })} />
          {t("accessFleet.people.all")}
        </label>
        <div className="flex flex-wrap items-center gap-3 sm:ml-auto">
          <p role="status" className="whitespace-nowrap text-muted text-xs tabular-nums">
            {view === null ? "" : t("accessFleet.people.shown", { count: view.shown })}
          </p>
          <ExportMenu
            name={url.kind}
            list={t("accessFleet.people.grid")}
            count={view?.shown ?? 0}
            columns={EXPORT}
            query={query}
            rows={handle.all}
          />
        </div>
      </div>
      {view === null || view.shown === 0 ? (
        <AccessEmpty
          status={status}
          total={view === null ? null : Math.max(view.total, 1)}
          onClear={() => void setUrl({ q: null, all: true })}
        />
      ) : (
        <VirtualGrid
          label={t("accessFleet.people.grid")}
          help={t("accessFleet.people.help")}
          columns={columns(narrow)}
          count={view.shown}
          rowAt={handle.rowAt}
          show={handle.show}
          sort={url.sort}
          onSort={(by) => void setUrl((known) => ({ sort: nextAccessSort(known.sort, by as PeopleSortBy, by === "name") }))}
          renderCell={cell}
          onOpen={(row) => router.push(pages.person(row.principal.id))}
          resetKey={key}
        />
      )}
    </div>
  );
}
