import { describe, expect, it } from "vitest";
import { CLOUDS, cloudById } from "../clouds";
import { targetFixture } from "./plan-fixture";
import { rolloutTemplates } from "./templates";
import type { RolloutTarget, Work } from "./types";
import { WORK_KINDS } from "./types";

const cloud = cloudById("public");
const WINDOWS: Work = { kind: "windowsSignIn.install", extensionName: "AADLogin", mdmId: "", version: null };
const A = "11111111-1111-1111-1111-111111111111";
const B = "22222222-2222-2222-2222-222222222222";

function target(name: string, resourceGroup = "rg-prod", subscriptionId = A, part: Partial<RolloutTarget> = {}): RolloutTarget {
  const machineId = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.HybridCompute/machines/${name}`;
  return targetFixture({ name, resourceGroup, subscriptionId, machineId, ...part });
}

function templates(targets: RolloutTarget[], work: Work = WINDOWS) {
  return rolloutTemplates({ cloud, work, targets, assignmentNameOf: (one) => `name-of-${one.name}` });
}

describe("ARM JSON", () => {
  it("[C75] of one resource group is one resource copied over the list", () => {
    const { armJson } = templates([target("a"), target("b", "rg-prod", A, { extensionName: "Mine", location: "northeurope" })]);
    const template = JSON.parse(armJson);
    expect(template.variables.machines).toEqual([
      { name: "a", location: "westeurope", own: "AADLogin" },
      { name: "b", location: "northeurope", own: "Mine" },
    ]);
    expect(template.resources).toHaveLength(1);
    expect(template.resources[0]).toMatchObject({
      type: "Microsoft.HybridCompute/machines/extensions",
      name: "[concat(variables('machines')[copyIndex()].name, '/', variables('machines')[copyIndex()].own)]",
      properties: { publisher: "Microsoft.Azure.ActiveDirectory", type: "AADLoginForWindows", settings: { mdmId: "" } },
    });
  });

  it("of several groups is one nested deployment each, also in other subscriptions; the case of a name makes no further group", () => {
    const { armJson } = templates([target("a"), target("b", "RG-PROD"), target("c", "rg-two"), target("d", "rg-prod", B)]);
    const template = JSON.parse(armJson);
    expect(template.$schema).toContain("subscriptionDeploymentTemplate");
    type Nested = {
      subscriptionId: string;
      resourceGroup: string;
      properties: { template: { variables: { machines: unknown[] } } };
    };
    const places = (template.resources as Nested[]).map((one) => [
      one.subscriptionId,
      one.resourceGroup,
      one.properties.template.variables.machines.length,
    ]);
    expect(places).toEqual([
      [A, "rg-prod", 2],
      [A, "rg-two", 1],
      [B, "rg-prod", 1],
    ]);
  });

  it("reads no text as an expression", () => {
    const work: Work = { ...WINDOWS, mdmId: "[resourceGroup().id]" } as Work;
    expect(JSON.parse(templates([target("a")], work).armJson).resources[0].properties.settings.mdmId).toBe(
      "[[resourceGroup().id]",
    );
  });
});

describe("Bicep", () => {
  it("loops over the machines of the group that it is deployed to, and says how", () => {
    const { bicep } = templates([target("a"), target("b", "rg-two")]);
    expect(bicep).toContain("[for machine in machines: {");
    expect(bicep).toContain(
      `var machines = machinesByGroup[toLower('\${subscription().subscriptionId}/\${resourceGroup().name}')]`,
    );
    expect(bicep).toContain(
      `//   az deployment group create --subscription '${A}' --resource-group 'rg-two' --template-file rollout.bicep`,
    );
    expect(bicep).toContain(`'${A}/rg-two': [`);
    expect(bicep).toContain("mdmId: ''");
  });

  it("keeps quotes, expressions and line breaks of a name inside its string", () => {
    const { bicep } = templates([target(`a'\${b}`, "rg'x\nresource evil")]);
    expect(bicep).toContain(`name: 'a\\'\\\${b}'`);
    expect(bicep.split("\n").some((line) => line.startsWith("resource evil"))).toBe(false);
  });
});

it.each(["windowsSignIn.uninstall", "linuxSignIn.uninstall", "windowsSignIn.upgrade", "linuxSignIn.upgrade"] as const)(
  "%s has no template, only scripts",
  (kind) => {
    const made = templates([target("a")], { kind, version: "2" } as Work);
    expect([made.armJson, made.bicep]).toEqual(["", ""]);
    expect(made.azCli).toContain("az rest --method");
    expect(made.powershell).toContain("Invoke-AzRestMethod");
  },
);

describe("a role at each machine", () => {
  const ROLE = "fb879df8-f326-4884-b1cf-06f3ad86be52";
  const work: Work = {
    kind: "role.assign",
    roleDefinitionId: `/subscriptions/${A}/providers/Microsoft.Authorization/roleDefinitions/${ROLE}`,
    roleName: "Virtual Machine User Login",
    principal: { id: "p", type: "Group", name: "g" },
  };

  it("is an assignment whose scope is the machine, under the name that the portal would give it", () => {
    const template = JSON.parse(templates([target("a"), target("b")], work).armJson);
    expect(template.variables.machines).toEqual([
      { name: "a", own: "name-of-a" },
      { name: "b", own: "name-of-b" },
    ]);
    expect(template.resources).toEqual([
      {
        type: "Microsoft.Authorization/roleAssignments",
        apiVersion: "2022-04-01",
        copy: { name: "machines", count: "[length(variables('machines'))]" },
        scope: "[concat('Microsoft.HybridCompute/machines/', variables('machines')[copyIndex()].name)]",
        name: "[variables('machines')[copyIndex()].own]",
        properties: {
          roleDefinitionId: `[subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '${ROLE}')]`,
          principalId: "p",
          principalType: "Group",
        },
      },
    ]);
  });

  it("names the role in the subscription of each deployment, not in that of the first machine", () => {
    const made = templates([target("a"), target("b", "rg-prod", B)], work);
    expect(made.armJson).not.toContain(`${A}/providers/Microsoft.Authorization`);
    expect(made.bicep).toContain("scope: server[index]");
    expect(made.bicep).toContain(
      `roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '${ROLE}')`,
    );
    expect(made.bicep).toContain("    principalType: 'Group'");
  });
});

it("says in each template how it is deployed, to the file that the page saves", () => {
  const one = templates([target("a")]);
  const place = `--subscription '${A}' --resource-group 'rg-prod'`;
  expect(JSON.parse(one.armJson).metadata.deploy).toBe(`az deployment group create ${place} --template-file rollout.json`);
  expect(one.bicep).toContain(`az deployment group create ${place} --template-file rollout.bicep`);
  const two = JSON.parse(templates([target("a"), target("b", "rg-two")]).armJson);
  expect(two.metadata.deploy).toBe(
    `az deployment sub create --subscription '${A}' --location 'westeurope' --template-file rollout.json`,
  );
});

it("PowerShell quotes every path and doubles typographic quotes", () => {
  const { powershell } = templates([target("a’b", "rg'x")]);
  expect(powershell).toContain("-Payload $body");
  expect(powershell).toMatch(/^ {2}'\/subscriptions\/[^\n]*'$/m);
  expect(powershell).not.toContain("a’b'");
});

it("speaks of the portal's own cloud only", () => {
  for (const one of CLOUDS) {
    for (const kind of WORK_KINDS) {
      const work = {
        kind,
        extensionName: "AADLogin",
        mdmId: "",
        version: "2",
        roleDefinitionId: "r",
        roleName: "r",
        principal: { id: "p", type: "Group", name: "g" },
      } as Work;
      const made = rolloutTemplates({ cloud: one, work, targets: [target("a")], assignmentNameOf: () => "n" });
      expect(made.azCli).toContain(`az cloud set --name ${one.azCliName}`);
      expect(made.azCli).toContain(one.arm);
      const text = JSON.stringify(made);
      for (const other of CLOUDS) if (other.arm !== one.arm) expect(text).not.toContain(other.arm);
    }
  }
});

it("of nothing is nothing", () => {
  expect(templates([])).toEqual({ machines: 0, armJson: "", bicep: "", azCli: "", powershell: "" });
});

it("counts all machines: the list is never shortened", () => {
  const many = templates(Array.from({ length: 2_000 }, (_, index) => target(`m${index}`)));
  expect(many.machines).toBe(2_000);
  expect(many.azCli.match(/\/machines\/m\d+\//g)).toHaveLength(2_000);
  expect(JSON.parse(many.armJson).variables.machines).toHaveLength(2_000);
});
