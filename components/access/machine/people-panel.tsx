"use client";

import { useState } from "react";
import { ShowMore } from "@/components/access/show-more";
import { Badge } from "@/components/ui/badge";
import { Card, CardHeader } from "@/components/ui/card";
import { pages } from "@/lib/config/routes";
import { t } from "@/messages/t";
import { AccessPathView } from "../access-path";
import { capabilityName, capabilityTone } from "../capability-words";
import { Disclosure } from "../disclosure";
import type { PathActions } from "../holder-list";
import { PersonLink, PrincipalChip, principalName } from "../principal-chip";
import { type PersonOnMachine, waysOfPerson } from "./access-model";

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
  const ways = waysOfPerson(person);
  const holder = { principal: person.principal, paths: ways.map((way) => way.path) };
  return (
    <li className="border-line border-b px-4 py-2.5 last:border-b-0">
      <Disclosure
        summary={
          <>
            <PrincipalChip principal={person.principal} />
            <span className="text-muted text-xs">{t("access.page.personCan", { count: person.capabilities.length })}</span>
          </>
        }
      >
        <ul className="mt-2.5 grid grid-cols-1 gap-4 border-line border-l-2 pl-3" aria-label={principalName(person.principal)}>
          {ways.map(({ key, path, capabilities }) => (
            <li key={key} className="grid grid-cols-1 gap-2">
              <span className="flex flex-wrap gap-1.5">
                {capabilities.map((id) => (
                  <Badge key={id} tone={capabilityTone(id)}>
                    {capabilityName(id)}
                  </Badge>
                ))}
              </span>
              <AccessPathView
                principal={person.principal}
                path={path}
                machineName={machineName}
                match={false}
                actions={pathActions(holder, path)}
              />
            </li>
          ))}
        </ul>
        <PersonLink principal={person.principal} href={pages.person(person.principal.id)} />
      </Disclosure>
    </li>
  );
}

/** Each principal with everything it can do on the machine. */
export function PeoplePanel({ people, machineName, pathActions }: PeoplePanelProps) {
  const [shown, setShown] = useState(PAGE);
  return (
    <Card aria-labelledby="people-title">
      <CardHeader id="people-title" title={t("access.page.byPerson")} />
      {people.length === 0 ? <p className="px-4 py-3 text-[0.8125rem] text-muted">{t("access.page.noPeople")}</p> : null}
      <ul>
        {people.slice(0, shown).map((person) => (
          <PersonRow key={person.principal.id} person={person} machineName={machineName} pathActions={pathActions} />
        ))}
      </ul>
      <ShowMore total={people.length} shown={shown} step={PAGE} onShow={setShown} />
    </Card>
  );
}
