"use client";

import Link from "next/link";
import type { ReactNode } from "react";
import { cn } from "@/components/ui/class-names";
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
  const tabs: [MachineTab, string][] = [
    ["overview", pages.machine(machineRef)],
    ["access", pages.machineAccess(machineRef)],
    ["reach", pages.machineReach(machineRef)],
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
      <nav aria-label={t("access.page.tabs.label")} className="border-line border-b">
        <ul className="flex gap-4">
          {tabs.map(([id, href]) => (
            <li key={id}>
              <Link
                href={href}
                aria-current={id === current ? "page" : undefined}
                className={cn(
                  "-mb-px inline-flex h-9 items-center whitespace-nowrap border-b-2 font-medium text-[0.8125rem] focus-visible:outline-offset-[-2px]",
                  id === current ? "border-primary text-foreground" : "border-transparent text-muted hover:text-foreground",
                )}
              >
                {t(`access.page.tabs.${id}`)}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      {children}
    </div>
  );
}
