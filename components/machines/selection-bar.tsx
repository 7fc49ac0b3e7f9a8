"use client";

import { Download, ExternalLink, KeyRound, UserPlus, X } from "lucide-react";
import { useRouter } from "next/navigation";
import { Button, buttonClass } from "@/components/ui/button";
import { Link } from "@/components/ui/link";
import { Menu, MenuItem } from "@/components/ui/menu";
import { encodePreset } from "@/lib/client/change-draft";
import type { FleetView } from "@/lib/client/fleet-types";
import type { FleetViewHandle } from "@/lib/client/use-fleet-view";
import { pages } from "@/lib/config/routes";
import { parseMachineId } from "@/lib/domain/machine";
import { t } from "@/messages/t";
import { RolloutButton } from "./rollout-button";
import type { ExportKind } from "./use-export";
import type { GridState } from "./use-grid-state";

export type SelectionBarProps = {
  view: FleetView;
  handle: FleetViewHandle;
  grid: GridState;
  onExport: (kind: ExportKind, which: "selection") => void;
};

/** More assignments in one set are better made at the scope above. */
const ACCESS_MAX = 50;

/** What can be done with the selected machines. */
export function SelectionBar({ view, handle, grid, onExport }: SelectionBarProps) {
  const { selection } = view;
  const router = useRouter();
  const giveAccess = () =>
    void handle
      .exportRows("selection")
      .then((rows) =>
        router.push(
          pages.accessChange(
            encodePreset({ scopes: rows.map((row) => row.id), back: pages.machines() + window.location.search }),
          ),
        ),
      );
  if (selection.count === 0) return null;
  const ref = selection.single === null ? null : parseMachineId(selection.single.id);
  return (
    <section
      aria-label={t("machines.selection.label")}
      className="flex flex-wrap items-center gap-2 rounded-lg border border-primary bg-selected px-3 py-1.5"
    >
      <p role="status" className="font-semibold text-[0.8125rem]">
        {t("machines.selection.count", { count: selection.count })}
        {selection.hidden > 0 ? (
          <span className="ml-1.5 font-normal text-muted text-xs">
            {t("machines.selection.hidden", { count: selection.hidden })}
          </span>
        ) : null}
      </p>
      {ref === null ? null : (
        <>
          <Link href={pages.machine(ref)} prefetch={false} className={buttonClass({ size: "sm" })}>
            <ExternalLink aria-hidden />
            {t("machines.selection.open")}
          </Link>
          <Link href={pages.enableSignIn(ref)} prefetch={false} className={buttonClass({ size: "sm" })}>
            <KeyRound aria-hidden />
            {t("machines.selection.enableSignIn")}
          </Link>
        </>
      )}
      <RolloutButton which="selection" count={selection.count} handle={handle} grid={grid} size="sm" variant="primary" />
      <Button
        size="sm"
        disabled={selection.count > ACCESS_MAX}
        title={selection.count > ACCESS_MAX ? t("machines.selection.giveAccessMax", { max: ACCESS_MAX }) : undefined}
        onClick={giveAccess}
      >
        <UserPlus aria-hidden />
        {t("machines.selection.giveAccess")}
      </Button>
      <Menu
        align="start"
        trigger={
          <Button size="sm">
            <Download aria-hidden />
            {t("machines.selection.export")}
          </Button>
        }
      >
        <MenuItem onSelect={() => onExport("csv", "selection")}>{t("machines.exportSelectedCsv")}</MenuItem>
        <MenuItem onSelect={() => onExport("json", "selection")}>{t("machines.exportSelectedJson")}</MenuItem>
      </Menu>
      {selection.allShown ? null : (
        <Button variant="ghost" size="sm" onClick={() => handle.select({ kind: "all" })}>
          {t("machines.selection.all", { count: view.shown })}
        </Button>
      )}
      <Button variant="ghost" size="sm" onClick={() => handle.select({ kind: "none" })}>
        <X aria-hidden />
        {t("machines.selection.clear")}
      </Button>
    </section>
  );
}
