import type { ExactRequest } from "../api";
import { linuxInstall, linuxUninstall, linuxUpgrade } from "./kinds/linux-sign-in";
import { roleAssign } from "./kinds/role-assign";
import { windowsInstall, windowsSettings, windowsUninstall, windowsUpgrade } from "./kinds/windows-sign-in";
import type { RequestArgs, WorkKind, WorkOf } from "./kinds/work-kind";
import type { WorkKindId } from "./types";

// A table row knows its own kind of work; the functions below hand each row only work of that kind.
const KINDS: { [Id in WorkKindId]: WorkKind<WorkOf<Id>> } = {
  "windowsSignIn.install": windowsInstall,
  "windowsSignIn.settings": windowsSettings,
  "windowsSignIn.upgrade": windowsUpgrade,
  "windowsSignIn.uninstall": windowsUninstall,
  "linuxSignIn.install": linuxInstall,
  "linuxSignIn.upgrade": linuxUpgrade,
  "linuxSignIn.uninstall": linuxUninstall,
  "role.assign": roleAssign,
};

/** The row of a kind of work. */
export function workKind(id: WorkKindId): WorkKind {
  return KINDS[id] as unknown as WorkKind;
}

/** The request exactly as it is sent for one machine. */
export function workRequest(args: RequestArgs): ExactRequest {
  return workKind(args.work.kind).request(args);
}
