import type { MachineExtension } from "../../machine";
import { MACHINE_ACTIONS } from "../../permissions";
import { WINDOWS_SIGN_IN_NAME, WINDOWS_SIGN_IN_TYPE, WINDOWS_SIGN_IN_VERSION } from "../../sign-in-extension";
import { hasSucceeded, hasVersion, putExtension, type SignInExtension, uninstallOf, upgradeOf } from "./extension-work";
import type { WorkKind, WorkOf } from "./work-kind";

/**
 * AADLoginForWindows. The key settings.mdmId is always written, also when it is empty: on Arc it is required.
 * Source: "Sign in to Windows Server in Azure Arc", ARM template of that page.
 */

const WINDOWS: SignInExtension = { osFamily: "windows", type: WINDOWS_SIGN_IN_TYPE, name: WINDOWS_SIGN_IN_NAME };

function mdmIdIs(extension: MachineExtension | null, mdmId: string): boolean {
  const found = extension?.settings?.mdmId;
  return typeof found === "string" && found.toLowerCase() === mdmId.toLowerCase();
}

/** The settings of an extension may be hidden from its reader; then only the type tells whose it is. */
function mdmIdFits(extension: MachineExtension | null, mdmId: string): boolean {
  return extension?.settings === null || mdmIdIs(extension, mdmId);
}

export const windowsInstall: WorkKind<WorkOf<"windowsSignIn.install">> = {
  id: "windowsSignIn.install",
  osFamily: "windows",
  action: MACHINE_ACTIONS.writeExtension,
  checksSignIn: true,
  request: (args) =>
    putExtension(args, WINDOWS, {
      version: args.work.version ?? WINDOWS_SIGN_IN_VERSION,
      kept: null,
      settings: { ...args.standing?.settings, mdmId: args.work.mdmId },
    }),
  satisfied: ({ extension }, work) =>
    hasSucceeded(extension) && mdmIdIs(extension, work.mdmId) && hasVersion(extension, work.version),
  ours: ({ extension }, work) => mdmIdFits(extension, work.mdmId) && hasVersion(extension, work.version),
};

export const windowsSettings: WorkKind<WorkOf<"windowsSignIn.settings">> = {
  id: "windowsSignIn.settings",
  osFamily: "windows",
  action: MACHINE_ACTIONS.writeExtension,
  checksSignIn: false,
  request: (args) =>
    putExtension(args, WINDOWS, {
      version: args.standing?.typeHandlerVersion ?? WINDOWS_SIGN_IN_VERSION,
      kept: args.standing,
      settings: { ...args.standing?.settings, mdmId: args.work.mdmId },
    }),
  satisfied: ({ extension }, work) => hasSucceeded(extension) && mdmIdIs(extension, work.mdmId),
  ours: ({ extension }, work) => mdmIdIs(extension, work.mdmId),
};

export const windowsUpgrade: WorkKind<WorkOf<"windowsSignIn.upgrade">> = {
  id: "windowsSignIn.upgrade",
  ...upgradeOf(WINDOWS),
};

export const windowsUninstall: WorkKind<WorkOf<"windowsSignIn.uninstall">> = {
  id: "windowsSignIn.uninstall",
  ...uninstallOf(WINDOWS),
};
