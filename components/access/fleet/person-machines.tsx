"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { Badge } from "@/components/ui/badge";
import { Card, CardHeader } from "@/components/ui/card";
import { Link } from "@/components/ui/link";
import { SearchInput } from "@/components/ui/search-input";
import { Select } from "@/components/ui/select";
import { VirtualGrid } from "@/components/ui/virtual-grid";
import type { ExportColumn } from "@/lib/client/access/access-export";
import { ACCESS_LANES } from "@/lib/client/access/matrix-types";
import type { PersonMachine, PersonMachinesQuery, PersonMachinesView, PersonView } from "@/lib/client/access/people-types";
import { useWindow } from "@/lib/client/access/use-window";
import { useMedia } from "@/lib/client/use-media";
import { isCapabilityId } from "@/lib/domain/access/capabilities";
import type { AccessLane } from "@/lib/domain/access/types";
import { t } from "@/messages/t";
import { capabilityTone } from "../capability-words";
import { capabilityWords, laneWords } from "./access-words";
import { ExportMenu } from "./export-menu";
import { accessHref } from "./matrix-view";

const CHIPS = 3;

/** "now" repeats standing and active, so a chip names the lanes behind it. */
function laneSuffix(lanes: readonly AccessLane[]): string {
  const special = lanes.filter((lane) => lane !== "now" && lane !== "standing");
  return special.length === 0 || lanes.includes("standing") ? "" : ` · ${special.map(laneWords).join(", ")}`;
}

function HeldChips({ row }: { row: PersonMachine }) {
  const rest = row.held.slice(CHIPS);
  return (
    <span className="flex min-w-0 items-center gap-1 overflow-hidden">
      {row.held.slice(0, CHIPS).map(({ capability, lanes }) => (
        <Badge key={capability} tone={lanes.includes("now") ? capabilityTone(capability) : "quiet"}>
          {`${capabilityWords(capability)}${laneSuffix(lanes)}`}
        </Badge>
      ))}
      {rest.length === 0 ? null : (
        <span
          className="whitespace-nowrap text-muted text-xs"
          title={rest.map(({ capability }) => capabilityWords(capability)).join(", ")}
        >
          {t("accessFleet.person.moreCan", { count: rest.length })}
        </span>
      )}
    </span>
  );
}

const EXPORT: readonly ExportColumn<PersonMachine>[] = [
  { id: "name", title: t("accessFleet.matrix.machine"), text: (row) => row.name },
  {
    id: "can",
    title: t("accessFleet.person.can"),
    text: (row) =>
      row.held.map(({ capability, lanes }) => `${capabilityWords(capability)} (${lanes.map(laneWords).join(", ")})`).join("; "),
  },
  { id: "subscription", title: t("accessFleet.matrix.subscription"), text: (row) => row.subscription },
  { id: "group", title: t("accessFleet.matrix.group"), text: (row) => row.group },
  { id: "id", title: "Resource id", text: (row) => row.id },
];

function Toolbar(props: { person: PersonView; query: PersonMachinesQuery; onChange: (query: PersonMachinesQuery) => void }) {
  const { person, query, onChange } = props;
  return (
    <div className="flex flex-wrap items-center gap-2 px-4 py-2.5">
      <SearchInput
        label={t("accessFleet.matrix.search")}
        placeholder={t("accessFleet.matrix.searchPlaceholder")}
        value={query.search}
        onChange={(search) => onChange({ ...query, search })}
      />
      <Select
        aria-label={t("accessFleet.person.capability")}
        className="w-52"
        value={query.capability ?? ""}
        onChange={({ target }) => onChange({ ...query, capability: isCapabilityId(target.value) ? target.value : null })}
      >
        <option value="">{t("accessFleet.person.anyCapability")}</option>
        {person.reach.map(({ capability }) => (
          <option key={capability} value={capability}>
            {capabilityWords(capability)}
          </option>
        ))}
      </Select>
      <Select
        aria-label={t("accessFleet.lane.label")}
        className="w-36"
        value={query.lane ?? ""}
        onChange={({ target }) => onChange({ ...query, lane: ACCESS_LANES.find((lane) => lane === target.value) ?? null })}
      >
        <option value="">{t("accessFleet.person.anyLane")}</option>
        {ACCESS_LANES.map((lane) => (
          <option key={lane} value={lane}>
            {laneWords(lane)}
          </option>
        ))}
      </Select>
    </div>
  );
}

function MachinesGrid({
  handle,
  rowsKey,
}: {
  handle: ReturnType<typeof useWindow<PersonMachine, PersonMachinesView>>;
  rowsKey: string;
}) {
  const router = useRouter();
  const narrow = useMedia("(max-width: 767px)");
  const cell = (row: PersonMachine, column: string) => {
    if (column === "can") return <HeldChips row={row} />;
    const href = accessHref(row.id);
    if (column === "name" && href !== null) {
      return (
        <Link href={href} prefetch={false} tabIndex={-1} className="truncate font-medium text-link hover:underline">
          {row.name}
        </Link>
      );
    }
    return <span className="truncate">{column === "name" ? row.name : column === "group" ? row.group : row.subscription}</span>;
  };
  return (
    <VirtualGrid
      label={t("accessFleet.person.machinesNote")}
      help={t("accessFleet.person.machinesHelp")}
      columns={[
        { id: "name", title: t("accessFleet.matrix.machine"), width: narrow ? 140 : 180 },
        { id: "can", title: t("accessFleet.person.can"), width: narrow ? 360 : 480 },
        { id: "subscription", title: t("accessFleet.matrix.subscription"), width: 140 },
        { id: "group", title: t("accessFleet.matrix.group"), width: 140 },
      ]}
      count={handle.view?.shown ?? 0}
      rowAt={handle.rowAt}
      show={handle.show}
      sort={null}
      onSort={() => undefined}
      renderCell={cell}
      onOpen={(row) => {
        const href = accessHref(row.id);
        if (href !== null) router.push(href);
      }}
      resetKey={rowsKey}
    />
  );
}

/** Every machine that the principal reaches, with what it may do there and for how long. */
export function PersonMachines({ person }: { person: PersonView }) {
  const { id } = person.principal;
  const [query, setQuery] = useState<PersonMachinesQuery>({ search: "", capability: null, lane: null });
  const key = `${id}|${JSON.stringify(query)}`;
  const handle = useWindow<PersonMachine, PersonMachinesView>(key, {
    query: (backend, from, size) => backend.call("personMachines", id, query, from, size),
    rows: (backend, from, size) => backend.call("personMachineRows", id, from, size),
  });
  const { view } = handle;
  return (
    <Card aria-labelledby="person-machines">
      <CardHeader
        id="person-machines"
        title={`${t("accessFleet.person.machines")}${view === null ? "" : ` (${view.total})`}`}
        description={t("accessFleet.person.machinesNote")}
        actions={
          <ExportMenu
            name="person"
            list={t("accessFleet.person.export", { name: person.principal.displayName })}
            count={view?.shown ?? 0}
            columns={EXPORT}
            query={{ principalId: id, ...query }}
            rows={handle.all}
          />
        }
      />
      {view !== null && view.total === 0 ? (
        <p className="px-4 py-4 text-muted">{t("accessFleet.person.noMachines")}</p>
      ) : (
        <>
          <Toolbar person={person} query={query} onChange={setQuery} />
          <p role="status" className="sr-only">
            {view === null ? "" : t("accessFleet.matrix.shown", { count: view.shown })}
          </p>
          <div className="flex h-80 flex-col px-4 pb-4">
            <MachinesGrid handle={handle} rowsKey={key} />
          </div>
        </>
      )}
    </Card>
  );
}
