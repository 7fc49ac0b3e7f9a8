import { isDomainJoined } from "../join-state";
import type { MachineExtension } from "../machine";
import { failedOutcome, namedOutcome } from "./causes";
import { hasSucceeded } from "./kinds/extension-work";
import type { Standing } from "./kinds/work-kind";
import type { PostCheck, TaskOutcome, Work } from "./types";
import { workKind } from "./work-kinds";

/** A device object of Entra whose name is that of the machine. Source: Graph v1.0 device; trustType as Graph writes it. */
export type DeviceFact = { deviceId: string; trustType: string | null };

export type PostCheckFacts = {
  work: Work;
  /** Computer name of the machine: under it the device stands in Entra. */
  machineName: string;
  /** What stands at the machine now. */
  standing: Standing;
  /** The failure of the extension in the portal's words, where it has failed. */
  failure: TaskOutcome["failure"];
  /** Device objects of that name; null = they could not be read. */
  devices: readonly DeviceFact[] | null;
  /**
   * People and groups who may sign in to the machine. `complete` is false when part of the access was not readable: then the
   * number is "at least". Null = nothing was readable.
   */
  signInHolders: { count: number; complete: boolean } | null;
  /** Domain or workgroup as the agent reports it; null = it reports nothing. */
  domainName: string | null;
};

/** Verdict of one machine: what RolloutRemote.check answers. */
export type Verdict = { state: "ready" | "notReady" | "failed"; outcome: TaskOutcome; checks: PostCheck[] };

type Seen = PostCheck & { code?: "joinConflict" | "noDeviceObject" | "deviceNameConflict" | "noSignInRole" };

function extensionCheck(extension: MachineExtension | null): Seen {
  const values = { name: extension?.name ?? "", state: extension?.provisioningState ?? "" };
  if (extension === null) return { id: "extension", verdict: "fail", found: "rollout.check.extension.absent", values };
  const ok = hasSucceeded(extension);
  return {
    id: "extension",
    verdict: ok ? "pass" : "fail",
    found: `rollout.check.extension.${ok ? "succeeded" : "notSucceeded"}`,
    values,
  };
}

function isTrust(device: DeviceFact, trustType: string): boolean {
  return (device.trustType ?? "").toLowerCase() === trustType;
}

/**
 * Entra joined is trustType AzureAd; ServerAd is hybrid joined, Workplace only registered. Several joined devices of one name come
 * from rebuilt or copied machines: RDP finds its target by that name. Source: Graph device resource; error AADSTS293004.
 */
function deviceCheck(facts: PostCheckFacts): Seen {
  const base = { id: "device", values: { name: facts.machineName } } as const;
  if (facts.devices === null) return { ...base, verdict: "unknown", found: "rollout.check.device.notReadable" };
  const joined = new Set(facts.devices.filter((one) => isTrust(one, "azuread")).map((one) => one.deviceId.toLowerCase()));
  const hybrid = facts.devices.some((one) => isTrust(one, "serverad"));
  if (joined.size > 1) {
    const values = { ...base.values, count: joined.size };
    return { ...base, values, verdict: "fail", found: "rollout.check.device.several", code: "deviceNameConflict" };
  }
  if (hybrid) return { ...base, verdict: "fail", found: "rollout.check.device.hybrid", code: "joinConflict" };
  if (joined.size === 1) return { ...base, verdict: "pass", found: "rollout.check.device.joined" };
  return { ...base, verdict: "fail", found: "rollout.check.device.absent", code: "noDeviceObject" };
}

function roleCheck({ signInHolders }: PostCheckFacts): Seen {
  const base = { id: "signInRole", values: { count: signInHolders?.count ?? 0 } } as const;
  if (signInHolders === null) return { ...base, verdict: "unknown", found: "rollout.check.signInRole.notReadable" };
  if (signInHolders.count > 0) {
    return { ...base, verdict: "pass", found: `rollout.check.signInRole.${signInHolders.complete ? "present" : "atLeast"}` };
  }
  if (!signInHolders.complete) return { ...base, verdict: "unknown", found: "rollout.check.signInRole.partlyReadable" };
  return { ...base, verdict: "fail", found: "rollout.check.signInRole.nobody", code: "noSignInRole" };
}

function joinCheck({ domainName }: PostCheckFacts): Seen {
  const base = { id: "joinConflict", values: { domain: domainName ?? "" } } as const;
  const joined = isDomainJoined(domainName);
  if (joined === null) return { ...base, verdict: "unknown", found: "rollout.check.joinConflict.notReported" };
  if (!joined) return { ...base, verdict: "pass", found: "rollout.check.joinConflict.workgroup" };
  return { ...base, verdict: "fail", found: "rollout.check.joinConflict.domain", code: "joinConflict" };
}

function plain({ id, verdict, found, values }: Seen): PostCheck {
  return { id, verdict, found, values };
}

function signInVerdict(facts: PostCheckFacts, extension: Seen): Verdict {
  const windows = workKind(facts.work.kind).osFamily === "windows";
  const seen = windows ? [extension, joinCheck(facts), deviceCheck(facts), roleCheck(facts)] : [extension, roleCheck(facts)];
  const checks = seen.map(plain);
  const failed = seen.find((one) => one.verdict === "fail");
  if (failed?.code !== undefined) return { state: "notReady", outcome: namedOutcome(failed.code, failed.values), checks };
  const open = checks.filter((one) => one.verdict === "unknown");
  const outcome =
    open.length === 0
      ? namedOutcome("canSignIn", { machine: facts.machineName })
      : namedOutcome("installedNotAllChecked", { machine: facts.machineName, open: open.length });
  return { state: "ready", outcome, checks };
}

function effectCode(kind: Work["kind"]): "settingsWritten" | "upgraded" | "removed" | "roleAssigned" {
  if (kind === "role.assign") return "roleAssigned";
  if (kind.endsWith("uninstall")) return "removed";
  return kind.endsWith("settings") ? "settingsWritten" : "upgraded";
}

/**
 * The check after Azure said "Succeeded". Installing a sign-in extension is ready only when nothing speaks against a person signing
 * in; what could not be read is said ("installedNotAllChecked") and never counted as a failure. For the other kinds the check is
 * the effect itself. A machine whose extension has failed meanwhile is failed, with its decoded reason.
 */
export function postCheck(facts: PostCheckFacts): Verdict {
  const { work, standing } = facts;
  const kind = workKind(work.kind);
  if (kind.checksSignIn) {
    const extension = extensionCheck(standing.extension);
    if (extension.verdict === "pass") return signInVerdict(facts, extension);
    const outcome = facts.failure === null ? namedOutcome("effectMissing", extension.values) : failedOutcome(facts.failure, null);
    return { state: "failed", outcome, checks: [plain(extension)] };
  }
  if (kind.satisfied(standing, work)) return { state: "ready", outcome: namedOutcome(effectCode(work.kind)), checks: [] };
  const outcome = facts.failure === null ? namedOutcome("effectMissing") : failedOutcome(facts.failure, null);
  return { state: "failed", outcome, checks: [] };
}
