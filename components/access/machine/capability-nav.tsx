"use client";

import { Badge } from "@/components/ui/badge";
import { cn } from "@/components/ui/class-names";
import { Select } from "@/components/ui/select";
import type { AccessCapabilityId } from "@/lib/domain/access/capabilities";
import { isCapabilityId } from "@/lib/domain/access/capabilities";
import { t } from "@/messages/t";
import { CAPABILITY_GROUPS, capabilityName, capabilityTone } from "../capability-words";
import { type Answers, holderCounts } from "./access-model";

export type CapabilityNavProps = { answers: Answers; current: AccessCapabilityId; onSelect: (id: AccessCapabilityId) => void };

function Count({ now, eligible }: { now: number; eligible: number }) {
  return (
    <span className="ml-auto flex shrink-0 items-center gap-1.5 text-2xs tabular-nums">
      {eligible === 0 ? null : <span className="text-muted">{t("access.page.countEligible", { count: eligible })}</span>}
      <span className={cn("font-semibold", now === 0 && "text-muted")}>{t("access.page.countNow", { count: now })}</span>
    </span>
  );
}

/** What can be done on the machine, each with how many can. A list beside the people, a select on a narrow screen. */
export function CapabilityNav({ answers, current, onSelect }: CapabilityNavProps) {
  return (
    <>
      <Select
        aria-label={t("access.page.choose")}
        className="lg:hidden"
        value={current}
        onChange={(event) => isCapabilityId(event.target.value) && onSelect(event.target.value)}
      >
        {CAPABILITY_GROUPS.map((group) => (
          <optgroup key={group.id} label={t(`access.groups.${group.id}`)}>
            {group.capabilities.map((id) => {
              const counts = holderCounts(answers[id].holders);
              return <option key={id} value={id}>{`${capabilityName(id)} (${t("access.page.counts", counts)})`}</option>;
            })}
          </optgroup>
        ))}
      </Select>
      <nav
        aria-label={t("access.page.capabilities")}
        className="hidden min-w-0 rounded-lg border border-line bg-surface py-1.5 shadow-card lg:block"
      >
        {CAPABILITY_GROUPS.map((group) => (
          <section key={group.id} aria-labelledby={`group-${group.id}`} className="px-1.5 pb-1.5">
            <h2 id={`group-${group.id}`} className="px-2 py-1 font-medium text-muted text-xs">
              {t(`access.groups.${group.id}`)}
            </h2>
            <ul>
              {group.capabilities.map((id) => (
                <li key={id}>
                  <button
                    type="button"
                    aria-current={id === current ? "true" : undefined}
                    onClick={() => onSelect(id)}
                    className={cn(
                      "flex min-h-8 w-full items-center gap-2 rounded-md px-2 py-1 text-left text-[0.8125rem] hover:bg-sunken",
                      id === current && "bg-selected font-medium hover:bg-selected",
                    )}
                  >
                    <span className="min-w-0 break-words">{capabilityName(id)}</span>
                    <Count {...holderCounts(answers[id].holders)} />
                  </button>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </nav>
    </>
  );
}

export function RiskBadge({ id, risk }: { id: AccessCapabilityId; risk: "low" | "medium" | "high" | "critical" }) {
  return <Badge tone={capabilityTone(id)}>{t(`access.risk.${risk}`)}</Badge>;
}
