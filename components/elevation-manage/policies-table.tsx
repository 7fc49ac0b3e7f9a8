"use client";

import { Pencil } from "lucide-react";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { Table, Td, Th } from "@/components/ui/table";
import type { PolicyRow } from "@/lib/domain/elevation/manage/api";
import type { FieldDifference } from "@/lib/domain/elevation/manage/policy-settings";
import type { GivenRule } from "@/lib/domain/elevation/policy";
import { t } from "@/messages/t";
import type { useSelection } from "./use-selection";
import { ScopeCell } from "./who-cell";
import { differenceWords, lengthWords, scopeName } from "./words";

function asks({ activation }: PolicyRow["settings"]): string[] {
  const parts: string[] = [];
  if (activation.justification) parts.push(t("elevationManage.field.activationJustification"));
  if (activation.ticket) parts.push(t("elevationManage.field.activationTicket"));
  if (activation.mfa) parts.push(t("elevationManage.field.activationMfa"));
  if (activation.authenticationContext !== null) {
    parts.push(`${t("elevationManage.field.activationContext")} ${activation.authenticationContext}`);
  }
  return parts;
}

function Length({ minutes }: { minutes: number | null }) {
  if (minutes === null) return <span className="text-muted">{t("elevationManage.policies.noMax")}</span>;
  return <>{t("elevationManage.policies.upTo", { length: lengthWords(minutes) })}</>;
}

function Given({ rule }: { rule: GivenRule }) {
  if (!rule.endRequired) return <span className="text-muted">{t("elevationManage.noEnd")}</span>;
  return <Length minutes={rule.maxMinutes} />;
}

function Approval({ row }: { row: PolicyRow }) {
  const { approval } = row.settings.activation;
  if (!approval.required) return <span className="text-muted">{t("elevationManage.value.off")}</span>;
  return (
    <div className="grid gap-0.5">
      <span>{t("elevationManage.value.on")}</span>
      <span className="max-w-48 truncate text-muted text-xs">{approval.approvers.map(({ name }) => name).join(", ")}</span>
    </div>
  );
}

function Drift({ differences, isBaseline }: { differences: FieldDifference[] | undefined; isBaseline: boolean }) {
  if (isBaseline) return <Badge tone="info">{t("elevationManage.policies.isBaseline")}</Badge>;
  if (differences === undefined) return null;
  if (differences.length === 0) return <Badge tone="ok">{t("elevationManage.policies.same")}</Badge>;
  return (
    <div className="grid min-w-56 gap-0.5">
      <Badge tone="warn" className="w-fit">
        {t("elevationManage.policies.driftCount", { count: differences.length })}
      </Badge>
      <ul className="grid gap-0.5 text-muted text-xs">
        {differences.map((difference) => (
          <li key={difference.field}>{differenceWords(difference, true)}</li>
        ))}
      </ul>
    </div>
  );
}

export type PoliciesTableProps = {
  selection: ReturnType<typeof useSelection<PolicyRow>>;
  baselineKey: string | null;
  drift: ReadonlyMap<string, FieldDifference[]> | null;
  onEdit: (row: PolicyRow) => void;
};

/** One row for each role and scope: its rules, its use, how it differs from the baseline. */
export function PoliciesTable({ selection, baselineKey, drift, onEdit }: PoliciesTableProps) {
  const { shown } = selection;
  return (
    <Table caption={t("elevationManage.policies.table")}>
      <thead>
        <tr>
          <Th className="w-8">
            <Checkbox
              aria-label={t("elevationManage.selectAll")}
              checked={shown.length > 0 && shown.every((row) => selection.has(row.key))}
              onChange={() => selection.toggleAll(shown)}
            />
          </Th>
          <Th>{t("elevationManage.role")}</Th>
          <Th>{t("elevationManage.scope")}</Th>
          <Th>{t("elevationManage.policies.activation")}</Th>
          <Th>{t("elevationManage.policies.approval")}</Th>
          <Th>{t("elevationManage.policies.eligible")}</Th>
          {drift === null ? <Th>{t("elevationManage.policies.use")}</Th> : <Th>{t("elevationManage.policies.drift")}</Th>}
          <Th>
            <span className="sr-only">{t("elevationManage.policies.edit")}</span>
          </Th>
        </tr>
      </thead>
      <tbody>
        {shown.map((row) => {
          const words = { role: row.role.name, scope: scopeName(row.scope) };
          return (
            <tr key={row.key} className={selection.has(row.key) ? "bg-selected" : undefined}>
              <Td>
                <Checkbox
                  aria-label={t("elevationManage.select", { name: `${words.role}, ${words.scope}` })}
                  checked={selection.has(row.key)}
                  onChange={() => selection.toggle(row.key)}
                />
              </Td>
              <Td className="min-w-44 font-medium">{row.role.name}</Td>
              <Td>
                <ScopeCell scope={row.scope} />
              </Td>
              <Td className="min-w-48">
                <div className="grid gap-0.5">
                  <span>
                    <Length minutes={row.settings.activation.maxMinutes} />
                  </span>
                  <span className="text-muted text-xs">{asks(row.settings).join(", ")}</span>
                </div>
              </Td>
              <Td>
                <Approval row={row} />
              </Td>
              <Td className="whitespace-nowrap">
                <Given rule={row.settings.eligible} />
              </Td>
              <Td>
                {drift === null ? (
                  <span className="text-muted text-xs">{t("elevationManage.policies.useText", row.use)}</span>
                ) : (
                  <Drift differences={drift.get(row.key)} isBaseline={row.key === baselineKey} />
                )}
              </Td>
              <Td>
                <Button
                  size="iconSm"
                  variant="ghost"
                  aria-label={t("elevationManage.policies.editName", words)}
                  onClick={() => onEdit(row)}
                >
                  <Pencil aria-hidden />
                </Button>
              </Td>
            </tr>
          );
        })}
      </tbody>
    </Table>
  );
}
