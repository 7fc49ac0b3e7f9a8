import { MDM_CHOICES, type MdmChoice, mdmError, mdmIdOf } from "@/lib/domain/mdm-choice";
import { type RolloutPrincipal, WORK_KINDS, type Work, type WorkKindId } from "@/lib/domain/rollout/types";
import { extensionNameError, LINUX_SIGN_IN_NAME, WINDOWS_SIGN_IN_NAME } from "@/lib/domain/sign-in-extension";

export type ChosenRole = { id: string; name: string };

/** What is to be done, as it is typed. Fields of other kinds keep their text, so that trying another kind loses nothing. */
export type WorkForm = {
  kind: WorkKindId;
  windowsName: string;
  linuxName: string;
  mdm: MdmChoice;
  ownMdmId: string;
  /** Empty: the version that Azure installs by itself. */
  version: string;
  role: ChosenRole | null;
  principal: RolloutPrincipal | null;
};

export type WorkField = "name" | "mdmId" | "version" | "role" | "principal";

export const INITIAL_WORK: WorkForm = {
  kind: "windowsSignIn.install",
  windowsName: WINDOWS_SIGN_IN_NAME,
  linuxName: LINUX_SIGN_IN_NAME,
  mdm: "empty",
  ownMdmId: "",
  version: "",
  role: null,
  principal: null,
};

/** Which fields a kind of work has. */
export const WORK_FIELDS: Readonly<Record<WorkKindId, readonly WorkField[]>> = {
  "windowsSignIn.install": ["name", "mdmId", "version"],
  "windowsSignIn.settings": ["mdmId"],
  "windowsSignIn.upgrade": ["version"],
  "windowsSignIn.uninstall": [],
  "linuxSignIn.install": ["name", "version"],
  "linuxSignIn.upgrade": ["version"],
  "linuxSignIn.uninstall": [],
  "role.assign": ["role", "principal"],
};

const mdmOf = ({ mdm, ownMdmId }: WorkForm) => ({ mdm, ownId: ownMdmId });

const VERSION = /^\d{1,9}(\.\d{1,9}){1,3}$/;

function versionError(form: WorkForm): string | null {
  const version = form.version.trim();
  if (version === "") return form.kind.endsWith(".install") ? null : "rolloutWizard.work.versionNeeded";
  return VERSION.test(version) ? null : "rolloutWizard.work.versionWrong";
}

/** Message key of what is wrong, by field; a field that is right or that the kind does not have is absent. */
export function workErrors(form: WorkForm): Partial<Record<WorkField, string>> {
  const name = form.kind.startsWith("linux") ? form.linuxName : form.windowsName;
  const found: Record<WorkField, string | null> = {
    name: extensionNameError(name),
    mdmId: mdmError(mdmOf(form)),
    version: versionError(form),
    role: form.role === null ? "rolloutWizard.work.roleNeeded" : null,
    principal: form.principal === null ? "rolloutWizard.work.principalNeeded" : null,
  };
  const wrong = WORK_FIELDS[form.kind].flatMap((field) => (found[field] === null ? [] : [[field, found[field]] as const]));
  return Object.fromEntries(wrong);
}

/** The work that the form describes; null while something is wrong or missing. */
export function workOf(form: WorkForm): Work | null {
  if (Object.keys(workErrors(form)).length > 0) return null;
  const version = form.version.trim();
  const { kind, role, principal } = form;
  switch (kind) {
    case "windowsSignIn.install":
      return { kind, extensionName: form.windowsName, mdmId: mdmIdOf(mdmOf(form)), version: version === "" ? null : version };
    case "linuxSignIn.install":
      return { kind, extensionName: form.linuxName, version: version === "" ? null : version };
    case "windowsSignIn.settings":
      return { kind, mdmId: mdmIdOf(mdmOf(form)) };
    case "windowsSignIn.upgrade":
    case "linuxSignIn.upgrade":
      return { kind, version };
    case "windowsSignIn.uninstall":
    case "linuxSignIn.uninstall":
      return { kind };
    case "role.assign":
      return role === null || principal === null ? null : { kind, roleDefinitionId: role.id, roleName: role.name, principal };
  }
}

const isText = (value: unknown): value is string => typeof value === "string";

function isRole(value: unknown): value is ChosenRole {
  return (
    typeof value === "object" && value !== null && "id" in value && "name" in value && isText(value.id) && isText(value.name)
  );
}

function isPrincipal(value: unknown): value is RolloutPrincipal {
  return isRole(value) && "type" in value && ["User", "Group", "ServicePrincipal"].some((type) => type === value.type);
}

export const isRoleOrNull = (value: unknown): value is ChosenRole | null => value === null || isRole(value);
export const isPrincipalOrNull = (value: unknown): value is RolloutPrincipal | null => value === null || isPrincipal(value);

export function isWorkForm(value: unknown): value is WorkForm {
  if (typeof value !== "object" || value === null) return false;
  const form: Partial<Record<keyof WorkForm, unknown>> = value;
  return (
    WORK_KINDS.some((kind) => kind === form.kind) &&
    MDM_CHOICES.some((choice) => choice === form.mdm) &&
    [form.windowsName, form.linuxName, form.ownMdmId, form.version].every(isText) &&
    isRoleOrNull(form.role) &&
    isPrincipalOrNull(form.principal)
  );
}
