import type { AgentConfiguration, ExtensionRef } from "./machine";

/** One thing that the local configuration of the agent stops, as message key and values under machine.agent.block.<id>. */
export type AgentBlock = {
  id: "extensionsDisabled" | "monitorMode" | "allowNone" | "allowList" | "blockList" | "guestConfigurationOff";
  values: Record<string, string | number>;
  /** True when it stops the given extension from being installed. */
  stopsExtension: boolean;
};

function names(list: readonly ExtensionRef[]): string {
  return list.map((entry) => `${entry.publisher}/${entry.type}`).join(", ");
}

function isListed(list: readonly ExtensionRef[], wanted: ExtensionRef): boolean {
  const publisher = wanted.publisher.toLowerCase();
  const type = wanted.type.toLowerCase();
  return list.some((entry) => entry.publisher.toLowerCase() === publisher && entry.type.toLowerCase() === type);
}

/** True for the special allow list "Allow/None", which lets nothing in. */
export function allowsNothing(configuration: AgentConfiguration): boolean {
  return isListed(configuration.extensionsAllowList, { publisher: "Allow", type: "None" });
}

/**
 * Whether the lists let an extension in: a listed block always wins, an allow list lets in only what it names, no lists let
 * in everything. Lists are set on the server and cannot be changed from Azure.
 * Source: Arc "Extensions security" page.
 */
export function isExtensionAllowed(configuration: AgentConfiguration, wanted: ExtensionRef): boolean {
  if (isListed(configuration.extensionsBlockList, wanted)) return false;
  const allow = configuration.extensionsAllowList;
  return allow.length === 0 || isListed(allow, wanted);
}

/** True in monitor mode: only monitoring extensions chosen by Microsoft, no remote access, no machine configuration. */
export function isMonitorMode(configuration: AgentConfiguration): boolean {
  return configuration.configMode?.trim().toLowerCase() === "monitor";
}

/** Everything that the agent's configuration stops on this machine, seen from one extension. Empty when nothing is stopped. */
export function agentBlocks(configuration: AgentConfiguration | null, wanted: ExtensionRef): AgentBlock[] {
  if (configuration === null) return [];
  const blocks: AgentBlock[] = [];
  if (configuration.extensionsEnabled === false) blocks.push({ id: "extensionsDisabled", values: {}, stopsExtension: true });
  if (isMonitorMode(configuration)) blocks.push({ id: "monitorMode", values: {}, stopsExtension: true });
  const allow = configuration.extensionsAllowList;
  if (allowsNothing(configuration)) {
    blocks.push({ id: "allowNone", values: {}, stopsExtension: true });
  } else if (allow.length > 0) {
    blocks.push({
      id: "allowList",
      values: { count: allow.length, list: names(allow) },
      stopsExtension: !isListed(allow, wanted),
    });
  }
  const block = configuration.extensionsBlockList;
  if (block.length > 0) {
    blocks.push({
      id: "blockList",
      values: { count: block.length, list: names(block) },
      stopsExtension: isListed(block, wanted),
    });
  }
  if (configuration.guestConfigurationEnabled === false) {
    blocks.push({ id: "guestConfigurationOff", values: {}, stopsExtension: false });
  }
  return blocks;
}
