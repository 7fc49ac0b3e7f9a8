import type { PreflightCheck, PreflightResult } from "./api";
import {
  agentConnected,
  agentVersion,
  allowAndBlockLists,
  alreadyInstalled,
  extensionsEnabled,
  monitorMode,
} from "./preflight-agent";
import { conditionalAccessNote, endpointsNote, mdmIdOnServer, permission, regionCloud } from "./preflight-azure";
import { desktopExperience, domainJoined, identityPresent, identityTenant, nameLength, osBuild } from "./preflight-machine";
import type { Check, PreflightFacts } from "./preflight-types";

/** All checks in the order in which operators read them: the server, its identity, its agent, then Azure. */
export const PREFLIGHT_CHECKS: readonly Check[] = [
  osBuild,
  desktopExperience,
  domainJoined,
  nameLength,
  identityPresent,
  identityTenant,
  agentConnected,
  agentVersion,
  extensionsEnabled,
  monitorMode,
  allowAndBlockLists,
  alreadyInstalled,
  permission,
  regionCloud,
  mdmIdOnServer,
  conditionalAccessNote,
  endpointsNote,
];

function toCheck(check: Check, facts: PreflightFacts): PreflightCheck {
  const finding = check.run(facts);
  const key = `signIn.preflight.${check.id}`;
  return {
    id: check.id,
    verdict: finding.verdict,
    title: `${key}.title`,
    evidence: `${key}.${finding.found}`,
    fix: finding.fix === null ? "" : `${key}.${finding.fix}`,
    values: finding.values ?? {},
    overridable: finding.verdict === "block" && finding.overridable === true,
    source: check.source,
  };
}

/** The verdict over all checks: one block that is not overruled stops, one question asks for confirmation. */
export function overallVerdict(
  checks: readonly Pick<PreflightCheck, "id" | "verdict" | "overridable">[],
  overrides: readonly string[] = [],
): PreflightResult["verdict"] {
  const open = checks.filter((check) => check.verdict === "block" && !(check.overridable && overrides.includes(check.id)));
  if (open.length > 0) return "blocked";
  return checks.some((check) => check.verdict === "ask" || check.verdict === "block") ? "confirm" : "ready";
}

/** Ids among the wanted overrides that name no blocking check which may be overruled; such a request is refused. */
export function refusedOverrides(checks: readonly PreflightCheck[], overrides: readonly string[]): string[] {
  return overrides.filter((id) => !checks.some((check) => check.id === id && check.verdict === "block" && check.overridable));
}

/**
 * Runs every check of "enable Entra sign-in" against the facts. Pure: the same facts give the same answer. Sources stand on
 * each check; the rules are those of "Sign in to Windows Server in Azure Arc" and of the Arc agent pages.
 */
export function runPreflight(facts: PreflightFacts): { checks: PreflightCheck[]; verdict: PreflightResult["verdict"] } {
  const checks = PREFLIGHT_CHECKS.map((check) => toCheck(check, facts));
  return { checks, verdict: overallVerdict(checks) };
}
