import { MACHINE_ACTIONS } from "../../permissions";
import { LINUX_SIGN_IN_NAME, LINUX_SIGN_IN_TYPE } from "../../sign-in-extension";
import { deleteExtension, extensionNameOf, hasSucceeded, hasVersion, patchVersion, putExtension } from "./extension-work";
import type { WorkKind, WorkOf } from "./work-kind";

/** AADSSHLoginForLinux: opens SSH to Entra accounts, has no settings and joins nothing. Source: "SSH access to Azure Arc-enabled servers". */

/** Version line of the documented template; minor versions follow by themselves. */
export const LINUX_SIGN_IN_VERSION = "1.0";

export const linuxInstall: WorkKind<WorkOf<"linuxSignIn.install">> = {
  id: "linuxSignIn.install",
  osFamily: "linux",
  action: MACHINE_ACTIONS.writeExtension,
  checksSignIn: true,
  request: ({ cloud, target, work }) =>
    putExtension({
      cloud,
      target,
      name: extensionNameOf(work, target, LINUX_SIGN_IN_NAME),
      type: LINUX_SIGN_IN_TYPE,
      version: work.version ?? LINUX_SIGN_IN_VERSION,
      standing: null,
      settings: null,
    }),
  satisfied: ({ extension }, work) => extension !== null && hasSucceeded(extension) && hasVersion(extension, work.version),
  ours: ({ extension }, work) => extension !== null && hasVersion(extension, work.version),
};

export const linuxUpgrade: WorkKind<WorkOf<"linuxSignIn.upgrade">> = {
  id: "linuxSignIn.upgrade",
  osFamily: "linux",
  action: MACHINE_ACTIONS.writeExtension,
  checksSignIn: false,
  request: ({ cloud, target, work }) =>
    patchVersion({
      cloud,
      target,
      name: extensionNameOf(work, target, LINUX_SIGN_IN_NAME),
      type: LINUX_SIGN_IN_TYPE,
      version: work.version,
    }),
  satisfied: ({ extension }, work) => extension !== null && hasSucceeded(extension) && hasVersion(extension, work.version),
  ours: ({ extension }, work) => extension !== null && hasVersion(extension, work.version),
};

export const linuxUninstall: WorkKind<WorkOf<"linuxSignIn.uninstall">> = {
  id: "linuxSignIn.uninstall",
  osFamily: "linux",
  action: MACHINE_ACTIONS.deleteExtension,
  checksSignIn: false,
  request: ({ cloud, target, work }) =>
    deleteExtension({ cloud, target, name: extensionNameOf(work, target, LINUX_SIGN_IN_NAME) }),
  satisfied: ({ extension }) => extension === null,
  ours: ({ extension }) => extension === null || extension.provisioningState.toLowerCase() === "deleting",
};
