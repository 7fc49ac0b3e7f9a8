"use client";

import { Card, CardBody, CardHeader } from "@/components/ui/card";
import type { PersonView } from "@/lib/client/access/people-types";
import type { PrincipalInput } from "@/lib/domain/access/types";
import { t } from "@/messages/t";
import { PrincipalName } from "./principal-name";

function NameList({ principals }: { principals: readonly PrincipalInput[] }) {
  if (principals.length === 0) return <p className="text-muted">{t("accessFleet.person.none")}</p>;
  return (
    <ul className="grid gap-x-6 gap-y-1.5 sm:grid-cols-2 lg:grid-cols-3">
      {principals.map((principal) => (
        <li key={principal.id} className="min-w-0">
          <PrincipalName principal={principal} />
        </li>
      ))}
    </ul>
  );
}

/** The groups a principal is in, and for a group the people in it. */
export function PersonMembers({ person }: { person: PersonView }) {
  const more = person.membersTotal - person.members.length;
  return (
    <>
      {person.principal.kind === "group" ? (
        <Card aria-labelledby="members">
          <CardHeader id="members" title={`${t("accessFleet.person.members")} (${person.membersTotal})`} />
          <CardBody>
            <NameList principals={person.members} />
            {more > 0 ? <p className="mt-2 text-muted text-xs">{t("accessFleet.person.membersMore", { count: more })}</p> : null}
          </CardBody>
        </Card>
      ) : null}
      <Card aria-labelledby="member-of">
        <CardHeader id="member-of" title={`${t("accessFleet.person.memberOf")} (${person.memberOf.length})`} />
        <CardBody>
          <NameList principals={person.memberOf} />
        </CardBody>
      </Card>
    </>
  );
}
