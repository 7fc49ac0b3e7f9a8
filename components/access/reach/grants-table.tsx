"use client";

import { Badge, type Tone } from "@/components/ui/badge";
import { Card, CardHeader } from "@/components/ui/card";
import { RightButton } from "@/components/ui/right-note";
import { Table, Td, Th } from "@/components/ui/table";
import type { OperatorRight, ReachGrant } from "@/lib/domain/access/api";
import { t } from "@/messages/t";
import { scopeWords } from "../access-path";
import { principalName } from "../principal-chip";
import { useRights } from "../use-rights";

export const SEVERITY_TONE: Record<ReachGrant["severity"], Tone> = {
  critical: "bad",
  high: "warn",
  medium: "info",
  low: "quiet",
};
const COLUMNS = ["severity", "target", "may", "role", "via"] as const;

/** "Resource vault-1 (microsoft.keyvault/vaults)". */
export function targetWords(grant: ReachGrant): string {
  return grant.resourceType === null ? scopeWords(grant.scope) : grant.scope.name;
}

export function classWords(grant: ReachGrant): string {
  return grant.classes.map((id) => t(`access.reach.classes.${id}`)).join(", ");
}

function GrantRow({
  grant,
  removeRight,
  onRemove,
}: {
  grant: ReachGrant;
  removeRight: OperatorRight;
  onRemove: (grant: ReachGrant) => void;
}) {
  const actions = [...grant.actions, ...grant.dataActions];
  return (
    <tr>
      <Td>
        <Badge tone={SEVERITY_TONE[grant.severity]}>{t(`access.reach.severity.${grant.severity}`)}</Badge>
      </Td>
      <Td className="min-w-48 break-words" title={grant.scope.id}>
        <span className="font-medium">{targetWords(grant)}</span>
        {grant.resourceType === null ? null : <span className="block text-muted text-xs">{grant.resourceType}</span>}
      </Td>
      <Td className="min-w-40">{classWords(grant)}</Td>
      <Td className="min-w-44">
        {grant.roleName}
        {actions.length === 0 ? null : (
          <details className="text-xs">
            <summary className="text-muted">{t("access.reach.actions")}</summary>
            <code className="block break-all font-mono">{actions.join(", ")}</code>
          </details>
        )}
        {grant.condition === null ? null : (
          <Badge tone="info" title={grant.condition}>
            {t("access.page.columns.condition")}
          </Badge>
        )}
      </Td>
      <Td className="min-w-36">
        {grant.viaGroup === null ? t("access.reach.own") : t("access.reach.viaGroup", { name: principalName(grant.viaGroup) })}
      </Td>
      <Td className="text-right">
        <RightButton
          size="sm"
          right={removeRight}
          aria-label={t("access.page.removeOf", {
            role: grant.roleName,
            scope: targetWords(grant),
            who: grant.viaGroup === null ? t("access.reach.identity") : principalName(grant.viaGroup),
          })}
          onClick={() => onRemove(grant)}
        >
          {t("access.page.remove")}
        </RightButton>
      </Td>
    </tr>
  );
}

export type GrantsTableProps = {
  grants: readonly ReachGrant[];
  onRemove: (grant: ReachGrant) => void;
};

/** Every role of the identity with what it lets it do at its target, gravest first. */
export function GrantsTable({ grants, onRemove }: GrantsTableProps) {
  const rightAt = useRights(grants.map(({ scope }) => scope.id));
  return (
    <Card aria-labelledby="grants-title" id="grants">
      <CardHeader id="grants-title" title={t("access.reach.grantsTitle")} description={t("access.reach.grantsAbout")} />
      {grants.length === 0 ? (
        <p className="px-4 py-3 text-[0.8125rem]">{t("access.reach.noGrants")}</p>
      ) : (
        <Table caption={t("access.reach.grantsTitle")}>
          <thead>
            <tr>
              {COLUMNS.map((id) => (
                <Th key={id}>{t(`access.reach.columns.${id}`)}</Th>
              ))}
              <Th className="text-right">{t("access.reach.columns.action")}</Th>
            </tr>
          </thead>
          <tbody>
            {grants.map((grant) => (
              <GrantRow
                key={`${grant.assignmentId}:${grant.viaGroup?.id ?? ""}`}
                grant={grant}
                removeRight={rightAt("removeRoles", [grant.scope.id])}
                onRemove={onRemove}
              />
            ))}
          </tbody>
        </Table>
      )}
    </Card>
  );
}
