"use client";

import { ChevronDown, ChevronRight, Wrench } from "lucide-react";
import { useRouter } from "next/navigation";
import { useId, useState } from "react";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Link } from "@/components/ui/link";
import { RightButton } from "@/components/ui/right-note";
import { Table, Td, Th } from "@/components/ui/table";
import { encodePreset } from "@/lib/client/change-draft";
import { formatNumber } from "@/lib/client/format";
import { pages } from "@/lib/config/routes";
import type { AccessChangeRequest, AccessFinding, FindingRuleId, OperatorRight } from "@/lib/domain/access/api";
import { allOf } from "@/lib/domain/access/rights";
import { scopeOfChange } from "@/lib/domain/access/write-request";
import { t } from "@/messages/t";
import { useRights } from "../use-rights";
import { scopeKindWords, scopeWords } from "./access-words";
import { evidenceWords, SEVERITY_TONE, severityWords } from "./finding-words";
import { PrincipalName } from "./principal-name";

const STEP = 50;

/** The change flow with these repairs; there they are previewed before anything is written. */
function fixHref(findings: readonly AccessFinding[]): string {
  const seen = new Set<string>();
  const changes = findings
    .flatMap(({ fix }) => fix ?? [])
    .filter((change) => {
      const key = JSON.stringify(change);
      return !seen.has(key) && seen.add(key);
    });
  return pages.accessChange(encodePreset({ changes, back: `${pages.access()}?view=findings` }));
}

type RightAt = ReturnType<typeof useRights>;

function changesOf(findings: readonly AccessFinding[]): AccessChangeRequest[] {
  return findings.flatMap(({ fix }) => fix ?? []);
}

/** The right that the repairs need: removals and assignments each at their scope. */
function fixRight(findings: readonly AccessFinding[], rightAt: RightAt): OperatorRight {
  const changes = changesOf(findings);
  const scopes = (kind: AccessChangeRequest["kind"]) => changes.filter((change) => change.kind === kind).map(scopeOfChange);
  const needed = [
    ...scopes("remove").map((scope) => rightAt("removeRoles", [scope])),
    ...scopes("assign").map((scope) => rightAt("assignRoles", [scope])),
    ...scopes("defineRole").map((scope) => rightAt("defineRoles", [scope])),
  ];
  return allOf(needed, "assignRoles");
}

type FixButtonProps = { findings: readonly AccessFinding[]; words: string; rightAt: RightAt };

function FixButton({ findings, words, rightAt }: FixButtonProps) {
  const router = useRouter();
  // The address is made on the click: a long one is put into the tab's memory then, not on every render.
  return (
    <RightButton
      right={fixRight(findings, rightAt)}
      size="sm"
      aria-label={words}
      title={t("accessFleet.findings.fixAllHint")}
      onClick={() => router.push(fixHref(findings))}
    >
      <Wrench aria-hidden />
      {findings.length === 1 ? t("accessFleet.findings.fix") : words}
    </RightButton>
  );
}

function FindingRow({ finding, rightAt }: { finding: AccessFinding; rightAt: RightAt }) {
  const name = finding.principal?.displayName ?? finding.roleName ?? scopeWords(finding.scope);
  return (
    <tr className="hover:bg-sunken">
      <Td>{finding.principal === null ? null : <PrincipalName principal={finding.principal} />}</Td>
      <Td>
        {finding.roleId === null ? null : (
          <Link
            href={`${pages.access()}?view=roles&role=${finding.roleId}`}
            prefetch={false}
            className="text-link hover:underline"
          >
            {finding.roleName ?? finding.roleId}
          </Link>
        )}
      </Td>
      <Td>
        <Link
          href={`${pages.access()}?view=scopes&scope=${encodeURIComponent(finding.scope.id.toLowerCase())}`}
          prefetch={false}
          className="text-link hover:underline"
        >
          {scopeWords(finding.scope)}
        </Link>
        <span className="block text-muted text-xs">{scopeKindWords(finding.scope.kind)}</span>
      </Td>
      <Td className="text-right tabular-nums">{formatNumber(finding.machines)}</Td>
      <Td className="min-w-40 break-words text-xs">
        {evidenceWords(finding)}
        <span className="block text-muted">{t("accessFleet.findings.assignments", { count: finding.assignmentIds.length })}</span>
      </Td>
      <Td className="whitespace-nowrap text-right">
        {finding.fix === null ? (
          <span className="text-muted text-xs">{t("accessFleet.findings.noFix")}</span>
        ) : (
          <FixButton findings={[finding]} words={t("accessFleet.findings.fixOne", { name })} rightAt={rightAt} />
        )}
      </Td>
    </tr>
  );
}

function Body({ ruleId, findings }: { ruleId: FindingRuleId; findings: readonly AccessFinding[] }) {
  const [limit, setLimit] = useState(STEP);
  const fixable = findings.filter(({ fix }) => fix !== null);
  const rightAt = useRights(changesOf(findings.slice(0, limit)).map(scopeOfChange));
  const rest = findings.length - limit;
  const title = t(`accessFleet.findings.rule.${ruleId}.title`);
  return (
    <>
      <div className="flex flex-wrap items-end justify-between gap-3 px-4 pb-3">
        <dl className="grid max-w-3xl gap-1 text-[0.8125rem]">
          <div>
            <dt className="inline font-medium">{`${t("accessFleet.findings.why")}: `}</dt>
            <dd className="inline">{t(`accessFleet.findings.rule.${ruleId}.why`)}</dd>
          </div>
          <div>
            <dt className="inline font-medium">{`${t("accessFleet.findings.todo")}: `}</dt>
            <dd className="inline">{t(`accessFleet.findings.rule.${ruleId}.todo`)}</dd>
          </div>
        </dl>
        {fixable.length > 1 ? (
          <FixButton findings={fixable} words={t("accessFleet.findings.fixAll", { count: fixable.length })} rightAt={rightAt} />
        ) : null}
      </div>
      <Table caption={title}>
        <thead>
          <tr>
            <Th>{t("accessFleet.findings.who")}</Th>
            <Th>{t("accessFleet.findings.role")}</Th>
            <Th>{t("accessFleet.findings.scope")}</Th>
            <Th className="text-right">{t("accessFleet.findings.machines")}</Th>
            <Th>{t("accessFleet.findings.evidence")}</Th>
            <Th className="text-right">{t("accessFleet.findings.fix")}</Th>
          </tr>
        </thead>
        <tbody>
          {findings.slice(0, limit).map((finding) => (
            <FindingRow key={finding.id} finding={finding} rightAt={rightAt} />
          ))}
        </tbody>
      </Table>
      {rest > 0 ? (
        <div className="px-4 py-2.5">
          <Button size="sm" onClick={() => setLimit(limit + STEP)}>
            {t("accessFleet.findings.more", { count: Math.min(rest, STEP) })}
          </Button>
        </div>
      ) : null}
    </>
  );
}

export type FindingRuleProps = {
  ruleId: FindingRuleId;
  findings: readonly AccessFinding[];
  open: boolean;
  onToggle: () => void;
};

/** One rule: how grave, how often, and when opened why it matters, what to do, and every case with its repair. */
export function FindingRule({ ruleId, findings, open, onToggle }: FindingRuleProps) {
  const panelId = useId();
  const severity = findings[0]?.severity ?? "info";
  const Chevron = open ? ChevronDown : ChevronRight;
  return (
    <li className="min-w-0 rounded-lg border border-line bg-surface shadow-card">
      <h2>
        <button
          type="button"
          aria-expanded={open}
          aria-controls={panelId}
          onClick={onToggle}
          className="flex w-full flex-wrap items-center gap-x-3 gap-y-1 rounded-lg px-4 py-3 text-left hover:bg-sunken focus-visible:outline-offset-[-2px]"
        >
          <Chevron aria-hidden className="size-4 shrink-0 text-muted" />
          <span className="w-18 shrink-0">
            <Badge tone={SEVERITY_TONE[severity]}>{severityWords(severity)}</Badge>
          </span>
          <span className="min-w-0 flex-1 font-semibold text-sm">{t(`accessFleet.findings.rule.${ruleId}.title`)}</span>
          <span className="text-muted text-xs tabular-nums">{t("accessFleet.findings.count", { count: findings.length })}</span>
        </button>
      </h2>
      <div id={panelId} hidden={!open}>
        {open ? <Body ruleId={ruleId} findings={findings} /> : null}
      </div>
    </li>
  );
}
