"use client";

import { useRouter } from "next/navigation";
import { Badge } from "@/components/ui/badge";
import { RightButton, RightLink } from "@/components/ui/right-note";
import { Table, Td, Th } from "@/components/ui/table";
import type { PersonGrant, PersonView } from "@/lib/client/access/people-types";
import { encodePreset } from "@/lib/client/change-draft";
import { formatNumber } from "@/lib/client/format";
import { pages } from "@/lib/config/routes";
import type { OperatorRight } from "@/lib/domain/access/api";
import { t } from "@/messages/t";
import { capabilityTone } from "../capability-words";
import { PathKindBadge } from "../path-badges";
import { useRights } from "../use-rights";
import { capabilityWords, scopeKindWords, scopeWords } from "./access-words";
import { UsedRoleButton } from "./used-role";

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

/** Who holds the assignment: the principal itself, or the last group of the chain, which all of its members lose. */
function holderOf(person: PersonView, grant: PersonGrant): string {
  return (grant.groups.at(-1) ?? person.principal).displayName;
}

/** An ordinary role assignment; activations and eligibilities end in PIM. */
function isRemovable({ id, kind }: Pick<PersonGrant, "id" | "kind">): boolean {
  return kind.kind === "standing" && /\/roleAssignments\/[^/]+$/i.test(id);
}

/** For somebody who leaves: every assignment of the principal's own in one change, previewed and undone together. */
export function RemoveAllGrants({ person }: { person: PersonView }) {
  const router = useRouter();
  const own = person.grants.filter((grant) => grant.groups.length === 0 && isRemovable(grant));
  const scopes = own.map(({ scope }) => scope.id);
  const right = useRights(scopes)("removeRoles", scopes);
  if (own.length < 2) return null;
  const changes = own.map(({ id }) => ({ kind: "remove" as const, assignmentId: id }));
  // The address is made on the click: a long one is put into the tab's memory then, not on every render.
  const go = () => router.push(pages.accessChange(encodePreset({ changes, back: pages.person(person.principal.id) })));
  return (
    <RightButton right={right} size="sm" onClick={go}>
      {t("accessFleet.person.removeAll", { count: own.length })}
    </RightButton>
  );
}

export type RemoveGrantProps = {
  grant: Pick<PersonGrant, "id" | "kind" | "roleName">;
  who: string;
  back: string;
  /** The operator's right to remove it, at its scope. */
  right: OperatorRight;
};

/** The way to the removal of one assignment, or where it is ended instead. */
export function RemoveGrant({ grant, who, back, right }: RemoveGrantProps) {
  if (!isRemovable(grant)) return <span className="text-muted text-xs">{t("accessFleet.person.inPim")}</span>;
  return (
    <RightLink
      right={right}
      href={pages.accessChange(encodePreset({ changes: [{ kind: "remove", assignmentId: grant.id }], back }))}
      aria-label={t("accessFleet.person.removeOf", { role: grant.roleName, who })}
      size="sm"
    >
      {t("accessFleet.person.remove")}
    </RightLink>
  );
}

/** Every assignment, activation and eligibility that reaches the principal, its own and those of its groups. */
export function PersonGrants({ person }: { person: PersonView }) {
  const rightAt = useRights(person.grants.map(({ scope }) => scope.id));
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
          <Th className="text-right">{t("accessFleet.person.change")}</Th>
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
            <Td className="text-right">
              <span className="flex flex-wrap justify-end gap-1.5">
                {isRemovable(grant) ? <UsedRoleButton principal={person.principal} grant={grant} rightAt={rightAt} /> : null}
                <RemoveGrant
                  grant={grant}
                  back={pages.person(person.principal.id)}
                  who={holderOf(person, grant)}
                  right={rightAt("removeRoles", [grant.scope.id])}
                />
              </span>
            </Td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
