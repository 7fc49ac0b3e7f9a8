import type { ExactRequest } from "../../api";
import type { MachineExtension } from "../../machine";
import { toSignInState } from "../../machine-mapping";
import { MACHINE_ACTIONS } from "../../permissions";
import { type ExtensionBody, extensionUrl, SIGN_IN_PUBLISHER, uninstallRequest } from "../../sign-in-extension";
import type { RolloutTarget, Work, WorkKindId } from "../types";
import type { RequestArgs, WorkKind, WorkOf } from "./work-kind";

/** What the kinds of work on an extension have in common. */

/** A sign-in extension: `name` is the usual one, and any other is legal. */
export type SignInExtension = { osFamily: "windows" | "linux"; type: string; name: string };

type Removed = Extract<WorkKindId, `${string}.uninstall`>;
type Upgraded = Extract<WorkKindId, `${string}.upgrade`>;

/** Name of the extension that the work writes at a machine: the one that stands there, else the name of the plan. */
function extensionNameOf(work: Work, target: Pick<RolloutTarget, "extensionName">, usual: string): string {
  return target.extensionName ?? ("extensionName" in work ? work.extensionName : usual);
}

/** PUT of the whole extension. How it upgrades is kept from `kept`; settings are left out where the extension has none. */
export function putExtension(
  { cloud, target, work }: RequestArgs,
  of: SignInExtension,
  put: { version: string; kept: MachineExtension | null; settings: Record<string, unknown> | null },
): ExactRequest {
  const automatic = put.kept?.enableAutomaticUpgrade ?? null;
  const body: ExtensionBody = {
    location: target.location,
    properties: {
      publisher: SIGN_IN_PUBLISHER,
      type: of.type,
      typeHandlerVersion: put.version,
      autoUpgradeMinorVersion: put.kept?.autoUpgradeMinorVersion ?? true,
      ...(automatic === null ? {} : { enableAutomaticUpgrade: automatic }),
      ...(put.settings === null ? {} : { settings: put.settings }),
    },
  };
  return { method: "PUT", url: extensionUrl(cloud, target, extensionNameOf(work, target, of.name)), body };
}

/** PATCH of the version only; settings stay as they are. Source: Machine Extensions - Update (2025-01-13). */
export function upgradeOf(of: SignInExtension): Omit<WorkKind<WorkOf<Upgraded>>, "id"> {
  return {
    osFamily: of.osFamily,
    action: MACHINE_ACTIONS.writeExtension,
    checksSignIn: false,
    request: ({ cloud, target, work }) => ({
      method: "PATCH",
      url: extensionUrl(cloud, target, extensionNameOf(work, target, of.name)),
      body: { properties: { publisher: SIGN_IN_PUBLISHER, type: of.type, typeHandlerVersion: work.version } },
    }),
    satisfied: ({ extension }, work) => hasSucceeded(extension) && hasVersion(extension, work.version),
    ours: ({ extension }, work) => hasVersion(extension, work.version),
  };
}

/** DELETE of the extension. */
export function uninstallOf(of: SignInExtension): Omit<WorkKind<WorkOf<Removed>>, "id"> {
  return {
    osFamily: of.osFamily,
    action: MACHINE_ACTIONS.deleteExtension,
    checksSignIn: false,
    request: ({ cloud, target, work }) =>
      uninstallRequest({ cloud, ref: target, extensionName: extensionNameOf(work, target, of.name) }),
    satisfied: ({ extension }) => extension === null,
    ours: ({ extension }) => extension === null || extension.provisioningState.toLowerCase() === "deleting",
  };
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

/** Whether there is an extension of at least this version: minor versions move up by themselves. Null = any version will do. */
export function hasVersion(extension: MachineExtension | null, version: string | null): boolean {
  if (extension === null || version === null) return extension !== null;
  return extension.typeHandlerVersion !== null && compareVersions(extension.typeHandlerVersion, version) >= 0;
}
