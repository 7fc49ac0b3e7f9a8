import type { MachineDetail, PreflightCheck } from "@/lib/domain/api";
import { MDM_CHOICES, type MdmDraft, mdmError } from "@/lib/domain/mdm-choice";
import { overallVerdict } from "@/lib/domain/preflight";
import { extensionNameError, mdmKind, WINDOWS_SIGN_IN_NAME } from "@/lib/domain/sign-in-extension";
import { t, tDynamic } from "@/messages/t";
import { refusalFor } from "./permission";

export const STEPS = ["preflight", "settings", "consent", "request"] as const;
export type Step = (typeof STEPS)[number];

/** The half-filled form. Kept for the tab, so that it survives a reload and a new sign-in. Holds nothing secret. */
export type FlowDraft = MdmDraft & {
  step: Step;
  extensionName: string;
  consent: boolean;
  questionsSeen: boolean;
  overrides: string[];
  typedName: string;
};

export function isFlowDraft(value: unknown): value is FlowDraft {
  if (typeof value !== "object" || value === null) return false;
  const draft = value as Record<string, unknown>;
  return (
    STEPS.some((step) => step === draft.step) &&
    typeof draft.extensionName === "string" &&
    MDM_CHOICES.some((choice) => choice === draft.mdm) &&
    typeof draft.ownId === "string" &&
    typeof draft.consent === "boolean" &&
    typeof draft.questionsSeen === "boolean" &&
    Array.isArray(draft.overrides) &&
    draft.overrides.every((id) => typeof id === "string") &&
    typeof draft.typedName === "string"
  );
}

/** Begins with what is on the machine already, so that a repair keeps name and value. */
export function initialDraft(detail: MachineDetail): FlowDraft {
  const present = detail.signIn.extension;
  const value = present?.settings?.mdmId;
  const mdmId = typeof value === "string" ? value : "";
  const kind = mdmKind(mdmId);
  return {
    step: "preflight",
    extensionName: present?.name ?? WINDOWS_SIGN_IN_NAME,
    mdm: kind === "invalid" ? "own" : kind,
    ownId: kind === "own" || kind === "invalid" ? mdmId : "",
    consent: false,
    questionsSeen: false,
    overrides: [],
    typedName: "",
  };
}

/** Overrides that still name a blocking check; a check may have passed since it was ticked. */
export function activeOverrides(draft: FlowDraft, checks: readonly PreflightCheck[]): string[] {
  return checks.filter((check) => check.overridable && draft.overrides.includes(check.id)).map((check) => check.id);
}

/**
 * Every reason why nothing may be sent now, in words; empty when the form may be sent. The server asks the same again.
 */
export function reasonsAgainst(draft: FlowDraft, detail: MachineDetail, checks: readonly PreflightCheck[] | null): string[] {
  const reasons: (string | null)[] = [refusalFor(detail.permissions, "writeExtension")];
  // What waits for a sign-in has not reached Azure, and a new request takes its place.
  if (detail.runningOperations.some(({ state }) => state !== "planned")) reasons.push(t("signIn.disabled.running"));
  if (extensionNameError(draft.extensionName) !== null) reasons.push(t("signIn.disabled.name"));
  if (mdmError(draft) !== null) reasons.push(t("signIn.disabled.mdm"));
  if (checks === null) {
    reasons.push(t("signIn.disabled.checks"));
  } else {
    const overrides = activeOverrides(draft, checks);
    const blocking = checks.filter((check) => check.verdict === "block" && !overrides.includes(check.id));
    if (overallVerdict(checks, overrides) === "blocked") {
      const names = blocking.map((check) => tDynamic(check.title)).join(", ");
      reasons.push(t("signIn.disabled.blocked", { checks: names }));
    }
    if (checks.some((check) => check.verdict === "ask") && !draft.questionsSeen) reasons.push(t("signIn.disabled.questions"));
    if (overrides.length > 0 && draft.typedName !== detail.machine.name) reasons.push(t("signIn.disabled.typedName"));
  }
  if (!draft.consent) reasons.push(t("signIn.disabled.consent"));
  return reasons.filter((reason) => reason !== null);
}
