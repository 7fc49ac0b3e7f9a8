import type { FindingRuleId, FindingSeverity } from "../access/api";

/** Why each rule exists, from the reference's rule list; words for operators are in `messages`, keyed by the id. */
export type FindingRule = { severity: FindingSeverity; sources: readonly string[] };

export const FINDING_RULES: Readonly<Record<FindingRuleId, FindingRule>> = {
  R01: { severity: "medium", sources: ["security-identity-authorization.md@d923d588", "seed 001"] },
  R02: { severity: "high", sources: ["security-onboarding.md@d923d588", "techcommunity.microsoft.com ba-p/4114267"] },
  R03: {
    severity: "medium",
    sources: ["cloud-adoption-framework eslz-identity-and-access-management.md@06c1f77c", "security-onboarding.md@d923d588"],
  },
  R05: {
    severity: "high",
    sources: [
      "security-identity-authorization.md@d923d588",
      "cloud-adoption-framework eslz-identity-and-access-management.md@06c1f77c",
      "seed 001",
    ],
  },
  R06: { severity: "high", sources: ["role-definitions.json"] },
  R07: { severity: "medium", sources: ["role-definitions.json", "seed 001"] },
  R08: { severity: "high", sources: ["security-overview.md@d923d588", "role-definitions.json"] },
  R15: {
    severity: "low",
    sources: [
      "cloud-adoption-framework eslz-identity-and-access-management.md@06c1f77c",
      "role-based-access-control/troubleshoot-limits.md@01389a67",
    ],
  },
  R16: { severity: "medium", sources: ["role-based-access-control/troubleshoot-limits.md@01389a67"] },
  R18: { severity: "high", sources: ["seed 000", "security-overview.md@d923d588"] },
  R19: { severity: "high", sources: ["security-machine-configuration.md@d923d588", "seed 000"] },
  R24: { severity: "medium", sources: ["seed 002"] },
  R25: {
    severity: "medium",
    sources: [
      "role-based-access-control/troubleshooting.md@012ad308",
      "managed-identity-best-practice-recommendations.md@15730cf6",
    ],
  },
  R26: { severity: "info", sources: ["seed 002"] },
  R30: {
    severity: "high",
    sources: [
      "cloud-adoption-framework eslz-identity-and-access-management.md@06c1f77c",
      "managed-identity-best-practice-recommendations.md@15730cf6",
    ],
  },
  R31: {
    severity: "critical",
    sources: [
      "cloud-adoption-framework eslz-identity-and-access-management.md@06c1f77c",
      "managed-identity-best-practice-recommendations.md@15730cf6",
    ],
  },
  R54: {
    severity: "medium",
    sources: ["role-definitions.json", "cloud-adoption-framework eslz-identity-and-access-management.md@06c1f77c"],
  },
  R55: { severity: "medium", sources: ["howto-arc-sign-in-windows.md@0f619c35"] },
  R57: { severity: "medium", sources: ["policy 4f11b553"] },
};
