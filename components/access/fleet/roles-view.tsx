"use client";

import { Check, Plus, TriangleAlert } from "lucide-react";
import { parseAsBoolean, parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { useMemo, useState } from "react";
import { Checkbox } from "@/components/ui/checkbox";
import { RightLink } from "@/components/ui/right-note";
import { SearchInput } from "@/components/ui/search-input";
import { Segmented } from "@/components/ui/segmented";
import { Select } from "@/components/ui/select";
import { VirtualGrid } from "@/components/ui/virtual-grid";
import type { AccessStatus } from "@/lib/client/access/access-session";
import { filterRoles, type RoleQuery, type RoleRow } from "@/lib/client/access/roles";
import { useAccessAnswer } from "@/lib/client/access/use-access";
import { formatNumber } from "@/lib/client/format";
import { useMedia } from "@/lib/client/use-media";
import { pages } from "@/lib/config/routes";
import { type AccessCapabilityId, CAPABILITY_IDS, isCapabilityId } from "@/lib/domain/access/capabilities";
import { t } from "@/messages/t";
import { useRightAnywhere } from "../use-rights";
import { AccessEmpty } from "./access-status";
import { capabilityWords } from "./access-words";
import { ExportMenu } from "./export-menu";
import { RoleCompare } from "./role-compare";
import { RoleSheet } from "./role-sheet";

const COLUMNS: readonly AccessCapabilityId[] = CAPABILITY_IDS.filter((id) => id !== "assignRolesLimited");
const TYPES = ["all", "builtIn", "custom"] as const;

const parsers = {
  q: parseAsString.withDefault(""),
  type: parseAsStringLiteral(TYPES).withDefault("all"),
  can: parseAsString.withDefault(""),
  all: parseAsBoolean.withDefault(false),
  drift: parseAsBoolean.withDefault(false),
  sort: parseAsString.withDefault("name"),
  role: parseAsString,
  a: parseAsString,
  b: parseAsString,
};

function sorted(roles: RoleRow[], sort: string): RoleRow[] {
  if (sort === "name") return roles;
  if (sort === "-name") return roles.toReversed();
  const sign = sort.startsWith("-") ? -1 : 1;
  const by = sort.replace(/^-/, "");
  const value = (role: RoleRow) =>
    by === "assignments" ? role.assignments : Number(isCapabilityId(by) && role.capabilities.includes(by));
  return roles.toSorted((a, b) => sign * (value(a) - value(b)));
}

function RoleName({ role }: { role: RoleRow }) {
  return (
    <span className="flex min-w-0 items-center gap-1.5">
      <span className="truncate font-medium text-link" title={role.name}>
        {role.name}
      </span>
      {role.drift === null ? null : (
        <TriangleAlert role="img" aria-label={t("accessFleet.roles.drifted")} className="size-3.5 shrink-0 text-warn" />
      )}
    </span>
  );
}

function CapabilityMark({ role, capability }: { role: RoleRow; capability: AccessCapabilityId }) {
  const has = role.capabilities.includes(capability);
  const words = { role: role.name, capability: capabilityWords(capability) };
  return (
    <span
      title={has ? t("accessFleet.roles.yes", words) : t("accessFleet.roles.no", words)}
      className="grid w-full place-items-center"
    >
      {has ? (
        <Check aria-hidden className="size-4 text-info" />
      ) : (
        <span aria-hidden className="text-muted">
          ·
        </span>
      )}
      <span className="sr-only">{has ? t("common.yes") : t("common.no")}</span>
    </span>
  );
}

function gridColumns(narrow: boolean) {
  const sortTitle = (name: string) => t("accessFleet.matrix.sortBy", { name });
  return [
    {
      id: "name",
      title: t("accessFleet.roles.name"),
      width: narrow ? 220 : 300,
      sortTitle: sortTitle(t("accessFleet.roles.name")),
    },
    { id: "type", title: t("accessFleet.roles.type"), width: 88 },
    {
      id: "assignments",
      title: t("accessFleet.roles.assignments"),
      width: 92,
      numeric: true,
      sortTitle: sortTitle(t("accessFleet.roles.assignments")),
    },
    ...COLUMNS.map((capability) => ({
      id: capability,
      title: capabilityWords(capability),
      width: 96,
      sortTitle: sortTitle(capabilityWords(capability)),
    })),
  ];
}

type RolesUrl = { q: string; type: (typeof TYPES)[number]; can: string; all: boolean; drift: boolean };
type Change = (changes: { [K in keyof RolesUrl]?: RolesUrl[K] | null } & { a?: string | null; b?: string | null }) => void;

function Toolbar({ url, change, roles, query }: { url: RolesUrl; change: Change; roles: RoleRow[]; query: RoleQuery }) {
  return (
    <div className="flex flex-wrap items-center gap-2">
      <SearchInput
        label={t("accessFleet.roles.search")}
        placeholder={t("accessFleet.roles.searchPlaceholder")}
        value={url.q}
        onChange={(q) => change({ q })}
      />
      <Segmented
        label={t("accessFleet.roles.typeLabel")}
        value={url.type}
        options={TYPES.map((type) => ({ value: type, label: t(`accessFleet.roles.types.${type}`) }))}
        onChange={(type) => change({ type })}
      />
      <Select
        aria-label={t("accessFleet.roles.gives")}
        className="w-48"
        value={url.can}
        onChange={({ target }) => change({ can: target.value === "" ? null : target.value })}
      >
        <option value="">{t("accessFleet.roles.givesAny")}</option>
        {CAPABILITY_IDS.map((id) => (
          <option key={id} value={id}>
            {capabilityWords(id)}
          </option>
        ))}
      </Select>
      {/* biome-ignore lint/a11y/noLabelWithoutControl: Checkbox renders the input. */}
      <label className="flex min-h-6 items-center gap-2 text-[0.8125rem]">
        <Checkbox checked={!url.all} onChange={({ target }) => change({ all: target.checked ? null : true })} />
        {t("accessFleet.roles.onMachines")}
      </label>
      {/* biome-ignore lint/a11y/noLabelWithoutControl: Checkbox renders the input. */}
      <label className="flex min-h-6 items-center gap-2 text-[0.8125rem]">
        <Checkbox checked={url.drift} onChange={({ target }) => change({ drift: target.checked ? true : null })} />
        {t("accessFleet.roles.driftOnly")}
      </label>
      <div className="flex flex-wrap items-center gap-2 sm:ml-auto">
        <p role="status" className="mr-1 whitespace-nowrap text-muted text-xs tabular-nums">
          {t("accessFleet.roles.shown", { count: roles.length })}
        </p>
        <ExportMenu
          name="roles"
          list={t("accessFleet.roles.grid")}
          count={roles.length}
          columns={[
            { id: "name", title: t("accessFleet.roles.name"), text: (role) => role.name },
            { id: "type", title: t("accessFleet.roles.type"), text: typeWords },
            { id: "assignments", title: t("accessFleet.roles.assignments"), text: (role) => role.assignments },
            {
              id: "capabilities",
              title: t("accessFleet.roles.capabilities"),
              text: (role) => role.capabilities.map(capabilityWords).join("; "),
            },
            { id: "id", title: t("accessFleet.roles.id"), text: (role) => role.id },
          ]}
          query={query}
          rows={async () => roles}
        />
        <RightLink right={useRightAnywhere("defineRoles")} href={pages.roleEditor()} variant="primary">
          <Plus aria-hidden />
          {t("accessFleet.roles.create")}
        </RightLink>
      </div>
    </div>
  );
}

function typeWords(role: RoleRow): string {
  return role.isCustom ? t("accessFleet.roles.custom") : t("accessFleet.roles.builtIn");
}

/** Every role definition with what it allows on machines, its drift, and two of them side by side. */
export function RolesView({ status }: { status: AccessStatus }) {
  const narrow = useMedia("(max-width: 767px)");
  const [url, setUrl] = useQueryStates(parsers, { history: "replace", shallow: true, throttleMs: 300 });
  const { value: all } = useAccessAnswer("roles", (backend) => backend.call("roles"));
  const [open, setOpen] = useState<string | null>(null);
  const query = useMemo<RoleQuery>(
    () => ({
      search: url.q,
      type: url.type,
      capability: isCapabilityId(url.can) ? url.can : null,
      onMachines: !url.all,
      driftOnly: url.drift,
    }),
    [url],
  );
  const roles = useMemo(() => sorted(filterRoles(all ?? [], query), url.sort), [all, query, url.sort]);
  const shownRole = all?.find(({ id }) => id === (open ?? url.role?.toLowerCase()));
  const clear = () => void setUrl({ q: null, type: null, can: null, all: true, drift: null });
  const cell = (role: RoleRow, column: string) => {
    if (column === "name") return <RoleName role={role} />;
    if (column === "type") return <span className="truncate text-muted text-xs">{typeWords(role)}</span>;
    if (column === "assignments") return <span className="tabular-nums">{formatNumber(role.assignments)}</span>;
    return isCapabilityId(column) ? <CapabilityMark role={role} capability={column} /> : null;
  };
  return (
    <div className="flex min-h-0 min-w-0 flex-1 flex-col gap-2">
      <Toolbar url={url} change={(changes) => void setUrl(changes)} roles={roles} query={query} />
      {url.a === null || all === undefined ? null : (
        <RoleCompare
          roles={all}
          first={url.a}
          second={url.b}
          onChange={(a, b) => void setUrl({ a, b })}
          onClose={() => void setUrl({ a: null, b: null })}
        />
      )}
      {all === undefined || roles.length === 0 ? (
        <AccessEmpty status={status} total={all?.length ?? null} onClear={clear} />
      ) : (
        <VirtualGrid
          label={t("accessFleet.roles.grid")}
          help={t("accessFleet.roles.help")}
          columns={gridColumns(narrow)}
          count={roles.length}
          rowAt={(position) => roles[position]}
          show={showNothing}
          sort={{ by: url.sort.replace(/^-/, ""), descending: url.sort.startsWith("-") }}
          onSort={(by) =>
            void setUrl(({ sort }) => ({ sort: sort === by || (by !== "name" && sort !== `-${by}`) ? `-${by}` : by }))
          }
          renderCell={cell}
          onOpen={(role) => setOpen(role.id)}
          resetKey={JSON.stringify([query, url.sort])}
        />
      )}
      {shownRole === undefined ? null : (
        <RoleSheet
          role={shownRole}
          onClose={() => {
            setOpen(null);
            if (url.role !== null) void setUrl({ role: null });
          }}
          onCompare={() => {
            setOpen(null);
            void setUrl({ a: shownRole.id, b: null, role: null });
          }}
        />
      )}
    </div>
  );
}

// All roles are at hand, so there is nothing to fetch; one function, because a new one would run the grid's effect again.
const showNothing = () => undefined;
