"use client";

import { TriangleAlert } from "lucide-react";
import { useRouter } from "next/navigation";
import { useQueryStates } from "nuqs";
import { useMemo, useState } from "react";
import { Link } from "@/components/ui/link";
import { VirtualGrid } from "@/components/ui/virtual-grid";
import type { AccessStatus } from "@/lib/client/access/access-session";
import { type MatrixUrl, matrixParsers, nextAccessSort, toMatrixQuery } from "@/lib/client/access/access-url";
import type { MatrixRow, MatrixView as MatrixRows, MatrixSort } from "@/lib/client/access/matrix-types";
import { useWindow } from "@/lib/client/access/use-window";
import { useMedia } from "@/lib/client/use-media";
import { pages } from "@/lib/config/routes";
import { type AccessCapabilityId, isCapabilityId } from "@/lib/domain/access/capabilities";
import { parseMachineId } from "@/lib/domain/machine";
import { t } from "@/messages/t";
import { AccessEmpty } from "./access-status";
import { capabilityWords } from "./access-words";
import { CountCell } from "./count-cell";
import { HoldersSheet } from "./holders-sheet";
import { MatrixToolbar } from "./matrix-toolbar";

const WIDTHS = { wide: { name: 200, text: 150, count: 104 }, narrow: { name: 136, text: 120, count: 84 } };

export function accessHref(machineId: string): string | null {
  const ref = parseMachineId(machineId);
  return ref === null ? null : pages.machineAccess(ref);
}

function columnsOf(url: MatrixUrl, narrow: boolean) {
  const width = narrow ? WIDTHS.narrow : WIDTHS.wide;
  const text = (id: "name" | "subscription" | "group", title: string, size: number) => ({
    id,
    title,
    width: size,
    sortTitle: t("accessFleet.matrix.sortBy", { name: title }),
  });
  return [
    text("name", t("accessFleet.matrix.machine"), width.name),
    ...url.columns.map((capability) => ({
      id: capability,
      title: capabilityWords(capability),
      width: width.count,
      numeric: true,
      sortTitle: t("accessFleet.matrix.sortBy", { name: capabilityWords(capability) }),
    })),
    text("subscription", t("accessFleet.matrix.subscription"), width.text),
    text("group", t("accessFleet.matrix.group"), width.text),
  ];
}

function MachineName({ row }: { row: MatrixRow }) {
  const href = accessHref(row.id);
  const mark = row.atLeast ? (
    <TriangleAlert role="img" aria-label={t("accessFleet.state.atLeastRow")} className="size-3.5 shrink-0 text-warn" />
  ) : null;
  return (
    <span className="flex min-w-0 items-center gap-1.5">
      {href === null ? (
        <span className="truncate font-medium">{row.name}</span>
      ) : (
        <Link
          href={href}
          prefetch={false}
          tabIndex={-1}
          title={row.name}
          className="truncate font-medium text-link hover:underline"
        >
          {row.name}
        </Link>
      )}
      {mark}
    </span>
  );
}

/** Machine × capability: how many principals can do what on every machine, and on a click who they are. */
export function MatrixView({ status }: { status: AccessStatus }) {
  const router = useRouter();
  const narrow = useMedia("(max-width: 767px)");
  const [url, setUrl] = useQueryStates(matrixParsers, { history: "replace", shallow: true, throttleMs: 300 });
  const [open, setOpen] = useState<{ row: MatrixRow; capability: AccessCapabilityId } | null>(null);
  const query = useMemo(() => toMatrixQuery(url), [url]);
  const key = JSON.stringify(query);
  const handle = useWindow<MatrixRow, MatrixRows>(key, {
    query: (backend, from, size) => backend.call("matrix", query, from, size),
    rows: (backend, from, size) => backend.call("matrixRows", from, size),
  });
  const { view } = handle;
  const clear = () => void setUrl({ q: null, can: null, test: null, than: null, scope: null, incomplete: null });
  const cell = (row: MatrixRow, column: string) => {
    if (column === "name") return <MachineName row={row} />;
    if (!isCapabilityId(column)) {
      const text = column === "group" ? row.group : row.subscription;
      return (
        <span className="truncate" title={text}>
          {text}
        </span>
      );
    }
    const at = url.columns.indexOf(column);
    // The address may already ask for columns that the rows at hand do not have.
    const count = row.counts[at];
    if (count === undefined) return null;
    const label = t("accessFleet.matrix.cell", { count, capability: capabilityWords(column), machine: row.name });
    return <CountCell count={count} highest={view?.highest[at] ?? 0} atLeast={row.atLeast} label={label} />;
  };
  return (
    <div className="flex min-h-0 min-w-0 flex-1 flex-col gap-2">
      <MatrixToolbar url={url} change={(changes) => void setUrl(changes)} view={view} all={handle.all} status={status} />
      {view === null || view.shown === 0 ? (
        <AccessEmpty status={status} total={view?.total ?? null} onClear={clear} />
      ) : (
        <VirtualGrid
          label={t("accessFleet.matrix.grid")}
          help={t("accessFleet.matrix.help")}
          columns={columnsOf(url, narrow)}
          count={view.shown}
          rowAt={handle.rowAt}
          show={handle.show}
          sort={url.sort}
          onSort={(by) => {
            const column = by as MatrixSort["by"];
            void setUrl((known) => ({ sort: nextAccessSort(known.sort, column, !isCapabilityId(by)) }));
          }}
          renderCell={cell}
          onOpen={(row, column) => {
            const href = accessHref(row.id);
            if (isCapabilityId(column)) setOpen({ row, capability: column });
            else if (href !== null) router.push(href);
          }}
          resetKey={key}
        />
      )}
      {open === null ? null : (
        <HoldersSheet machine={open.row} capability={open.capability} lane={url.lane} onClose={() => setOpen(null)} />
      )}
    </div>
  );
}
