"use client";

import { useState } from "react";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import type { PreviewDifference } from "@/lib/domain/access/api";
import { t } from "@/messages/t";
import { capabilityName, capabilityTone } from "../capability-words";
import { PrincipalChip } from "../principal-chip";
import { byPrincipal, type PersonDifference } from "./preview-diff";

const PAGE = 20;

function Machines({ difference }: { difference: PreviewDifference }) {
  const rest = difference.machines - difference.machineNames.length;
  return (
    <p className="break-words text-muted text-xs">
      {difference.machineNames.join(", ")}
      {rest > 0 ? ` ${t("access.change.preview.moreMachines", { count: rest })}` : ""}
    </p>
  );
}

function Person({ person }: { person: PersonDifference }) {
  return (
    <li className="grid grid-cols-1 gap-1.5 border-line border-b px-4 py-2.5 last:border-b-0">
      <PrincipalChip principal={person.principal} />
      <ul className="grid grid-cols-1 gap-1">
        {person.entries.map((entry) => (
          <li key={`${entry.capability}:${entry.lane}`}>
            <details>
              <summary className="flex flex-wrap items-center gap-2 rounded text-[0.8125rem]">
                <Badge tone={capabilityTone(entry.capability)}>{capabilityName(entry.capability)}</Badge>
                <span className="text-muted text-xs">
                  {t(`access.change.preview.lanes.${entry.lane}`)}, {t("common.machines", { count: entry.machines })}
                </span>
              </summary>
              <Machines difference={entry} />
            </details>
          </li>
        ))}
      </ul>
    </li>
  );
}

export type DifferenceListProps = { id: string; title: string; none: string; differences: readonly PreviewDifference[] };

/** Who gains or loses what, by person, each with the machines by name. */
export function DifferenceList({ id, title, none, differences }: DifferenceListProps) {
  const [shown, setShown] = useState(PAGE);
  const people = byPrincipal(differences);
  const hidden = people.length - shown;
  return (
    <section aria-labelledby={id} className="min-w-0 rounded-md border border-line">
      <h3 id={id} className="border-line border-b px-4 py-2 font-medium text-[0.8125rem]">
        {title} ({t("access.change.preview.people", { count: people.length })})
      </h3>
      {people.length === 0 ? <p className="px-4 py-2.5 text-[0.8125rem] text-muted">{none}</p> : null}
      <ul>
        {people.slice(0, shown).map((person) => (
          <Person key={person.principal.id} person={person} />
        ))}
      </ul>
      {hidden > 0 ? (
        <div className="px-4 py-2.5">
          <Button size="sm" onClick={() => setShown(shown + PAGE)}>
            {t("access.change.preview.morePeople", { count: hidden })}
          </Button>
        </div>
      ) : null}
    </section>
  );
}
