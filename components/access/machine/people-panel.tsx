"use client";

import { useState } from "react";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { pages } from "@/lib/config/routes";
import { t } from "@/messages/t";
import { AccessPathView } from "../access-path";
import { capabilityName, capabilityTone } from "../capability-words";
import type { PathActions } from "../holder-list";
import { PrincipalChip, principalName } from "../principal-chip";
import type { PersonOnMachine } from "./access-model";

const PAGE = 50;

export type PeoplePanelProps = { people: readonly PersonOnMachine[]; machineName: string; pathActions: PathActions };

function PersonRow({
  person,
  machineName,
  pathActions,
}: {
  person: PersonOnMachine;
  machineName: string;
  pathActions: PathActions;
}) {
  const holder = (paths: PersonOnMachine["capabilities"][number]["paths"]) => ({ principal: person.principal, paths });
  return (
    <li className="grid grid-cols-1 gap-2 border-line border-b px-4 py-3 last:border-b-0">
      <div className="flex flex-wrap items-start justify-between gap-2">
        <PrincipalChip principal={person.principal} href={pages.person(person.principal.id)} />
        <span className="text-muted text-xs">{t("access.page.personCan", { count: person.capabilities.length })}</span>
      </div>
      <ul className="grid grid-cols-1 gap-1" aria-label={principalName(person.principal)}>
        {person.capabilities.map(({ id, paths }) => (
          <li key={id}>
            <details>
              <summary className="flex flex-wrap items-center gap-2 rounded text-[0.8125rem]">
                <Badge tone={capabilityTone(id)}>{capabilityName(id)}</Badge>
                <span className="text-muted text-xs">{t("access.holders.paths", { count: paths.length })}</span>
              </summary>
              <ul className="my-2 grid grid-cols-1 gap-3 border-line border-l-2 pl-3">
                {paths.map((path) => (
                  <li
                    key={`${path.assignmentId}:${path.kind.kind}:${path.action}:${path.groups.map((group) => group.id).join()}`}
                  >
                    <AccessPathView
                      principal={person.principal}
                      path={path}
                      machineName={machineName}
                      actions={pathActions(holder(paths), path)}
                    />
                  </li>
                ))}
              </ul>
            </details>
          </li>
        ))}
      </ul>
    </li>
  );
}

/** Each principal with everything it can do on the machine. */
export function PeoplePanel({ people, machineName, pathActions }: PeoplePanelProps) {
  const [shown, setShown] = useState(PAGE);
  const hidden = people.length - shown;
  return (
    <Card aria-labelledby="people-title">
      <CardHeader id="people-title" title={t("access.page.byPerson")} />
      {people.length === 0 ? <p className="px-4 py-3 text-[0.8125rem] text-muted">{t("access.page.noPeople")}</p> : null}
      <ul>
        {people.slice(0, shown).map((person) => (
          <PersonRow key={person.principal.id} person={person} machineName={machineName} pathActions={pathActions} />
        ))}
      </ul>
      {hidden > 0 ? (
        <div className="px-4 py-2.5">
          <Button size="sm" onClick={() => setShown(shown + PAGE)}>
            {t("access.holders.more", { count: Math.min(PAGE, hidden) })}
          </Button>
        </div>
      ) : null}
    </Card>
  );
}
