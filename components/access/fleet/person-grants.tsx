"use client";

import { Badge } from "@/components/ui/badge";
import { Table, Td, Th } from "@/components/ui/table";
import type { PersonGrant, PersonView } from "@/lib/client/access/people-types";
import { formatNumber } from "@/lib/client/format";
import { t } from "@/messages/t";
import { capabilityTone } from "../capability-words";
import { PathKindBadge } from "../path-badges";
import { capabilityWords, scopeKindWords, scopeWords } from "./access-words";

const CHIPS = 3;

/** The gravest capabilities of a role as chips, the rest as a number. */
export function CapabilityChips({ ids, limit = CHIPS }: { ids: PersonGrant["capabilities"]; limit?: number }) {
  if (ids.length === 0) return <span className="text-muted text-xs">{t("accessFleet.person.givesNothing")}</span>;
  const rest = ids.slice(limit);
  return (
    <span className="flex flex-wrap items-center gap-1">
      {ids.slice(0, limit).map((id) => (
        <Badge key={id} tone={capabilityTone(id)}>
          {capabilityWords(id)}
        </Badge>
      ))}
      {rest.length === 0 ? null : (
        <span className="text-muted text-xs" title={rest.map(capabilityWords).join(", ")}>
          {t("accessFleet.person.moreCan", { count: rest.length })}
        </span>
      )}
    </span>
  );
}

/** Every assignment, activation and eligibility that reaches the principal, its own and those of its groups. */
export function PersonGrants({ person }: { person: PersonView }) {
  if (person.grants.length === 0) return <p className="px-4 py-4 text-muted">{t("accessFleet.person.noGrants")}</p>;
  return (
    <Table caption={t("accessFleet.person.grants")}>
      <thead>
        <tr>
          <Th>{t("accessFleet.person.grant")}</Th>
          <Th>{t("accessFleet.person.scope")}</Th>
          <Th>{t("accessFleet.person.how")}</Th>
          <Th>{t("accessFleet.person.through")}</Th>
          <Th className="text-right">{t("accessFleet.person.beneath")}</Th>
          <Th>{t("accessFleet.person.gives")}</Th>
        </tr>
      </thead>
      <tbody>
        {person.grants.map((grant) => (
          <tr key={`${grant.id}:${grant.kind.kind}`} className="hover:bg-sunken">
            <Td className="font-medium">{grant.roleName}</Td>
            <Td>
              {scopeWords(grant.scope)}
              <span className="block text-muted text-xs">{scopeKindWords(grant.scope.kind)}</span>
            </Td>
            <Td className="whitespace-nowrap">
              <PathKindBadge kind={grant.kind} />
              {grant.condition === null ? null : (
                <span className="block text-muted text-xs" title={grant.condition}>
                  {t("accessFleet.path.condition")}
                </span>
              )}
            </Td>
            <Td>
              {grant.groups.length === 0
                ? t("accessFleet.person.direct")
                : grant.groups.map((group) => group.displayName).join(" › ")}
            </Td>
            <Td className="text-right tabular-nums">{formatNumber(grant.machines)}</Td>
            <Td>
              <CapabilityChips ids={grant.capabilities} />
            </Td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
