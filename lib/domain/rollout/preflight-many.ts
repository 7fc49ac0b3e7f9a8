import type { CheckVerdict } from "../api";
import type { Cloud } from "../clouds";
import type { MachineExtension, OsFamily } from "../machine";
import type { Check, Finding, PreflightFacts } from "../preflight-types";
import { LINUX_SIGN_IN_TYPE, SIGN_IN_PUBLISHER, WINDOWS_SIGN_IN_TYPE } from "../sign-in-extension";
import type { PreflightGroup, PreflightReason, TargetVerdict } from "./api";
import { permissionFinding, type TargetFacts, targetChecks } from "./target-checks";
import type { RolloutTarget, Work } from "./types";
import { workKind } from "./work-kinds";

export type JudgeContext = {
  work: Work;
  cloud: Cloud;
  /** Versions of the extension that a region offers, by region in lower case; absent = not read. */
  regionVersions: ReadonlyMap<string, string[]>;
  now: Date;
};

export type JudgedTargets = {
  groups: PreflightGroup[];
  /** Parallel to the facts. */
  verdicts: TargetVerdict[];
  values: Record<string, string | number>[];
  counts: Record<TargetVerdict, number>;
};

type Judged = { verdict: TargetVerdict; reason: PreflightReason | null; values: Record<string, string | number> };

/** Order of the groups: what can be worked on, what needs a word, what will not be done. */
const ORDER: readonly TargetVerdict[] = ["ready", "confirm", "offline", "blocked", "nothingToDo"];

function folded(text: string): string {
  return text.toLowerCase();
}

/** The sign-in extension for an operating system among a machine's extensions, by publisher and type; null = none. */
export function standingExtension(
  extensions: readonly MachineExtension[],
  osFamily: "windows" | "linux" | "any",
): MachineExtension | null {
  const wanted = folded(osFamily === "linux" ? LINUX_SIGN_IN_TYPE : WINDOWS_SIGN_IN_TYPE);
  const publisher = folded(SIGN_IN_PUBLISHER);
  return extensions.find((one) => folded(one.publisher) === publisher && folded(one.type) === wanted) ?? null;
}

/** The machine as the roll-out freezes it. */
export function targetOf(facts: TargetFacts, work: Work): RolloutTarget {
  const { machine } = facts;
  const standing = standingExtension(facts.extensions ?? [], workKind(work.kind).osFamily);
  return {
    machineId: machine.id,
    name: machine.name,
    subscriptionId: machine.subscriptionId,
    resourceGroup: machine.resourceGroup,
    location: machine.location,
    osFamily: machine.osFamily satisfies OsFamily,
    extensionName: standing?.name ?? null,
  };
}

function singleFacts(facts: TargetFacts, standing: MachineExtension | null, context: JudgeContext): PreflightFacts {
  const { work } = context;
  const planned = "extensionName" in work ? work.extensionName : "";
  return {
    machine: facts.machine,
    subscriptionTenantId: facts.subscriptionTenantId,
    cloud: context.cloud,
    extensions:
      facts.extensions === null
        ? { known: false, reason: "" }
        : { known: true, value: [...facts.extensions], source: "resourceGraph", asOf: "" },
    permissions: { known: false, reason: "" },
    regionVersions: context.regionVersions.get(folded(facts.machine.location)) ?? null,
    // A machine holds one of each type: the work goes to the one that stands there, whatever its name.
    extensionName: standing?.name ?? planned,
    mdmId: "mdmId" in work ? work.mdmId : "",
    now: context.now,
  };
}

function reasonOf(words: string, check: Pick<Check, "id" | "source">, finding: Finding, verdict: CheckVerdict): PreflightReason {
  const key = `${words}.${check.id}`;
  return {
    checkId: check.id,
    verdict,
    title: `${key}.title`,
    evidence: `${key}.${finding.found}`,
    fix: finding.fix === null ? "" : `${key}.${finding.fix}`,
    source: check.source,
  };
}

type Main = { verdict: TargetVerdict; reason: PreflightReason | null; values: Record<string, string | number> };

function verdictOf(check: Check, finding: Finding): TargetVerdict {
  if (finding.verdict === "block") return check.id === "connected" && finding.found === "disconnected" ? "offline" : "blocked";
  return finding.verdict === "ask" ? "confirm" : "ready";
}

/** The heaviest verdict wins, among equal ones the first check. A warning is told where nothing is heavier. */
const WEIGHT: Readonly<Record<TargetVerdict, number>> = { ready: 0, confirm: 1, offline: 2, blocked: 3, nothingToDo: 4 };

function judge(facts: TargetFacts, context: JudgeContext): Judged {
  const { work } = context;
  const kind = workKind(work.kind);
  const standing = standingExtension(facts.extensions ?? [], kind.osFamily);
  const known = facts.extensions !== null || kind.osFamily === "any";
  if (known && kind.satisfied({ extension: standing, assigned: facts.assigned }, work)) {
    return { verdict: "nothingToDo", reason: null, values: {} };
  }
  const permission = permissionFinding(work, facts.permission);
  let main: Main = { verdict: "ready", reason: null, values: {} };
  const weigh = (words: string, check: Pick<Check, "id" | "source">, finding: Finding, verdict: TargetVerdict) => {
    const heavier = WEIGHT[verdict] > WEIGHT[main.verdict];
    const firstWarning = verdict === "ready" && main.verdict === "ready" && main.reason === null && finding.verdict === "warn";
    if (!heavier && !firstWarning) return;
    main = { verdict, reason: reasonOf(words, check, finding, finding.verdict), values: finding.values ?? {} };
  };
  const blocked = permission.finding.verdict === "block";
  weigh(permission.words, { id: "permission", source: permission.source }, permission.finding, blocked ? "blocked" : "ready");
  if (blocked) return main;
  const single = singleFacts(facts, standing, context);
  for (const { words, check } of targetChecks(work.kind)) {
    const finding = check.run(single);
    weigh(words, check, finding, verdictOf(check, finding));
  }
  return main;
}

/**
 * Judges every machine of a roll-out and puts equal answers together: same verdict for the same main reason. The checks are those
 * of the single machine, with the same words. A machine that already is as wanted is "nothingToDo", one whose agent is not
 * connected is "offline". Pure; 10,000 machines take well under 300 ms.
 */
export function judgeTargets(facts: readonly TargetFacts[], context: JudgeContext): JudgedTargets {
  const groups = new Map<string, PreflightGroup>();
  const counts: JudgedTargets["counts"] = { ready: 0, confirm: 0, blocked: 0, offline: 0, nothingToDo: 0 };
  const verdicts: TargetVerdict[] = [];
  const values: JudgedTargets["values"] = [];
  for (const [index, one] of facts.entries()) {
    const judged = judge(one, context);
    const key = `${judged.verdict} ${judged.reason?.evidence ?? ""}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { verdict: judged.verdict, reason: judged.reason, members: [index] });
    else group.members.push(index);
    counts[judged.verdict] += 1;
    verdicts.push(judged.verdict);
    values.push(judged.values);
  }
  const sorted = [...groups.values()].sort(
    (a, b) => ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict) || b.members.length - a.members.length,
  );
  return { groups: sorted, verdicts, values, counts };
}

/**
 * Text whose hash is the stamp of a preflight: machines and verdicts, in an order of their own. Another text means that the list or
 * what can be done to it has changed since the operator saw it. Values such as "disconnected since" do not count.
 */
export function stampText(targets: readonly Pick<RolloutTarget, "machineId" | "extensionName">[], judged: JudgedTargets): string {
  const reasons = new Map(
    judged.groups.flatMap((group) => group.members.map((index) => [index, group.reason?.evidence ?? ""] as const)),
  );
  return targets
    .map((target, index) =>
      JSON.stringify([folded(target.machineId), target.extensionName, judged.verdicts[index] ?? "", reasons.get(index) ?? ""]),
    )
    .sort()
    .join("\n");
}
