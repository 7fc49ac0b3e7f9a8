/**
 * Releases of the Connected Machine agent by month, newest first; null where the month is not known. Microsoft supports a
 * version for twelve months. Source: agent release notes and their archive (snapshot of 2026-08-20).
 */
export const AGENT_RELEASES: readonly { version: string; released: string | null }[] = [
  { version: "1.70", released: null },
  { version: "1.67", released: "2026-08" },
  { version: "1.66", released: "2026-07" },
  { version: "1.65", released: "2026-06" },
  { version: "1.64", released: "2026-05" },
  { version: "1.63", released: "2026-04" },
  { version: "1.62", released: "2026-03" },
  { version: "1.61", released: "2026-02" },
  { version: "1.60", released: "2026-01" },
  { version: "1.59", released: "2025-12" },
  { version: "1.58", released: "2025-11" },
  { version: "1.57", released: "2025-10" },
  { version: "1.56", released: "2025-09" },
  { version: "1.55", released: "2025-08" },
  { version: "1.54", released: "2025-07" },
  { version: "1.53", released: "2025-06" },
  { version: "1.52", released: "2025-05" },
  { version: "1.51", released: "2025-04" },
  { version: "1.50", released: "2025-03" },
  { version: "1.49", released: "2025-02" },
  { version: "1.48", released: "2025-01" },
  { version: "1.47", released: "2024-10" },
  { version: "1.46", released: "2024-09" },
  { version: "1.45", released: "2024-08" },
  { version: "1.44", released: "2024-07" },
  { version: "1.43", released: "2024-06" },
  { version: "1.42", released: "2024-05" },
  { version: "1.41", released: "2024-05" },
  { version: "1.40", released: "2024-04" },
  { version: "1.39", released: "2024-03" },
  { version: "1.38", released: "2024-02" },
  { version: "1.37", released: "2023-12" },
  { version: "1.36", released: "2023-11" },
  { version: "1.35", released: "2023-10" },
  { version: "1.34", released: "2023-09" },
  { version: "1.33", released: "2023-08" },
  { version: "1.32", released: "2023-07" },
  { version: "1.31", released: "2023-06" },
  { version: "1.30", released: "2023-05" },
];

/** First versions that carry a published security fix, newest first. Source: agent release notes. */
export const AGENT_SECURITY_FLOORS: readonly { version: string; advisory: string }[] = [
  { version: "1.65", advisory: "CVE-2026-47632" },
  { version: "1.60", advisory: "CVE-2026-21224" },
  { version: "1.33", advisory: "CVE-2023-38176" },
];

export const AGENT_SUPPORT_MONTHS = 12;

/** Major and minor number of a version such as 1.66.03466.3076; null when the text is not one. */
export function agentRelease(version: string | null): { major: number; minor: number } | null {
  const match = /^\s*(\d+)\.(\d+)(?:\.|\s|$)/.exec(version ?? "");
  if (match?.[1] === undefined || match[2] === undefined) return null;
  return { major: Number(match[1]), minor: Number(match[2]) };
}

function order(a: { major: number; minor: number }, b: { major: number; minor: number }): number {
  return a.major - b.major || a.minor - b.minor;
}

export type AgentVersionVerdict = {
  state: "supported" | "outOfSupport" | "unknown";
  /** Month of release as YYYY-MM; null when the table does not know the version. */
  released: string | null;
  /** Advisories whose fix the version lacks. */
  missingFixes: string[];
};

/** Whether an agent version is within its twelve months of support at `now`, and which security fixes it lacks. */
export function agentVersionVerdict(version: string | null, now: Date): AgentVersionVerdict {
  const release = agentRelease(version);
  if (release === null) return { state: "unknown", released: null, missingFixes: [] };
  const missingFixes = AGENT_SECURITY_FLOORS.filter((floor) => {
    const needed = agentRelease(floor.version);
    return needed !== null && order(release, needed) < 0;
  }).map((floor) => floor.advisory);
  const row = AGENT_RELEASES.find((entry) => entry.version === `${release.major}.${release.minor}`);
  const oldest = AGENT_RELEASES[AGENT_RELEASES.length - 1];
  const oldestRelease = oldest === undefined ? null : agentRelease(oldest.version);
  if (row === undefined && oldestRelease !== null && order(release, oldestRelease) < 0) {
    return { state: "outOfSupport", released: null, missingFixes };
  }
  if (row?.released == null) return { state: row === undefined ? "unknown" : "supported", released: null, missingFixes };
  const [year, month] = row.released.split("-").map(Number);
  const ends = Date.UTC(year ?? 0, (month ?? 1) - 1 + AGENT_SUPPORT_MONTHS + 1, 1);
  return { state: now.getTime() < ends ? "supported" : "outOfSupport", released: row.released, missingFixes };
}
