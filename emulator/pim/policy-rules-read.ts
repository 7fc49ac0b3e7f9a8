import { isJson, type Json } from "../arm/request-reading.ts";
import { durationMs } from "../world/iso-duration.ts";
import type { PolicyRule } from "../world/pim-types.ts";
import type { World } from "../world/types.ts";

const HOUR_MS = 3_600_000;
/** Activations last between one hour and one day at most (pim-facts.json, activation-max). */
const ACTIVATION = { fromMs: HOUR_MS, toMs: 24 * HOUR_MS };
const ENABLEMENTS = ["MultiFactorAuthentication", "Justification", "Ticketing"];
const MODES = ["SingleStage", "Serial", "Parallel", "NoApproval"];
const CONTEXT = /^c([1-9]|[1-9]\d)$/;
const MAIL = /^[^@\s]+@[^@\s]+$/;

const isText = (value: unknown): value is string => typeof value === "string";
const isFlag = (value: unknown): boolean => typeof value === "boolean";

function isExpiration(rule: Json, id: string): boolean {
  const ms = isText(rule.maximumDuration) ? durationMs(rule.maximumDuration) : null;
  if (!isFlag(rule.isExpirationRequired) || ms === null || ms <= 0) return false;
  return id !== "Expiration_EndUser_Assignment" || (ms >= ACTIVATION.fromMs && ms <= ACTIVATION.toMs);
}

function isEnablement(rule: Json): boolean {
  return Array.isArray(rule.enabledRules) && rule.enabledRules.every((name) => isText(name) && ENABLEMENTS.includes(name));
}

function isContext(rule: Json): boolean {
  if (!isFlag(rule.isEnabled)) return false;
  if (rule.isEnabled !== true) return rule.claimValue == null || isText(rule.claimValue);
  return isText(rule.claimValue) && CONTEXT.test(rule.claimValue);
}

function isNotification(rule: Json): boolean {
  const { notificationRecipients } = rule;
  return (
    rule.notificationType === "Email" &&
    isText(rule.notificationLevel) &&
    ["None", "Critical", "All"].includes(rule.notificationLevel) &&
    isFlag(rule.isDefaultRecipientsEnabled) &&
    (notificationRecipients === null ||
      notificationRecipients === undefined ||
      (Array.isArray(notificationRecipients) && notificationRecipients.every((one) => isText(one) && MAIL.test(one))))
  );
}

function isApprover(world: World, value: unknown): boolean {
  if (!isJson(value) || !isText(value.id)) return false;
  const id = value.id.toLowerCase();
  if (value.userType === "User") return world.users.some((row) => row.id === id);
  return value.userType === "Group" && world.groups.some((row) => row.id === id);
}

function isApproval(rule: Json, world: World): boolean {
  const { setting } = rule;
  if (!isJson(setting) || !isFlag(setting.isApprovalRequired) || !MODES.includes(String(setting.approvalMode))) return false;
  const stages: unknown[] = Array.isArray(setting.approvalStages) ? setting.approvalStages : [];
  const lists = stages.map((stage) => (isJson(stage) ? (stage.primaryApprovers ?? []) : null));
  if (setting.isApprovalRequired !== true)
    return lists.every((list) => Array.isArray(list) && list.every((one) => isJson(one) && isText(one.id)));
  // Approval without anybody who could approve is refused, as is another window than one day.
  return stages.length > 0 && stages.every((stage) => isStage(stage, world));
}

function isStage(stage: unknown, world: World): boolean {
  if (!isJson(stage) || stage.approvalStageTimeOutInDays !== 1) return false;
  const { primaryApprovers } = stage;
  return (
    Array.isArray(primaryApprovers) && primaryApprovers.length > 0 && primaryApprovers.every((one) => isApprover(world, one))
  );
}

function fits(rule: Json, known: PolicyRule, world: World): boolean {
  if (rule.ruleType !== known.ruleType) return false;
  if (known.ruleType === "RoleManagementPolicyExpirationRule") return isExpiration(rule, known.id);
  if (known.ruleType === "RoleManagementPolicyEnablementRule") return isEnablement(rule);
  if (known.ruleType === "RoleManagementPolicyAuthenticationContextRule") return isContext(rule);
  if (known.ruleType === "RoleManagementPolicyNotificationRule") {
    return isNotification(rule) && rule.recipientType === known.recipientType;
  }
  return isApproval(rule, world);
}

/** Stages as they are kept: always a list, each with a list of approvers. */
function keptSetting(setting: unknown): unknown {
  if (!isJson(setting)) return setting;
  const stages: unknown[] = Array.isArray(setting.approvalStages) ? setting.approvalStages : [];
  const approvalStages = stages.filter(isJson).map((stage) => ({ ...stage, primaryApprovers: stage.primaryApprovers ?? [] }));
  return { ...setting, approvalStages };
}

/** The rules of a PATCH in the form in which they are kept; null when one of them is not valid. */
export function readRules(world: World, value: unknown, known: readonly PolicyRule[]): PolicyRule[] | null {
  if (!Array.isArray(value)) return null;
  const rules: PolicyRule[] = [];
  for (const entry of value) {
    const before = isJson(entry) ? known.find((rule) => rule.id === entry.id) : undefined;
    if (before === undefined || !fits(entry, before, world)) return null;
    // Only known members are kept; what a rule is about never changes.
    const kept = Object.fromEntries(Object.keys(before).map((key) => [key, entry[key] ?? Reflect.get(before, key)]));
    const setting = "setting" in kept ? { setting: keptSetting(kept.setting) } : {};
    rules.push({ ...kept, ...setting, target: before.target } as PolicyRule);
  }
  return rules;
}
