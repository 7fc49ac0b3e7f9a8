import { describe, expect, it } from "vitest";
import { WORK_KINDS } from "@/lib/domain/rollout/types";
import { INTUNE_MDM_ID } from "@/lib/domain/sign-in-extension";
import { INITIAL_WORK, isWorkForm, type WorkForm, workErrors, workOf } from "./work-form";

const form = (part: Partial<WorkForm>): WorkForm => ({ ...INITIAL_WORK, ...part });
const GUID = "11111111-2222-3333-4444-555555555555";
const role = { id: GUID, name: "Reader" };
const principal = { id: GUID, type: "Group", name: "Operators" } as const;

describe("the work of the form", () => {
  it.each([
    [{}, { kind: "windowsSignIn.install", extensionName: "AADLogin", mdmId: "", version: null }],
    [
      { mdm: "intune", version: " 2.1.0.0 " },
      { kind: "windowsSignIn.install", extensionName: "AADLogin", mdmId: INTUNE_MDM_ID, version: "2.1.0.0" },
    ],
    [
      { kind: "windowsSignIn.settings", mdm: "own", ownMdmId: ` ${GUID} ` },
      { kind: "windowsSignIn.settings", mdmId: GUID },
    ],
    [
      { kind: "windowsSignIn.upgrade", version: "2.2" },
      { kind: "windowsSignIn.upgrade", version: "2.2" },
    ],
    [{ kind: "windowsSignIn.uninstall", version: "x" }, { kind: "windowsSignIn.uninstall" }],
    [{ kind: "linuxSignIn.install" }, { kind: "linuxSignIn.install", extensionName: "AADSSHLogin", version: null }],
    [
      { kind: "role.assign", role, principal },
      { kind: "role.assign", roleDefinitionId: GUID, roleName: "Reader", principal },
    ],
  ] as const)("%j is %j", (part, work) => {
    expect(workOf(form(part))).toEqual(work);
  });

  it.each([
    [{ windowsName: "" }, ["name"]],
    [{ kind: "linuxSignIn.install", linuxName: "a b" }, ["name"]],
    [{ mdm: "own", ownMdmId: "" }, ["mdmId"]],
    [{ mdm: "own", ownMdmId: "no guid" }, ["mdmId"]],
    [{ version: "2" }, ["version"]],
    [{ version: "2.1.0.0.0" }, ["version"]],
    [{ kind: "linuxSignIn.upgrade" }, ["version"]],
    [{ kind: "role.assign" }, ["role", "principal"]],
  ] as const)("%j is wrong at %j, so it is no work", (part, fields) => {
    expect(Object.keys(workErrors(form(part)))).toEqual(fields);
    expect(workOf(form(part))).toBeNull();
  });

  it("asks only for the fields of its kind: what was typed for another one does no harm", () => {
    for (const kind of WORK_KINDS.filter((id) => id.endsWith(".uninstall"))) {
      expect(workErrors(form({ kind, windowsName: "", mdm: "own", version: "x" }))).toEqual({});
    }
  });

  it("is read back from the tab's memory only when it is whole", () => {
    expect(isWorkForm(JSON.parse(JSON.stringify(form({ role, principal }))))).toBe(true);
    expect(
      [null, {}, form({ role: { id: 1 } as never }), { ...INITIAL_WORK, kind: "x" }, { ...INITIAL_WORK, mdm: "x" }].some(
        isWorkForm,
      ),
    ).toBe(false);
    expect(isWorkForm({ ...INITIAL_WORK, principal: { ...principal, type: "Device" } })).toBe(false);
  });
});
