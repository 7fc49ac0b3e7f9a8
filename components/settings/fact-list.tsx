"use client";

import type { ReactNode } from "react";
import { CopyButton } from "@/components/ui/copy-button";
import { t } from "@/messages/t";

export type Fact = { label: string; value: ReactNode; copy?: string };

export function FactList({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className="grid">
      {facts.map((fact) => (
        <div
          key={fact.label}
          className="grid gap-x-4 border-line border-b px-4 py-2 last:border-b-0 sm:grid-cols-[12rem_minmax(0,1fr)]"
        >
          <dt className="text-muted text-xs leading-7">{fact.label}</dt>
          <dd className="flex min-h-7 min-w-0 items-center gap-1">
            <span className="min-w-0 break-words">{fact.value}</span>
            {fact.copy === undefined ? null : (
              <CopyButton text={fact.copy} label={t("settings.session.copy", { what: fact.label })} />
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}
