"use client";

import { CircleCheck } from "lucide-react";
import { parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { useMemo } from "react";
import { EmptyState } from "@/components/ui/empty-state";
import { SearchInput } from "@/components/ui/search-input";
import { Segmented } from "@/components/ui/segmented";
import type { ExportColumn } from "@/lib/client/access/access-export";
import type { AccessStatus } from "@/lib/client/access/access-session";
import { useAccessAnswer } from "@/lib/client/access/use-access";
import { type AccessFinding, FINDING_RULE_IDS, type FindingRuleId } from "@/lib/domain/access/api";
import { t } from "@/messages/t";
import { AccessEmpty, AccessFailure, LoadingRows } from "./access-status";
import { scopeWords } from "./access-words";
import { ExportMenu } from "./export-menu";
import { FindingRule } from "./finding-rule";
import { evidenceWords, SEVERITIES, searchFindings, severityWords } from "./finding-words";

const SEVERITY_CHOICES = ["all", ...SEVERITIES] as const;

const parsers = {
  q: parseAsString.withDefault(""),
  severity: parseAsStringLiteral(SEVERITY_CHOICES).withDefault("all"),
  rule: parseAsStringLiteral(FINDING_RULE_IDS),
};

const EXPORT: readonly ExportColumn<AccessFinding>[] = [
  { id: "severity", title: t("accessFleet.findings.severityLabel"), text: ({ severity }) => severityWords(severity) },
  { id: "rule", title: t("accessFleet.findings.title"), text: ({ ruleId }) => ruleId },
  { id: "title", title: t("accessFleet.findings.why"), text: ({ ruleId }) => t(`accessFleet.findings.rule.${ruleId}.title`) },
  { id: "who", title: t("accessFleet.findings.who"), text: ({ principal }) => principal?.displayName ?? "" },
  { id: "objectId", title: t("accessFleet.person.objectId"), text: ({ principal }) => principal?.id ?? "" },
  { id: "role", title: t("accessFleet.findings.role"), text: ({ roleName }) => roleName ?? "" },
  { id: "scope", title: t("accessFleet.findings.scope"), text: ({ scope }) => scopeWords(scope) },
  { id: "machines", title: t("accessFleet.findings.machines"), text: ({ machines }) => machines },
  { id: "evidence", title: t("accessFleet.findings.evidence"), text: evidenceWords },
  { id: "assignments", title: t("accessFleet.path.assignments"), text: ({ assignmentIds }) => assignmentIds.join("; ") },
];

function byRule(findings: readonly AccessFinding[]): [FindingRuleId, AccessFinding[]][] {
  const groups = [...Map.groupBy(findings, ({ ruleId }) => ruleId)];
  const rank = ([, [first]]: [FindingRuleId, AccessFinding[]]) => SEVERITIES.indexOf(first?.severity ?? "info");
  return groups.sort((a, b) => rank(a) - rank(b) || b[1].length - a[1].length);
}

/** What is wrong with access, gravest rule first, each with its evidence and the change that repairs it. */
export function FindingsView({ status }: { status: AccessStatus }) {
  const [url, setUrl] = useQueryStates(parsers, { history: "replace", shallow: true, throttleMs: 300 });
  const { value: all } = useAccessAnswer("findings", (backend) => backend.call("findings"));
  const shown = useMemo(() => {
    const wanted = (all ?? []).filter(({ severity }) => url.severity === "all" || severity === url.severity);
    return searchFindings(wanted, url.q);
  }, [all, url.severity, url.q]);
  const rules = useMemo(() => byRule(shown), [shown]);
  if (status.phase === "failed") return <AccessFailure status={status} />;
  if (all === undefined) return <LoadingRows label={t("accessFleet.state.loading")} />;
  if (all.length === 0) {
    return (
      <EmptyState icon={CircleCheck} title={t("accessFleet.findings.none")}>
        {status.incomplete.length > 0 ? t("accessFleet.findings.partial") : t("accessFleet.findings.noneDetail")}
      </EmptyState>
    );
  }
  const count = (severity: (typeof SEVERITY_CHOICES)[number]) =>
    severity === "all" ? all.length : all.filter((finding) => finding.severity === severity).length;
  return (
    <div className="flex min-h-0 min-w-0 flex-1 flex-col gap-2">
      <div className="flex flex-wrap items-center gap-2">
        <SearchInput
          label={t("accessFleet.findings.search")}
          placeholder={t("accessFleet.findings.searchPlaceholder")}
          value={url.q}
          onChange={(q) => void setUrl({ q })}
        />
        <div className="scroll-thin max-w-full overflow-x-auto">
          <Segmented
            label={t("accessFleet.findings.severityLabel")}
            value={url.severity}
            options={SEVERITY_CHOICES.map((severity) => ({
              value: severity,
              label: `${severity === "all" ? t("accessFleet.findings.all") : severityWords(severity)} ${count(severity)}`,
            }))}
            onChange={(severity) => void setUrl({ severity })}
          />
        </div>
        <p role="status" className="whitespace-nowrap text-muted text-xs tabular-nums">
          {t("accessFleet.findings.shown", { count: shown.length })}
        </p>
        <div className="sm:ml-auto">
          <ExportMenu
            name="findings"
            list={t("accessFleet.findings.title")}
            count={shown.length}
            columns={EXPORT}
            query={url}
            rows={async () => shown}
          />
        </div>
      </div>
      {shown.length === 0 ? (
        <AccessEmpty status={status} total={all.length} onClear={() => void setUrl({ q: null, severity: null })} />
      ) : (
        <ul className="scroll-thin grid min-h-0 flex-1 content-start gap-2 overflow-y-auto">
          {rules.map(([ruleId, findings]) => (
            <FindingRule
              key={ruleId}
              ruleId={ruleId}
              findings={findings}
              open={url.rule === ruleId}
              onToggle={() => void setUrl({ rule: url.rule === ruleId ? null : ruleId })}
            />
          ))}
        </ul>
      )}
    </div>
  );
}
