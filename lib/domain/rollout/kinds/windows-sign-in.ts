import type { MachineExtension } from "../../machine";
import { MACHINE_ACTIONS } from "../../permissions";
import { WINDOWS_SIGN_IN_NAME, WINDOWS_SIGN_IN_TYPE, WINDOWS_SIGN_IN_VERSION } from "../../sign-in-extension";
import { deleteExtension, extensionNameOf, hasSucceeded, hasVersion, patchVersion, putExtension } from "./extension-work";
import type { WorkKind, WorkOf } from "./work-kind";

/**
 * AADLoginForWindows. The key settings.mdmId is always written, also when it is empty: on Arc it is required.
 * Source: "Sign in to Windows Server in Azure Arc", ARM template of that page.
 */

function mdmIdIs(extension: MachineExtension | null, mdmId: string): boolean {
  const found = extension?.settings?.mdmId;
  return typeof found === "string" && found.toLowerCase() === mdmId.toLowerCase();
}

/** The settings of an extension may be hidden from its reader; then only the type tells whose it is. */
function mdmIdFits(extension: MachineExtension, mdmId: string): boolean {
  return extension.settings === null || mdmIdIs(extension, mdmId);
}

export const windowsInstall: WorkKind<WorkOf<"windowsSignIn.install">> = {
  id: "windowsSignIn.install",
  osFamily: "windows",
  action: MACHINE_ACTIONS.writeExtension,
  checksSignIn: true,
  request: ({ cloud, target, work, standing }) =>
    putExtension({
      cloud,
      target,
      name: extensionNameOf(work, target, WINDOWS_SIGN_IN_NAME),
      type: WINDOWS_SIGN_IN_TYPE,
      version: work.version ?? WINDOWS_SIGN_IN_VERSION,
      standing: null,
      settings: { ...standing?.settings, mdmId: work.mdmId },
    }),
  satisfied: ({ extension }, work) =>
    extension !== null && hasSucceeded(extension) && mdmIdIs(extension, work.mdmId) && hasVersion(extension, work.version),
  ours: ({ extension }, work) => extension !== null && mdmIdFits(extension, work.mdmId) && hasVersion(extension, work.version),
};

export const windowsSettings: WorkKind<WorkOf<"windowsSignIn.settings">> = {
  id: "windowsSignIn.settings",
  osFamily: "windows",
  action: MACHINE_ACTIONS.writeExtension,
  checksSignIn: false,
  request: ({ cloud, target, work, standing }) =>
    putExtension({
      cloud,
      target,
      name: extensionNameOf(work, target, WINDOWS_SIGN_IN_NAME),
      type: WINDOWS_SIGN_IN_TYPE,
      version: standing?.typeHandlerVersion ?? WINDOWS_SIGN_IN_VERSION,
      standing,
      settings: { ...standing?.settings, mdmId: work.mdmId },
    }),
  satisfied: ({ extension }, work) => hasSucceeded(extension) && mdmIdIs(extension, work.mdmId),
  ours: ({ extension }, work) => extension !== null && mdmIdIs(extension, work.mdmId),
};

export const windowsUpgrade: WorkKind<WorkOf<"windowsSignIn.upgrade">> = {
  id: "windowsSignIn.upgrade",
  osFamily: "windows",
  action: MACHINE_ACTIONS.writeExtension,
  checksSignIn: false,
  request: ({ cloud, target, work }) =>
    patchVersion({
      cloud,
      target,
      name: extensionNameOf(work, target, WINDOWS_SIGN_IN_NAME),
      type: WINDOWS_SIGN_IN_TYPE,
      version: work.version,
    }),
  satisfied: ({ extension }, work) => extension !== null && hasSucceeded(extension) && hasVersion(extension, work.version),
  ours: ({ extension }, work) => extension !== null && hasVersion(extension, work.version),
};

export const windowsUninstall: WorkKind<WorkOf<"windowsSignIn.uninstall">> = {
  id: "windowsSignIn.uninstall",
  osFamily: "windows",
  action: MACHINE_ACTIONS.deleteExtension,
  checksSignIn: false,
  request: ({ cloud, target, work }) =>
    deleteExtension({ cloud, target, name: extensionNameOf(work, target, WINDOWS_SIGN_IN_NAME) }),
  satisfied: ({ extension }) => extension === null,
  ours: ({ extension }) => extension === null || extension.provisioningState.toLowerCase() === "deleting",
};
