"use client";

import { useState } from "react";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { RightButton } from "@/components/ui/right-note";
import { Table, Td, Th } from "@/components/ui/table";
import { formatDate } from "@/lib/client/format";
import type { AssignmentView, MachineAccessView, OperatorRight } from "@/lib/domain/access/api";
import type { AccessCapabilityId } from "@/lib/domain/access/capabilities";
import type { DenyAssignmentInput } from "@/lib/domain/access/types";
import { t } from "@/messages/t";
import { scopeWords } from "../access-path";
import { capabilityName } from "../capability-words";
import { PrincipalChip, principalName } from "../principal-chip";

const PAGE = 25;
const COLUMNS = ["who", "role", "scope", "gives", "since"] as const;
const NAMED = 4;
const EVERYONE = "00000000-0000-0000-0000-000000000000";

function Gives({ capabilities }: { capabilities: readonly AccessCapabilityId[] }) {
  if (capabilities.length === 0) return <span className="text-muted">{t("access.page.givesNothing")}</span>;
  const named = capabilities.slice(0, NAMED).map(capabilityName).join(", ");
  const rest = capabilities.length - NAMED;
  return (
    <span className="text-xs" title={capabilities.map(capabilityName).join(", ")}>
      {rest > 0 ? `${named} ${t("access.page.givesMore", { count: rest })}` : named}
    </span>
  );
}

type RowProps = { row: AssignmentView; removeRight: OperatorRight; onRemove: (row: AssignmentView) => void };

function AssignmentRow({ row, removeRight, onRemove }: RowProps) {
  const scope = scopeWords(row.scope);
  return (
    <tr>
      <Td className="min-w-52">
        <PrincipalChip principal={row.principal} />
      </Td>
      <Td className="min-w-40">
        {row.roleName}
        {row.condition === null ? null : (
          <Badge tone="info" className="ml-1.5" title={row.condition}>
            {t("access.page.columns.condition")}
          </Badge>
        )}
      </Td>
      <Td className="min-w-44 break-words" title={row.scope.id}>
        {scope}
      </Td>
      <Td className="min-w-56">
        <Gives capabilities={row.capabilities} />
      </Td>
      <Td className="whitespace-nowrap">{row.createdAt === null ? t("access.page.unknownSince") : formatDate(row.createdAt)}</Td>
      <Td className="text-right">
        {row.activatedByPim ? (
          <span className="text-muted text-xs">{t("access.page.pimHint")}</span>
        ) : (
          <RightButton
            size="sm"
            right={removeRight}
            aria-label={t("access.page.removeOf", { role: row.roleName, scope, who: principalName(row.principal) })}
            onClick={() => onRemove(row)}
          >
            {t("access.page.remove")}
          </RightButton>
        )}
      </Td>
    </tr>
  );
}

function denyWords(deny: DenyAssignmentInput): string {
  const who = deny.principalIds.includes(EVERYONE)
    ? t("access.page.denyEveryone")
    : t("access.page.denyWho", { count: deny.principalIds.length });
  const except = deny.excludePrincipalIds.length;
  return except === 0 ? who : `${who}, ${t("access.page.denyExcept", { count: except })}`;
}

function DenyList({ assignments }: { assignments: readonly DenyAssignmentInput[] }) {
  if (assignments.length === 0) return null;
  return (
    <section aria-labelledby="deny-title" className="px-4 py-3 text-[0.8125rem]">
      <h3 id="deny-title" className="font-medium">
        {t("access.page.denyTitle")}
      </h3>
      <ul className="mt-1 grid grid-cols-1 gap-1">
        {assignments.map((deny) => (
          <li key={deny.id} className="break-words">
            <span className="font-medium">{deny.name}</span> {denyWords(deny)}, {deny.scope === "" ? "/" : deny.scope}.{" "}
            {deny.isSystemProtected ? <span className="text-muted">{t("access.page.systemProtected")}</span> : null}
          </li>
        ))}
      </ul>
    </section>
  );
}

export type AssignmentsCardProps = { view: MachineAccessView; onRemove: (row: AssignmentView) => void };

/** The assignments behind everything above, as Azure's own list has them. */
export function AssignmentsCard({ view, onRemove }: AssignmentsCardProps) {
  const [shown, setShown] = useState(PAGE);
  const hidden = view.assignments.length - shown;
  return (
    <Card aria-labelledby="assignments-title">
      <CardHeader
        id="assignments-title"
        title={t("access.page.assignmentsTitle")}
        description={t("access.page.assignmentsAbout")}
      />
      <Table caption={t("access.page.assignmentsTitle")}>
        <thead>
          <tr>
            {COLUMNS.map((id) => (
              <Th key={id}>{t(`access.page.columns.${id}`)}</Th>
            ))}
            <Th className="text-right">{t("access.page.columns.action")}</Th>
          </tr>
        </thead>
        <tbody>
          {view.assignments.slice(0, shown).map((row) => (
            <AssignmentRow key={row.id} row={row} removeRight={view.rights.removeRoles} onRemove={onRemove} />
          ))}
        </tbody>
      </Table>
      {hidden > 0 ? (
        <div className="px-4 py-2.5">
          <Button size="sm" onClick={() => setShown(shown + PAGE)}>
            {t("access.page.assignmentsMore", { count: Math.min(PAGE, hidden) })}
          </Button>
        </div>
      ) : null}
      <DenyList assignments={view.denyAssignments} />
    </Card>
  );
}
