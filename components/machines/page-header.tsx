"use client";

import { Download, RefreshCw } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/class-names";
import { Menu, MenuItem } from "@/components/ui/menu";
import type { FleetStatus } from "@/lib/client/fleet-session";
import { isReading } from "@/lib/client/is-reading";
import { getFleet } from "@/lib/client/use-fleet";
import { t } from "@/messages/t";
import type { ExportKind } from "./use-export";

export type MachinesHeaderProps = {
  status: FleetStatus;
  shown: number;
  /** Leads on with every machine that is shown. */
  rollOut: ReactNode;
  onExport: (kind: ExportKind, which: "view") => void;
};

/** Azure leaves out what a person may not read without a word, so the page says it. */
function scopeWords(status: FleetStatus): string {
  const { subscriptions } = status;
  const [only, ...others] = subscriptions;
  if (only === undefined) return t("machines.subtitle");
  if (others.length === 0) return t("machines.scopeOne", { name: only.name });
  return t("machines.scopeMany", { count: subscriptions.length });
}

export function MachinesHeader({ status, shown, rollOut, onExport }: MachinesHeaderProps) {
  const reading = isReading(status);
  return (
    <div className="flex flex-wrap items-end justify-between gap-x-6 gap-y-2">
      <div className="min-w-0 flex-1 basis-80 max-sm:basis-auto">
        <h1 className="font-semibold text-lg leading-6">{t("machines.title")}</h1>
        <p className="text-pretty text-[0.8125rem] text-muted max-sm:sr-only">{scopeWords(status)}</p>
      </div>
      <div className="flex flex-wrap items-center gap-2">
        <Button onClick={() => void getFleet().refresh()} disabled={reading}>
          <RefreshCw aria-hidden className={cn(reading && "animate-spin")} />
          <span className="max-sm:sr-only">{reading ? t("machines.refreshing") : t("machines.refresh")}</span>
        </Button>
        <Menu
          trigger={
            <Button disabled={shown === 0}>
              <Download aria-hidden />
              <span className="max-sm:sr-only">{t("machines.exportMenu")}</span>
            </Button>
          }
        >
          <MenuItem onSelect={() => onExport("csv", "view")}>{t("machines.exportCsv", { count: shown })}</MenuItem>
          <MenuItem onSelect={() => onExport("json", "view")}>{t("machines.exportJson", { count: shown })}</MenuItem>
        </Menu>
        {rollOut}
      </div>
    </div>
  );
}
