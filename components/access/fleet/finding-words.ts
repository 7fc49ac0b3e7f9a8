import type { Tone } from "@/components/ui/badge";
import { formatNumber } from "@/lib/client/format";
import type { AccessFinding, FindingSeverity } from "@/lib/domain/access/api";
import { hasMessage, t, tDynamic } from "@/messages/t";

export const SEVERITIES: readonly FindingSeverity[] = ["critical", "high", "medium", "low", "info"];

export const SEVERITY_TONE: Readonly<Record<FindingSeverity, Tone>> = {
  critical: "bad",
  high: "bad",
  medium: "warn",
  low: "info",
  info: "quiet",
};

export function severityWords(severity: FindingSeverity): string {
  return t(`accessFleet.findings.severity.${severity}`);
}

/** The facts of a finding in a line; a fact without words is shown with its name. */
export function evidenceWords(finding: AccessFinding): string {
  const facts = Object.entries(finding.values).map(([name, raw]) => {
    const value = typeof raw === "number" ? formatNumber(raw) : raw;
    const key = `accessFleet.findings.value.${name}`;
    return hasMessage(key) ? tDynamic(key, { value }) : `${name}: ${value}`;
  });
  return facts.filter((fact) => fact !== "").join(" · ");
}

/** Findings in which every word is found: who, which role, where, and the facts. */
export function searchFindings(findings: readonly AccessFinding[], search: string): AccessFinding[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [...findings];
  return findings.filter((finding) => {
    const { principal, roleName, scope } = finding;
    const text = [principal?.displayName, principal?.detail, roleName, scope.name, scope.id, evidenceWords(finding)]
      .join("\n")
      .toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
