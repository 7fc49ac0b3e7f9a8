"use client";

import type { ReactNode } from "react";
import { LinkTabs } from "@/components/ui/link-tabs";
import { pages } from "@/lib/config/routes";
import type { MachineRef } from "@/lib/domain/machine";
import { t } from "@/messages/t";

export type MachineTab = "overview" | "access" | "reach";

export type MachineFrameProps = {
  machineRef: MachineRef;
  current: MachineTab;
  title: string;
  intro: string;
  actions?: ReactNode;
  children: ReactNode;
};

/** Heading and the way between the pages of one machine. */
export function MachineFrame({ machineRef, current, title, intro, actions, children }: MachineFrameProps) {
  const tabs: { id: MachineTab; href: string; label: string }[] = [
    { id: "overview", href: pages.machine(machineRef), label: t("access.page.tabs.overview") },
    { id: "access", href: pages.machineAccess(machineRef), label: t("access.page.tabs.access") },
    { id: "reach", href: pages.machineReach(machineRef), label: t("access.page.tabs.reach") },
  ];
  return (
    <div className="mx-auto grid grid-cols-1 w-full min-w-0 max-w-[96rem] gap-4 px-4 py-4 md:px-5">
      <header className="flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-0">
          <h1 className="break-words font-semibold text-xl tracking-tight">{title}</h1>
          <p className="text-[0.8125rem] text-muted">{intro}</p>
        </div>
        <div className="flex flex-wrap items-center gap-2">{actions}</div>
      </header>
      <LinkTabs label={t("access.page.tabs.label")} tabs={tabs} current={current} />
      {children}
    </div>
  );
}
