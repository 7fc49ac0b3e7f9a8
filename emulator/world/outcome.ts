import { imageOf } from "./os-images.ts";
import { applyOverrides } from "./overrides.ts";
import { stableGuid } from "./random.ts";
import { computerNameOf, type Json, renderMachine, vmIdOf } from "./render.ts";
import { isReachable } from "./status.ts";
import { tenantOfSubscription } from "./tenancy.ts";
import type { Extension, ExtensionOutcome, MachineSpec, World } from "./types.ts";

const WINDOWS_SIGN_IN = "microsoft.azure.activedirectory.aadloginforwindows";
const LINUX_SIGN_IN = "microsoft.azure.activedirectory.aadsshloginforlinux";

const SUCCEED: ExtensionOutcome = { kind: "succeed" };

/**
 * How an extension ends on this machine, from facts only: reachability, then what the agent refuses, then what the
 * handler meets (domain.md 2.3, extension-errors.json). The control API may fix the outcome beforehand.
 */
export function decideOutcome(world: World, spec: MachineSpec, extension: Extension, nowMs: number): ExtensionOutcome {
  if (!isReachable(spec, nowMs)) return { kind: "stuckCreating" };
  if (spec.extensionOutcome !== null) return spec.extensionOutcome;
  const wire = renderMachine(world, spec, { nowMs: () => nowMs });
  const refusal = agentRefusal(wire, extension);
  if (refusal !== null) return refusal;
  const full = `${extension.publisher}.${extension.type}`.toLowerCase();
  if (full === WINDOWS_SIGN_IN) return windowsSignInOutcome(world, spec, wire);
  if (full === LINUX_SIGN_IN) return linuxSignInOutcome(spec, wire);
  return SUCCEED;
}

type AgentLists = { extensionsAllowList?: Ref[]; extensionsBlockList?: Ref[]; extensionsEnabled?: string; configMode?: string };
type Ref = { publisher: string; type: string };

/** Local controls of the agent win over Azure: monitor mode, extensions off, block list, allow list. */
function agentRefusal(wire: Json, extension: Extension): ExtensionOutcome | null {
  const config = ((wire.properties as Json).agentConfiguration ?? {}) as AgentLists;
  const name = `${extension.publisher}/${extension.type}`;
  if (config.extensionsEnabled === "false") return refused(`Extensions are disabled on this machine: ${name} was not run.`);
  if (hasRef(config.extensionsBlockList, extension))
    return refused(`Extension ${name} is on the extension block list of this machine.`);
  const allow = config.extensionsAllowList ?? [];
  if (config.configMode === "monitor" && !hasRef(allow, extension)) {
    return refused(`The agent is in monitor mode and does not run ${name}.`);
  }
  if (allow.length > 0 && !hasRef(allow, extension))
    return refused(`Extension ${name} is not on the extension allow list of this machine.`);
  return null;
}

function hasRef(list: Ref[] | undefined, extension: Extension): boolean {
  const wanted = `${extension.publisher}/${extension.type}`.toLowerCase();
  return (list ?? []).some((ref) => `${ref.publisher}/${ref.type}`.toLowerCase() === wanted);
}

/** The page on extension lists names no exit code; the agent reports its own refusal with code 1. */
function refused(sentence: string): ExtensionOutcome {
  return {
    kind: "fail",
    exitCode: 1,
    message: `${sentence} The extension is blocked by the local agent configuration.`,
    code: "1",
  };
}

function handlerFailure(exitCode: number, text: string): ExtensionOutcome {
  const message = `Extension Message: Extension returned non-zero exit code for Enable: ${exitCode}. ${text} Extension exit code: ${exitCode}`;
  return { kind: "fail", exitCode, message };
}

function windowsSignInOutcome(world: World, spec: MachineSpec, wire: Json): ExtensionOutcome {
  const image = imageOf(spec.archetype);
  const identity = wire.identity as { type?: string; tenantId?: string };
  if (!image.entraSignIn) return handlerFailure(51, "The operating system is not supported.");
  if (!(identity.type ?? "").includes("SystemAssigned") || spec.identityEndpointSilent === true) {
    return handlerFailure(-2145648574, "AAD Join failed: DSREG_E_MSI_TENANTID_UNAVAILABLE. Terminal error code 1007.");
  }
  if (spec.registrationBlocked)
    return handlerFailure(-2145648607, "AAD Join failed with status code: -2145648607 (DSREG_AUTOJOIN_DISC_FAILED).");
  if (identity.tenantId !== tenantOfSubscription(world, spec.subscriptionId)) {
    return handlerFailure(-2145648582, "AAD Join failed: DSREG_DISCOVERY_TENANT_NOT_FOUND.");
  }
  const domain = (wire.properties as Json).domainName;
  if (typeof domain === "string" && domain !== "" && domain !== "WORKGROUP") {
    return handlerFailure(
      -2145648611,
      "AAD Join failed: DSREG_AUTOJOIN_ADCONFIG_READ_FAILED. The machine is joined to a domain.",
    );
  }
  if (clashesWithDevice(world, spec))
    return handlerFailure(-2145648509, "AAD Join failed with status code: -2145648509 (DSREG_HOSTNAME_DUPLICATE).");
  return SUCCEED;
}

/** Only the codes 22 and 23 are documented; for little memory and a proxy the page gives conditions without a code. */
function linuxSignInOutcome(spec: MachineSpec, wire: Json): ExtensionOutcome {
  const identity = wire.identity as { type?: string };
  if (imageOf(spec.archetype).family !== "linux") return handlerFailure(51, "The operating system is not supported.");
  if (!(identity.type ?? "").includes("SystemAssigned") || spec.identityEndpointSilent === true)
    return handlerFailure(22, "No system-assigned managed identity was found.");
  if (spec.hasOldLoginPackage === true || hasOldLinuxLogin(spec))
    return handlerFailure(23, "The extension or package AADLoginForLinux is still installed.");
  const properties = wire.properties as { detectedProperties?: Json; agentConfiguration?: Json };
  const memory = Number(properties.detectedProperties?.totalPhysicalMemoryInBytes ?? LEAST_MEMORY);
  if (memory < LEAST_MEMORY) return handlerFailure(1, "Installation failed: less than 1 GB of memory is available.");
  const agent = (properties.agentConfiguration ?? {}) as { proxyUrl?: string; proxyBypass?: unknown[] };
  if ((agent.proxyUrl ?? "") !== "" && (agent.proxyBypass ?? []).length === 0)
    return handlerFailure(1, `Installation failed: the packages could not be downloaded through the proxy ${agent.proxyUrl}.`);
  return SUCCEED;
}

const LEAST_MEMORY = 1_073_741_824;

function hasOldLinuxLogin(spec: MachineSpec): boolean {
  return [...(spec.extensions?.values() ?? [])].some(({ type }) => type.toLowerCase() === "aadloginforlinux");
}

/** Device id that this machine has in Entra once joined. It survives an uninstall, so a reinstall meets itself. */
export function deviceIdOf(world: World, spec: MachineSpec): string {
  return stableGuid(world.seed, `device:${vmIdOf(world, spec)}`);
}

/** Only joined devices clash; a hybrid-joined or registered one of the same name stays beside the new one. */
function clashesWithDevice(world: World, spec: MachineSpec): boolean {
  const name = computerNameOf(spec).toLowerCase();
  const own = deviceIdOf(world, spec);
  const tenantId = tenantOfSubscription(world, spec.subscriptionId);
  return world.devices.some(
    ({ tenantId: home, trustType, displayName, deviceId }) =>
      home === tenantId && trustType === "AzureAd" && displayName.toLowerCase() === name && deviceId !== own,
  );
}

/** Whether a success of this extension makes a device object: only a join does, and only once. */
export function registersDevice(world: World, spec: MachineSpec, extension: Extension): boolean {
  if (`${extension.publisher}.${extension.type}`.toLowerCase() !== WINDOWS_SIGN_IN) return false;
  if (spec.joinedWithoutDevice === true) return false;
  const deviceId = deviceIdOf(world, spec);
  return !world.devices.some((device) => device.deviceId === deviceId);
}

/** The Entra device object that a successful AADLoginForWindows leaves behind. */
export function registerDevice(world: World, spec: MachineSpec, nowMs: number): void {
  addDevice(world, spec, { deviceId: deviceIdOf(world, spec), trustType: "AzureAd", registeredMs: nowMs });
}

export function addDevice(
  world: World,
  spec: MachineSpec,
  device: { deviceId: string; trustType: string; registeredMs: number },
): void {
  world.devices.push({
    id: stableGuid(world.seed, `device-object:${device.deviceId}`),
    tenantId: tenantOfSubscription(world, spec.subscriptionId),
    deviceId: device.deviceId,
    displayName: computerNameOf(spec),
    trustType: device.trustType,
    operatingSystem: "Windows",
    accountEnabled: true,
    registrationDateTime: `${new Date(device.registeredMs).toISOString().slice(0, 19)}Z`,
  });
}

/** The identity block alone, for callers that need no whole machine. */
export function effectiveIdentityType(spec: MachineSpec): string {
  const holder: Json = { identity: { type: spec.principalId === null ? "None" : "SystemAssigned" } };
  applyOverrides(holder, spec.overrides, spec.subscriptionId);
  return String((holder.identity as Json).type);
}
