import { agentBlocks, allowsNothing, isExtensionAllowed, isMonitorMode } from "./agent-configuration";
import { agentVersionVerdict } from "./agent-version";
import type { ExtensionRef } from "./machine";
import { toSignInState } from "./machine-mapping";
import type { Check } from "./preflight-types";
import { findSignInExtension, isMdmIdMissing, SIGN_IN_PUBLISHER, WINDOWS_SIGN_IN_TYPE } from "./sign-in-extension";

const SECURITY_PAGE = "Microsoft: Security of Arc extensions (local agent controls)";
const WANTED = { publisher: SIGN_IN_PUBLISHER, type: WINDOWS_SIGN_IN_TYPE };

export const agentConnected: Check = {
  id: "connected",
  source: "Microsoft: Connected Machine agent overview, agent status",
  run: ({ machine }) => {
    const values = { status: machine.statusRaw || machine.status, since: machine.lastStatusChangeAt ?? "?" };
    switch (machine.status) {
      case "Connected":
        return { verdict: "pass", found: "connected", fix: null, values };
      case "Disconnected":
        return { verdict: "block", found: "disconnected", fix: "disconnectedFix", overridable: true, values };
      case "Expired":
        return { verdict: "block", found: "expired", fix: "expiredFix", values };
      case "AwaitingConnection":
        return { verdict: "block", found: "awaiting", fix: "awaitingFix", values };
      case "Error":
        return { verdict: "ask", found: "error", fix: "errorFix", values };
      case "Unknown":
        return { verdict: "ask", found: "unknown", fix: "unknownFix", values };
    }
  },
};

export const agentVersion: Check = {
  id: "agentVersion",
  source: "Microsoft: Connected Machine agent release notes",
  run: ({ machine, now }) => {
    const verdict = agentVersionVerdict(machine.agentVersion, now);
    const values = {
      version: machine.agentVersion ?? "?",
      released: verdict.released ?? "?",
      advisories: verdict.missingFixes.join(", "),
    };
    if (verdict.missingFixes.length > 0) return { verdict: "warn", found: "insecure", fix: "upgradeFix", values };
    if (verdict.state === "outOfSupport") return { verdict: "warn", found: "outOfSupport", fix: "upgradeFix", values };
    if (verdict.state === "unknown") return { verdict: "unknown", found: "unknown", fix: null, values };
    return { verdict: "pass", found: "supported", fix: null, values };
  },
};

export const extensionsEnabled: Check = {
  id: "extensionsEnabled",
  source: SECURITY_PAGE,
  run: ({ machine }) => {
    const enabled = machine.agentConfiguration?.extensionsEnabled ?? null;
    if (enabled === null) return { verdict: "unknown", found: "unknown", fix: null };
    return enabled
      ? { verdict: "pass", found: "enabled", fix: null }
      : { verdict: "block", found: "disabled", fix: "disabledFix" };
  },
};

export const monitorMode: Check = {
  id: "monitorMode",
  source: SECURITY_PAGE,
  run: ({ machine }) => {
    const configuration = machine.agentConfiguration;
    const values = { mode: configuration?.configMode ?? "?" };
    if (configuration === null || configuration.configMode === null) {
      return { verdict: "unknown", found: "unknown", fix: null, values };
    }
    return isMonitorMode(configuration)
      ? { verdict: "block", found: "monitor", fix: "monitorFix", values }
      : { verdict: "pass", found: "full", fix: null, values };
  },
};

/** Whether the agent's own lists let an extension of this type in. */
export const agentListsCheck = (wanted: ExtensionRef): Check => ({
  id: "agentLists",
  source: SECURITY_PAGE,
  run: ({ machine }) => {
    const configuration = machine.agentConfiguration;
    const values = { extension: `${wanted.publisher}/${wanted.type}`, list: "" };
    if (configuration === null) return { verdict: "unknown", found: "unknown", fix: null, values };
    if (isExtensionAllowed(configuration, wanted)) {
      const listed = configuration.extensionsAllowList.length > 0;
      return { verdict: "pass", found: listed ? "listed" : "open", fix: null, values };
    }
    const blocks = agentBlocks(configuration, wanted);
    if (blocks.some((block) => block.id === "blockList" && block.stopsExtension)) {
      return { verdict: "block", found: "blocked", fix: "blockedFix", values };
    }
    const list = blocks.find((block) => block.id === "allowList")?.values.list ?? "";
    const found = allowsNothing(configuration) ? "allowNone" : "notListed";
    return { verdict: "block", found, fix: "notListedFix", values: { ...values, list } };
  },
});

export const allowAndBlockLists = agentListsCheck(WANTED);

export const alreadyInstalled: Check = {
  id: "alreadyInstalled",
  source: "Azure Resource Manager: machines/extensions list",
  run: ({ extensions, machine, extensionName }) => {
    if (!extensions.known) return { verdict: "unknown", found: "unknown", fix: null, values: { reason: extensions.reason } };
    const present = findSignInExtension(extensions.value, machine.osFamily);
    if (present === null) return { verdict: "pass", found: "absent", fix: null };
    const values = { name: present.name, state: present.provisioningState };
    const state = toSignInState(present.provisioningState);
    if (state === "creating" || state === "updating" || state === "deleting") {
      return { verdict: "block", found: "busy", fix: "busyFix", values };
    }
    if (present.name.toLowerCase() !== extensionName.toLowerCase()) {
      return { verdict: "block", found: "otherName", fix: "otherNameFix", values };
    }
    if (state !== "succeeded") return { verdict: "warn", found: "failed", fix: "failedFix", values };
    return isMdmIdMissing(present)
      ? { verdict: "ask", found: "mdmIdMissing", fix: "mdmIdMissingFix", values }
      : { verdict: "ask", found: "present", fix: "presentFix", values };
  },
};
