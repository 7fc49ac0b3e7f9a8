import { minutesOfDuration } from "./duration";
import { type MailRule, readMailRules } from "./mail-rules";

export type PolicyApprover = { id: string; kind: "user" | "group" | "unknown"; name: string; isBackup: boolean };

export type ApprovalRule = {
  required: boolean;
  requiredForExtension: boolean;
  /** SingleStage, Serial, Parallel, NoApproval or whatever Azure sends. */
  mode: string;
  approvers: PolicyApprover[];
  approverReasonRequired: boolean;
};

/** How long something may be given: null minutes = no maximum is known. */
export type ExpirationRule = { endRequired: boolean; maxMinutes: number | null };

export type GivenRule = ExpirationRule & { justification: boolean; ticket: boolean; mfa: boolean };

/** One role's settings at one scope, whatever the form in which Azure sent its rules. */
export type ElevationPolicy = {
  /** Full id of the policy; "" when Azure named none. */
  id: string;
  scope: string;
  roleDefinitionId: string;
  activation: {
    /** Longest activation; null = the rule is missing, Azure then decides. */
    maxMinutes: number | null;
    justification: boolean;
    ticket: boolean;
    mfa: boolean;
    /** c1 to c99; null = none is asked for. */
    authenticationContext: string | null;
    approval: ApprovalRule;
  };
  /** What administrators may give. */
  eligible: GivenRule;
  active: GivenRule;
  mails: MailRule[];
  /** Rules that this portal does not know: kept by name, never dropped in silence. */
  unknownRules: { id: string; type: string }[];
  lastModifiedAt: string | null;
  lastModifiedBy: string | null;
  /** The same for the same rules of activation: a form that was filled in against another stamp must be looked at again. */
  stamp: string;
};

type Wire = Readonly<Record<string, unknown>>;

function isWire(value: unknown): value is Wire {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const isTrue = (value: unknown): boolean => value === true || textOf(value).toLowerCase() === "true";

/** The last word of RoleManagementPolicyExpirationRule, whatever its case: expiration. */
function kindOf(rule: Wire): string {
  return textOf(rule.ruleType)
    .toLowerCase()
    .replace(/^#?(microsoft\.graph\.)?(unifiedrolemanagementpolicy|rolemanagementpolicy)/, "")
    .replace(/rule$/, "");
}

type Place = "activation" | "eligible" | "active";

/** Whom a rule is about: from its id, which never varies, or from its target when the id is another one. */
function placeOf(rule: Wire): Place | null {
  const id = textOf(rule.id).toLowerCase();
  if (id.endsWith("_enduser_assignment")) return "activation";
  if (id.endsWith("_admin_eligibility")) return "eligible";
  if (id.endsWith("_admin_assignment")) return "active";
  const target = isWire(rule.target) ? rule.target : {};
  const caller = textOf(target.caller).toLowerCase();
  const level = textOf(target.level).toLowerCase();
  if (caller === "enduser" && level === "assignment") return "activation";
  if (caller === "admin") return level === "eligibility" ? "eligible" : level === "assignment" ? "active" : null;
  return null;
}

function approverOf(raw: unknown): PolicyApprover[] {
  if (!isWire(raw)) return [];
  const id = textOf(raw.id) || textOf(raw.userId) || textOf(raw.groupId);
  if (id === "") return [];
  const type = textOf(raw.userType).toLowerCase();
  const kind = type === "user" || type === "group" ? type : "unknown";
  return [{ id, kind, name: textOf(raw.description) || textOf(raw.displayName) || id, isBackup: isTrue(raw.isBackup) }];
}

function approvalOf(rule: Wire | undefined): ApprovalRule {
  const setting = isWire(rule?.setting) ? rule.setting : {};
  const stages = listOf(setting.approvalStages).filter(isWire);
  const approvers = stages.flatMap((stage) => [
    ...listOf(stage.primaryApprovers).flatMap(approverOf),
    ...(isTrue(stage.isEscalationEnabled) ? listOf(stage.escalationApprovers).flatMap(approverOf) : []),
  ]);
  return {
    required: isTrue(setting.isApprovalRequired),
    requiredForExtension: isTrue(setting.isApprovalRequiredForExtension),
    mode: textOf(setting.approvalMode) || "NoApproval",
    approvers: [...new Map(approvers.map((one) => [one.id.toLowerCase(), one])).values()],
    approverReasonRequired: stages.some((stage) => isTrue(stage.isApproverJustificationRequired)),
  };
}

function enabledOf(rule: Wire | undefined): { justification: boolean; ticket: boolean; mfa: boolean } {
  const words = new Set(listOf(rule?.enabledRules).map((word) => textOf(word).toLowerCase()));
  return {
    justification: words.has("justification"),
    ticket: words.has("ticketing"),
    mfa: words.has("multifactorauthentication"),
  };
}

function expirationOf(rule: Wire | undefined): ExpirationRule {
  return { endRequired: isTrue(rule?.isExpirationRequired), maxMinutes: minutesOfDuration(textOf(rule?.maximumDuration)) };
}

function contextOf(rule: Wire | undefined): string | null {
  const value = textOf(rule?.claimValue).trim();
  return isTrue(rule?.isEnabled) && value !== "" ? value : null;
}

const KNOWN = new Set(["expiration", "enablement", "approval", "authenticationcontext", "notification"]);

function stampOf(activation: ElevationPolicy["activation"]): string {
  const { approval, ...rest } = activation;
  const approvers = approval.approvers.map(({ id }) => id.toLowerCase()).sort();
  return JSON.stringify([
    ...[rest.maxMinutes, rest.justification, rest.ticket, rest.mfa, rest.authenticationContext],
    ...[approval.required, approvers],
  ]);
}

export type PolicySource = {
  id: string;
  scope: string;
  roleDefinitionId: string;
  rules: readonly unknown[];
  lastModifiedAt: string | null;
  lastModifiedBy: string | null;
};

/**
 * Settings of one role at one scope out of Azure's rules. Rules may come in any order and case; a missing rule asks for
 * nothing, an unknown kind is named. Source: Role Management Policies API 2020-10-01, effectiveRules.
 */
export function readPolicy(source: PolicySource): ElevationPolicy {
  const rules = source.rules.filter(isWire);
  const find = (kind: string, place: Place) => rules.find((rule) => kindOf(rule) === kind && placeOf(rule) === place);
  const given = (place: Place): GivenRule => ({
    ...expirationOf(find("expiration", place)),
    ...enabledOf(find("enablement", place)),
  });
  const activation = {
    maxMinutes: expirationOf(find("expiration", "activation")).maxMinutes,
    ...enabledOf(find("enablement", "activation")),
    authenticationContext: contextOf(find("authenticationcontext", "activation")),
    approval: approvalOf(find("approval", "activation")),
  };
  return {
    id: source.id,
    scope: source.scope,
    roleDefinitionId: source.roleDefinitionId,
    activation,
    eligible: given("eligible"),
    active: given("active"),
    mails: readMailRules(rules),
    unknownRules: rules
      .filter((rule) => !KNOWN.has(kindOf(rule)))
      .map((rule) => ({ id: textOf(rule.id), type: textOf(rule.ruleType) })),
    lastModifiedAt: source.lastModifiedAt,
    lastModifiedBy: source.lastModifiedBy,
    stamp: stampOf(activation),
  };
}
