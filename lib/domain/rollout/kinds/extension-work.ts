import type { ExactRequest } from "../../api";
import type { Cloud } from "../../clouds";
import type { MachineExtension } from "../../machine";
import { toSignInState } from "../../machine-mapping";
import { extensionUrl, SIGN_IN_PUBLISHER } from "../../sign-in-extension";
import type { RolloutTarget, Work } from "../types";

/** What the kinds of work on an extension have in common. */

export type ExtensionBody = {
  location: string;
  properties: {
    publisher: string;
    type: string;
    typeHandlerVersion: string;
    autoUpgradeMinorVersion: boolean;
    enableAutomaticUpgrade?: boolean;
    settings?: Record<string, unknown>;
  };
};

function urlOf(cloud: Cloud, target: RolloutTarget, name: string): string {
  return extensionUrl(cloud, target, name);
}

/** PUT of the whole extension. Settings are left out where the extension has none. */
export function putExtension(args: {
  cloud: Cloud;
  target: RolloutTarget;
  name: string;
  type: string;
  version: string;
  standing: MachineExtension | null;
  settings: Record<string, unknown> | null;
}): ExactRequest {
  const { standing } = args;
  const automatic = standing?.enableAutomaticUpgrade ?? null;
  const body: ExtensionBody = {
    location: args.target.location,
    properties: {
      publisher: SIGN_IN_PUBLISHER,
      type: args.type,
      typeHandlerVersion: args.version,
      autoUpgradeMinorVersion: standing?.autoUpgradeMinorVersion ?? true,
      ...(automatic === null ? {} : { enableAutomaticUpgrade: automatic }),
      ...(args.settings === null ? {} : { settings: args.settings }),
    },
  };
  return { method: "PUT", url: urlOf(args.cloud, args.target, args.name), body };
}

/** PATCH of the version only; settings stay as they are. Source: Machine Extensions - Update (2025-01-13). */
export function patchVersion(args: {
  cloud: Cloud;
  target: RolloutTarget;
  name: string;
  type: string;
  version: string;
}): ExactRequest {
  const properties = { publisher: SIGN_IN_PUBLISHER, type: args.type, typeHandlerVersion: args.version };
  return { method: "PATCH", url: urlOf(args.cloud, args.target, args.name), body: { properties } };
}

/** DELETE of the extension. */
export function deleteExtension(args: { cloud: Cloud; target: RolloutTarget; name: string }): ExactRequest {
  return { method: "DELETE", url: urlOf(args.cloud, args.target, args.name), body: null };
}

/** Whether Azure says that the extension's last change has ended well. */
export function hasSucceeded(extension: MachineExtension | null): boolean {
  return extension !== null && toSignInState(extension.provisioningState) === "succeeded";
}

/** Order of two dotted versions by number; parts that are absent count as 0. */
export function compareVersions(a: string, b: string): number {
  const parts = (version: string) => version.split(".").map((part) => Number.parseInt(part, 10) || 0);
  const [left, right] = [parts(a), parts(b)];
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return Math.sign(difference);
  }
  return 0;
}

/** Whether the extension has at least this version: minor versions move up by themselves. Null = any version will do. */
export function hasVersion(extension: MachineExtension, version: string | null): boolean {
  if (version === null) return true;
  return extension.typeHandlerVersion !== null && compareVersions(extension.typeHandlerVersion, version) >= 0;
}

/** Name of the extension that the work writes at a machine: the one that stands there, else the name of the plan. */
export function extensionNameOf(work: Work, target: Pick<RolloutTarget, "extensionName">, usual: string): string {
  return target.extensionName ?? ("extensionName" in work ? work.extensionName : usual);
}
