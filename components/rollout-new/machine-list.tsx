"use client";

import { useRouter } from "next/navigation";
import { useDeferredValue, useMemo, useState } from "react";
import { cn } from "@/components/ui/class-names";
import { Link } from "@/components/ui/link";
import { SearchInput } from "@/components/ui/search-input";
import { VirtualGrid } from "@/components/ui/virtual-grid";
import type { ListedMachine } from "@/lib/client/rollout-targets";
import { useMedia } from "@/lib/client/use-media";
import { pages } from "@/lib/config/routes";
import { t } from "@/messages/t";

export type MachineListProps = {
  label: string;
  machines: readonly ListedMachine[];
  subscriptionName: (id: string) => string;
  /** What is told of each machine, beside where it is. */
  note?: { title: string; of: (position: number) => string };
  /** In a sheet: as high as the screen. */
  tall?: boolean;
};

type Row = ListedMachine & { position: number };

/** A frozen list of any length: searched in the browser, drawn as far as it is seen, each machine with its page. */
export function MachineList({ label, machines, subscriptionName, note, tall = false }: MachineListProps) {
  const router = useRouter();
  const narrow = useMedia("(max-width: 767px)");
  const [text, setText] = useState("");
  const wanted = useDeferredValue(text.trim().toLowerCase());
  const rows = useMemo(() => {
    const all = machines.map((machine, position): Row => ({ ...machine, position }));
    if (wanted === "") return all;
    return all.filter(({ name, resourceGroup }) => `${name} ${resourceGroup}`.toLowerCase().includes(wanted));
  }, [machines, wanted]);
  const cell = (row: Row, column: string) => {
    if (column === "name") {
      return (
        <Link href={pages.machine(row)} prefetch={false} tabIndex={-1} className="truncate font-medium text-link hover:underline">
          {row.name}
        </Link>
      );
    }
    const words =
      column === "group" ? row.resourceGroup : column === "note" ? note?.of(row.position) : subscriptionName(row.subscriptionId);
    return (
      <span className="truncate" title={words}>
        {words}
      </span>
    );
  };
  return (
    <div className="grid grid-cols-1 min-w-0 gap-2">
      <div className="flex flex-wrap items-center gap-2">
        <SearchInput
          label={t("rolloutWizard.targets.search")}
          placeholder={t("rolloutWizard.targets.searchPlaceholder")}
          value={text}
          onChange={setText}
        />
        <p role="status" className="text-muted text-xs tabular-nums">
          {t("rolloutWizard.targets.shown", { count: rows.length })}
        </p>
      </div>
      {rows.length === 0 ? (
        <p className="py-4 text-[0.8125rem] text-muted">{t("rolloutWizard.targets.nothingFound")}</p>
      ) : (
        <div className={cn("flex flex-col", tall ? "h-[calc(100dvh-12rem)]" : "h-[min(26rem,60dvh)]")}>
          <VirtualGrid
            label={label}
            help={t("rolloutWizard.targets.listHelp")}
            columns={[
              { id: "name", title: t("rolloutWizard.targets.column.name"), width: 140 },
              ...(note === undefined ? [] : [{ id: "note", title: note.title, width: narrow ? 320 : 340 }]),
              { id: "group", title: t("rolloutWizard.targets.column.group"), width: 120 },
              { id: "subscription", title: t("rolloutWizard.targets.column.subscription"), width: 130 },
            ]}
            count={rows.length}
            rowAt={(position) => rows[position]}
            show={NOTHING_TO_FETCH}
            sort={null}
            onSort={() => undefined}
            renderCell={cell}
            onOpen={(row) => router.push(pages.machine(row))}
            resetKey={wanted}
          />
        </div>
      )}
    </div>
  );
}

const NOTHING_TO_FETCH = () => undefined;
