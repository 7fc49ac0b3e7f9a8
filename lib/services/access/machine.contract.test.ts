import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { MachineAccessView } from "@/lib/domain/access/api";
import type { FaultRule } from "../../../emulator/core/faults";
import { type LocalAzure, startLocalAzure } from "../../../emulator/core/start";
import { type ControlClient, createControlClient } from "../../../emulator/testing/control-client";
import { getMachineAccess } from "./machine";
import { searchPrincipals } from "./principals";
import { getMachineReach } from "./reach";
import { accessRights } from "./rights";
import { type AccessBench, createAccessBench, LOGIN_ADMIN, OPERATOR, READER, SECURITY } from "./testing";

let azure: LocalAzure;
let control: ControlClient;
let bench: AccessBench;

beforeAll(async () => {
  azure = await startLocalAzure({ machines: 200, options: { enforceQuotas: false } });
  control = createControlClient(azure.controlOrigin);
  bench = await createAccessBench({ origin: azure.origin, token: control.token });
});
afterAll(() => azure.close());
beforeEach(() => control.clearFaults());

const refused = (code: string): FaultRule["effect"] => ({
  kind: "respond",
  status: 403,
  body: { error: { code, message: `refused by the test: ${code}` } },
});
const names = (view: MachineAccessView, capability: keyof MachineAccessView["access"]["answers"]) =>
  view.access.answers[capability].holders.map(({ principal }) => principal.displayName);

describe("who can do what on one machine", () => {
  it("names the person who signs in as user by a role on the machine itself [C20]", async () => {
    const view = await getMachineAccess({ ctx: bench.as(SECURITY), ref: bench.machine("ams-app-0001") });
    expect(names(view, "signInUser")).toContain("Jia Novak");
    const holder = view.access.answers.signInUser.holders.find(({ principal }) => principal.displayName === "Jia Novak");
    expect(holder?.paths[0]).toMatchObject({ inherited: false, kind: { kind: "standing" }, groups: [] });
    expect(view.access.atLeast).toEqual([]);
    expect(view.completeness.missing).toEqual([]);
    expect(view.completeness.complete).toBe(true);
  });

  it("[A08] shows administrators that come through nested groups and a management group with the whole chain", async () => {
    const view = await getMachineAccess({ ctx: bench.as(SECURITY), ref: bench.machine("ams-app-0001") });
    const nested = view.access.answers.signInAdmin.holders.filter(({ paths }) =>
      paths.some((path) => path.groups.length >= 3 && path.scope.kind === "managementGroup" && path.inherited),
    );
    expect(nested.length).toBeGreaterThan(0);
  });

  describe("eligible paths say what an activation asks for", () => {
    const ref = () => bench.machine("ams-app-0001");
    const eligible = (view: MachineAccessView, capability: keyof MachineAccessView["access"]["answers"], person: string) =>
      view.access.answers[capability].holders
        .filter(({ principal }) => principal.displayName === person)
        .flatMap(({ paths }) => paths)
        .filter(({ kind }) => kind.kind === "eligible");
    const policyReads = async () =>
      (await control.requests({ face: "arm" })).filter(({ path }) => /roleManagementPolicyAssignments/i.test(path));

    it("approval, authentication context or nothing, by the settings of that role at that scope", async () => {
      await control.clearRequests();
      const view = await getMachineAccess({ ctx: bench.as(SECURITY), ref: ref() });
      expect(eligible(view, "addExtensions", "Olivia Operator")).toMatchObject([
        { roleName: "Contributor", kind: { approvalRequired: true, mfaRequired: false, authenticationContext: null } },
      ]);
      expect(eligible(view, "signInAdmin", "Olivia Operator")).toMatchObject([
        { kind: { approvalRequired: false, mfaRequired: false, authenticationContext: "c1" } },
      ]);
      const above = eligible(view, "signInAdmin", "Daan Jansen");
      expect(above).toMatchObject([{ scope: { kind: "managementGroup" }, kind: { approvalRequired: false } }]);
      const reads = await policyReads();
      expect(reads.length).toBeGreaterThan(0);
      expect(reads.length).toBeLessThanOrEqual(8);
    });

    it("stays open where the settings cannot be read, and the answer is whole all the same", async () => {
      await control.addFault({ match: { path: "roleManagementPolicyAssignments" }, effect: refused("AuthorizationFailed") });
      const view = await getMachineAccess({ ctx: bench.as(SECURITY), ref: ref() });
      expect(eligible(view, "addExtensions", "Olivia Operator")).toMatchObject([
        { kind: { approvalRequired: null, mfaRequired: null, authenticationContext: null } },
      ]);
      expect(view.completeness.complete).toBe(true);
      await control.clearFaults();
    });
  });

  it("[C22] explains that owners and contributors alone cannot sign in", async () => {
    const view = await getMachineAccess({ ctx: bench.as(SECURITY), ref: bench.machine("ams-app-0001") });
    const ada = view.cannotSignIn.find(({ principal }) => principal.displayName === "Ada Admin");
    expect(ada?.reasons).toContain("ownerOrContributorOnly");
    expect(names(view, "indirectAdmin")).toContain("Ada Admin");
  });

  it("[B26] lists every assignment at and above the machine with names and what it gives", async () => {
    const view = await getMachineAccess({ ctx: bench.as(SECURITY), ref: bench.machine("ams-app-0001") });
    const own = view.assignments.find(({ scope }) => scope.kind === "machine");
    expect(own).toMatchObject({ roleName: "Virtual Machine User Login", principal: { displayName: "Jia Novak" } });
    expect(own?.capabilities).toContain("signInUser");
    expect(view.assignments.some(({ scope }) => scope.kind === "root")).toBe(true);
  });

  it("[D12] says with which role the operator could assign, and that a reader cannot", async () => {
    const reader = await accessRights(bench.as(READER), "/");
    expect(reader.assignRoles).toEqual({
      action: "Microsoft.Authorization/roleAssignments/write",
      allowed: false,
      smallestRole: { id: "f58310d9-a9f6-439a-9e8d-f62e7b41a168", name: "Role Based Access Control Administrator" },
    });
    const view = await getMachineAccess({ ctx: bench.as(LOGIN_ADMIN), ref: bench.machine("ams-app-0001") });
    expect(view.rights.assignRoles.allowed).toBe(true);
  });

  it("says at least when a group cannot be read, and why", async () => {
    await control.addFault({
      match: { face: "graph", method: "POST", path: "\\$batch" },
      effect: refused("Authorization_RequestDenied"),
    });
    const view = await getMachineAccess({ ctx: bench.as(SECURITY), ref: bench.machine("ams-app-0001") });
    expect(view.access.atLeast.some(({ source }) => source === "groups")).toBe(true);
    expect(view.completeness.complete).toBe(false);
    expect(view.completeness.missing.some(({ problem }) => problem.detail.includes("refused by the test"))).toBe(true);
  });

  it("fails as a whole only when the machine itself cannot be read", async () => {
    const ref = { ...bench.machine("ams-app-0001"), name: "no-such-machine" };
    await expect(getMachineAccess({ ctx: bench.as(SECURITY), ref })).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("what a machine's identity reaches", () => {
  it("[A04] finds vault, storage and workspace across the tenant with what each role gives", async () => {
    const reach = await getMachineReach({ ctx: bench.as(SECURITY), ref: bench.machine("ams-app-0001") });
    expect(reach.completeness.missing).toEqual([]);
    const found = new Map(reach.grants.map((grant) => [grant.resourceType, grant]));
    expect(found.get("microsoft.keyvault/vaults")).toMatchObject({
      severity: "high",
      classes: expect.arrayContaining(["secrets"]),
    });
    expect(found.get("microsoft.storage/storageaccounts")?.classes).toContain("blobs");
    expect(found.get("microsoft.operationalinsights/workspaces")?.classes).toContain("logs");
  });

  it("[A16] names the people who can become the machine and so reach all of it", async () => {
    const reach = await getMachineReach({ ctx: bench.as(SECURITY), ref: bench.machine("ams-app-0001") });
    const people = reach.becomeIdentity.holders.map(({ principal }) => principal.displayName);
    expect(people).toContain("Olivia Operator");
    expect(people).not.toContain("Jia Novak");
  });

  it("counts the other machines that an identity with a subscription's contributor role controls", async () => {
    const reach = await getMachineReach({ ctx: bench.as(SECURITY), ref: bench.machine("fra-sql-0007") });
    expect(reach.grants[0]).toMatchObject({ severity: "critical", roleName: "Contributor" });
    expect(reach.controlsTotal).toBeGreaterThan(0);
    expect(reach.controls.length).toBe(Math.min(200, reach.controlsTotal));
    expect(reach.controls.some(({ machineId }) => machineId.toLowerCase().endsWith("/fra-sql-0007"))).toBe(false);
    expect(reach.controls[0]?.capabilities).toContain("writeExtensions");
  });

  it("says that a machine without an identity reaches nothing", async () => {
    await control.addFault({
      match: { face: "arm", method: "GET", path: "/machines/ams-app-0002" },
      effect: { kind: "patchJson", remove: ["identity"] },
      times: 1,
    });
    const reach = await getMachineReach({ ctx: bench.as(SECURITY), ref: bench.machine("ams-app-0002") });
    expect(reach).toMatchObject({ identity: null, grants: [], controlsTotal: 0 });
  });
});

describe("search as you type", () => {
  it("finds people, groups and service principals by the beginning of a word", async () => {
    const people = await searchPrincipals({ ctx: bench.as(OPERATOR), search: "jia" });
    expect(people.principals.map(({ displayName }) => displayName)).toContain("Jia Novak");
    const machines = await searchPrincipals({ ctx: bench.as(OPERATOR), search: "ams-app" });
    expect(machines.principals[0]).toMatchObject({ kind: "managedIdentity" });
    expect(machines.principals[0]?.machineId).toContain("/machines/ams-app-");
  });

  it("treats quotes and backslashes as text", async () => {
    const found = await searchPrincipals({ ctx: bench.as(OPERATOR), search: 'jia" OR "displayName:ada\\' });
    expect(found.principals).toEqual([]);
  });
});
