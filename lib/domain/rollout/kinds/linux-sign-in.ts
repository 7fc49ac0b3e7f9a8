import { MACHINE_ACTIONS } from "../../permissions";
import { LINUX_SIGN_IN_NAME, LINUX_SIGN_IN_TYPE } from "../../sign-in-extension";
import { hasSucceeded, hasVersion, putExtension, type SignInExtension, uninstallOf, upgradeOf } from "./extension-work";
import type { WorkKind, WorkOf } from "./work-kind";

/** AADSSHLoginForLinux: opens SSH to Entra accounts, has no settings and joins nothing. Source: "SSH access to Azure Arc-enabled servers". */

const LINUX: SignInExtension = { osFamily: "linux", type: LINUX_SIGN_IN_TYPE, name: LINUX_SIGN_IN_NAME };

/** Version line of the documented template; minor versions follow by themselves. */
export const LINUX_SIGN_IN_VERSION = "1.0";

export const linuxInstall: WorkKind<WorkOf<"linuxSignIn.install">> = {
  id: "linuxSignIn.install",
  osFamily: "linux",
  action: MACHINE_ACTIONS.writeExtension,
  checksSignIn: true,
  request: (args) =>
    putExtension(args, LINUX, { version: args.work.version ?? LINUX_SIGN_IN_VERSION, kept: null, settings: null }),
  satisfied: ({ extension }, work) => hasSucceeded(extension) && hasVersion(extension, work.version),
  ours: ({ extension }, work) => hasVersion(extension, work.version),
};

export const linuxUpgrade: WorkKind<WorkOf<"linuxSignIn.upgrade">> = { id: "linuxSignIn.upgrade", ...upgradeOf(LINUX) };

export const linuxUninstall: WorkKind<WorkOf<"linuxSignIn.uninstall">> = {
  id: "linuxSignIn.uninstall",
  ...uninstallOf(LINUX),
};
