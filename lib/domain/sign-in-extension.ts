import type { ExactRequest } from "./api";
import type { Cloud } from "./clouds";
import type { MachineExtension, MachineRef, OsFamily } from "./machine";
import { machineId } from "./machine";

/** Constants of the Windows sign-in extension. Source: "Sign in to Windows Server in Azure Arc", ARM template of that page. */
export const SIGN_IN_PUBLISHER = "Microsoft.Azure.ActiveDirectory";
export const WINDOWS_SIGN_IN_TYPE = "AADLoginForWindows";
export const WINDOWS_SIGN_IN_VERSION = "2.1.0.0";
export const WINDOWS_SIGN_IN_NAME = "AADLogin";
/** Linux sibling: gives Entra accounts SSH access, needs no settings and joins nothing. */
export const LINUX_SIGN_IN_TYPE = "AADSSHLoginForLinux";
export const LINUX_SIGN_IN_NAME = "AADSSHLogin";
export const EXTENSION_RESOURCE_TYPE = "Microsoft.HybridCompute/machines/extensions";
/** Api-version that the portal sends for extension writes; the documented template needs 2024-07-10 or newer. */
export const EXTENSION_API_VERSION = "2025-01-13";

/** Application id of Microsoft Intune, the usual value of mdmId where devices are to be enrolled. */
export const INTUNE_MDM_ID = "0000000a-0000-0000-c000-000000000000";

/** Body of PUT extension. A type alias on purpose: assignable to the port's general body. */
export type ExtensionBody<Settings = { settings?: Record<string, unknown> }> = {
  location: string;
  properties: Settings & {
    publisher: string;
    type: string;
    typeHandlerVersion: string;
    autoUpgradeMinorVersion: boolean;
    enableAutomaticUpgrade?: boolean;
  };
};

/** The same for AADLoginForWindows. */
export type SignInExtensionBody = ExtensionBody<{ settings: { mdmId: string } }>;

/** The body exactly as documented. `settings.mdmId` is present even when empty: on Arc the key is required. */
export function signInExtensionBody(args: { location: string; mdmId: string }): SignInExtensionBody {
  return {
    location: args.location,
    properties: {
      publisher: SIGN_IN_PUBLISHER,
      type: WINDOWS_SIGN_IN_TYPE,
      typeHandlerVersion: WINDOWS_SIGN_IN_VERSION,
      autoUpgradeMinorVersion: true,
      settings: { mdmId: args.mdmId },
    },
  };
}

/** Address of one extension in ARM, api-version included. */
export function extensionUrl(cloud: Cloud, ref: MachineRef, extensionName: string, apiVersion = EXTENSION_API_VERSION): string {
  const path = machineId({
    subscriptionId: encodeURIComponent(ref.subscriptionId),
    resourceGroup: encodeURIComponent(ref.resourceGroup),
    name: encodeURIComponent(ref.name),
  });
  return `${cloud.arm}${path}/extensions/${encodeURIComponent(extensionName)}?api-version=${apiVersion}`;
}

/** The deployment as it is sent: method, address and body. */
export function deployRequest(args: {
  cloud: Cloud;
  ref: MachineRef;
  location: string;
  extensionName: string;
  mdmId: string;
}): ExactRequest {
  return { method: "PUT", url: extensionUrl(args.cloud, args.ref, args.extensionName), body: signInExtensionBody(args) };
}

/** Removal of an extension as it is sent. */
export function uninstallRequest(args: { cloud: Cloud; ref: MachineRef; extensionName: string }): ExactRequest {
  return { method: "DELETE", url: extensionUrl(args.cloud, args.ref, args.extensionName), body: null };
}

/** Body of PATCH machine that switches the system-assigned identity on and keeps user-assigned ones. */
export function enableIdentityBody(current: string): { identity: { type: string } } {
  return {
    identity: { type: current.toLowerCase().includes("userassigned") ? "SystemAssigned, UserAssigned" : "SystemAssigned" },
  };
}

/** Switching the system-assigned identity on as it is sent. */
export function enableIdentityRequest(args: { cloud: Cloud; ref: MachineRef; currentIdentity: string }): ExactRequest {
  const path = machineId({
    subscriptionId: encodeURIComponent(args.ref.subscriptionId),
    resourceGroup: encodeURIComponent(args.ref.resourceGroup),
    name: encodeURIComponent(args.ref.name),
  });
  return {
    method: "PATCH",
    url: `${args.cloud.arm}${path}?api-version=${EXTENSION_API_VERSION}`,
    body: enableIdentityBody(args.currentIdentity),
  };
}

function sameText(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** True when the extension is one of the two sign-in extensions. Any resource name is legal, so publisher and type decide. */
export function isSignInExtension(extension: { publisher: string; type: string }): boolean {
  return (
    sameText(extension.publisher, SIGN_IN_PUBLISHER) &&
    (sameText(extension.type, WINDOWS_SIGN_IN_TYPE) || sameText(extension.type, LINUX_SIGN_IN_TYPE))
  );
}

/** The sign-in extension of a machine for its operating system, or whichever one is there; null when there is none. */
export function findSignInExtension(extensions: readonly MachineExtension[], osFamily: OsFamily): MachineExtension | null {
  const found = extensions.filter(isSignInExtension);
  const wanted = osFamily === "linux" ? LINUX_SIGN_IN_TYPE : WINDOWS_SIGN_IN_TYPE;
  return found.find((extension) => sameText(extension.type, wanted)) ?? found[0] ?? null;
}

/** True when a Windows sign-in extension lacks settings.mdmId, which Arc requires; the repair writes it. */
export function isMdmIdMissing(extension: MachineExtension | null): boolean {
  if (extension === null || !sameText(extension.type, WINDOWS_SIGN_IN_TYPE)) return false;
  return typeof extension.settings?.mdmId !== "string";
}

/** "set", "empty" or "missing", for the fleet column. */
export function mdmIdState(settings: Record<string, unknown> | null): "set" | "empty" | "missing" {
  const value = settings?.mdmId;
  if (typeof value !== "string") return "missing";
  return value === "" ? "empty" : "set";
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;

/** Message key of what is wrong with an extension name, or null. Letters, digits, `-`, `_`, `.`; 64 characters at most. */
export function extensionNameError(name: string): string | null {
  if (name.trim() === "") return "signIn.name.empty";
  if (name.length > 64) return "signIn.name.tooLong";
  return NAME.test(name) && !name.endsWith(".") ? null : "signIn.name.characters";
}

export type MdmKind = "empty" | "intune" | "own" | "invalid";

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * What a value of mdmId means: empty joins without device management, Intune's id enrols in Intune, another application id
 * enrols in that product. Anything else is not an application id. The explanation stands under signIn.mdm.<kind>.
 */
export function mdmKind(mdmId: string): MdmKind {
  if (mdmId === "") return "empty";
  if (sameText(mdmId, INTUNE_MDM_ID)) return "intune";
  return GUID.test(mdmId) ? "own" : "invalid";
}
