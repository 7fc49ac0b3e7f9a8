import { describe, expect, it } from "vitest";
import { cloudById } from "../clouds";
import type { Machine } from "../machine";
import { agentConfigurationFixture, extensionFixture, machineFixture } from "../machine-fixture";
import { workableTargets } from "./included";
import { type JudgeContext, judgeTargets, stampText, standingExtension, targetOf } from "./preflight-many";
import type { TargetFacts } from "./target-checks";
import type { Work } from "./types";

const WINDOWS: Work = { kind: "windowsSignIn.install", extensionName: "AADLogin", mdmId: "", version: null };
const LINUX: Work = { kind: "linuxSignIn.install", extensionName: "AADSSHLogin", version: null };
const ASSIGN: Work = {
  kind: "role.assign",
  roleDefinitionId: "r",
  roleName: "r",
  principal: { id: "p", type: "Group", name: "g" },
};

function facts(machine: Partial<Machine> = {}, part: Partial<TargetFacts> = {}): TargetFacts {
  return {
    machine: machineFixture(machine),
    extensions: [],
    permission: true,
    subscriptionTenantId: "44444444-4444-4444-4444-444444444444",
    assigned: null,
    ...part,
  };
}

function context(work: Work = WINDOWS): JudgeContext {
  return { work, cloud: cloudById("public"), regionVersions: new Map(), now: new Date("2026-11-21T12:00:00.000Z") };
}

function judge(one: TargetFacts, work: Work = WINDOWS): string {
  const { groups, verdicts } = judgeTargets([one], context(work));
  return `${verdicts[0]} ${groups[0]?.reason?.evidence ?? ""}`.trim();
}

const linux: Partial<Machine> = {
  osFamily: "linux",
  osSku: "Ubuntu 24.04 LTS",
  osName: "linux",
  osVersion: "6.8",
  osEdition: null,
};

describe("an install on Windows", () => {
  it.each<[string, TargetFacts, string]>([
    ["a fit machine", facts(), "ready"],
    [
      "a build that is too old",
      facts({ osSku: "Windows Server 2022 Datacenter", osVersion: "10.0.20348.1" }),
      "blocked signIn.preflight.osBuild.unsupported",
    ],
    ["Linux", facts(linux), "blocked signIn.preflight.osBuild.linux"],
    ["Server Core", facts({ osSku: "Windows Server 2025 Datacenter Core" }), "blocked signIn.preflight.desktopExperience.core"],
    [
      "a system that does not tell Desktop Experience",
      facts({ osSku: "Windows Server 2025 Datacenter" }),
      "confirm signIn.preflight.desktopExperience.unknown",
    ],
    ["a domain", facts({ domainName: "corp.contoso.com" }), "blocked signIn.preflight.domainJoined.joined"],
    [
      "no identity",
      facts({ identity: { kind: "None", raw: "", principalId: null, tenantId: null, userAssigned: [] } }),
      "blocked signIn.preflight.identityPresent.missing",
    ],
    ["an agent that is away", facts({ status: "Disconnected" }), "offline signIn.preflight.connected.disconnected"],
    ["an expired machine", facts({ status: "Expired" }), "blocked signIn.preflight.connected.expired"],
    [
      "an agent that is away on a system that can never do it",
      facts({ status: "Disconnected", domainName: "corp.contoso.com" }),
      "blocked signIn.preflight.domainJoined.joined",
    ],
    [
      "extensions switched off",
      facts({ agentConfiguration: agentConfigurationFixture({ extensionsEnabled: false }) }),
      "blocked signIn.preflight.extensionsEnabled.disabled",
    ],
    [
      "no permission, before anything else",
      facts({ status: "Expired" }, { permission: false }),
      "blocked signIn.preflight.permission.missing",
    ],
    ["a permission that is not known", facts({}, { permission: null }), "ready"],
    ["installed as wanted", facts({}, { extensions: [extensionFixture()] }), "nothingToDo"],
    [
      "installed as wanted, although the agent is away",
      facts({ status: "Disconnected" }, { extensions: [extensionFixture()] }),
      "nothingToDo",
    ],
    [
      "installed with another mdmId",
      facts({}, { extensions: [extensionFixture({ settings: { mdmId: "x" } })] }),
      "confirm signIn.preflight.alreadyInstalled.present",
    ],
    [
      "installed without mdmId under another name",
      facts({}, { extensions: [extensionFixture({ name: "Mine", settings: {} })] }),
      "confirm signIn.preflight.alreadyInstalled.mdmIdMissing",
    ],
    [
      "failed before",
      facts({}, { extensions: [extensionFixture({ provisioningState: "Failed" })] }),
      "ready signIn.preflight.alreadyInstalled.failed",
    ],
    [
      "a change that is running",
      facts({}, { extensions: [extensionFixture({ provisioningState: "Updating" })] }),
      "blocked signIn.preflight.alreadyInstalled.busy",
    ],
    ["a long name", facts({ computerName: "a-name-longer-than-15" }), "ready signIn.preflight.nameLength.long"],
    ["extensions that could not be read", facts({}, { extensions: null }), "ready"],
  ])("%s", (_, one, expected) => {
    expect(judge(one)).toBe(expected);
  });
});

describe("[A09] an install on Linux", () => {
  it.each<[string, TargetFacts, string]>([
    ["a fit machine", facts(linux), "ready"],
    ["Windows", facts(), "blocked rollout.preflight.linuxSystem.windows"],
    ["an unknown system", facts({ osFamily: "unknown" }), "confirm rollout.preflight.linuxSystem.unknown"],
    [
      "no identity: error 22 is seen before it happens",
      facts({ ...linux, identity: { kind: "None", raw: "", principalId: null, tenantId: null, userAssigned: [] } }),
      "blocked signIn.preflight.identityPresent.missing",
    ],
    [
      "the retired extension: error 23 is seen before it happens",
      facts(linux, {
        extensions: [
          extensionFixture({ name: "Old", publisher: "Microsoft.Azure.ActiveDirectory.LinuxSSH", type: "AADLoginForLinux" }),
        ],
      }),
      "blocked rollout.preflight.oldLinuxExtension.present",
    ],
    [
      "a block list that names it",
      facts({
        ...linux,
        agentConfiguration: agentConfigurationFixture({
          extensionsBlockList: [{ publisher: "Microsoft.Azure.ActiveDirectory", type: "AADSSHLoginForLinux" }],
        }),
      }),
      "blocked signIn.preflight.agentLists.blocked",
    ],
    [
      "installed",
      facts(linux, { extensions: [extensionFixture({ type: "AADSSHLoginForLinux", settings: null })] }),
      "nothingToDo",
    ],
    ["a domain does not matter", facts({ ...linux, domainName: "corp.contoso.com" }), "ready"],
  ])("%s", (_, one, expected) => {
    expect(judge(one, LINUX)).toBe(expected);
  });
});

describe("other kinds of work", () => {
  const upgrade: Work = { kind: "windowsSignIn.upgrade", version: "2.2.0.0" };
  it.each<[string, Work, TargetFacts, string]>([
    ["an upgrade without extension", upgrade, facts(), "blocked rollout.preflight.hasExtension.absent"],
    [
      "an upgrade of what is busy",
      upgrade,
      facts({}, { extensions: [extensionFixture({ provisioningState: "Creating" })] }),
      "blocked rollout.preflight.hasExtension.busy",
    ],
    ["an upgrade under another name", upgrade, facts({}, { extensions: [extensionFixture({ name: "Mine" })] }), "ready"],
    [
      "an upgrade that stands",
      upgrade,
      facts({}, { extensions: [extensionFixture({ typeHandlerVersion: "2.2.0.0" })] }),
      "nothingToDo",
    ],
    [
      "settings with an mdmId that is none",
      { kind: "windowsSignIn.settings", mdmId: "x" },
      facts({}, { extensions: [extensionFixture()] }),
      "blocked signIn.preflight.mdmIdOnServer.invalid",
    ],
    ["a removal where nothing stands", { kind: "windowsSignIn.uninstall" }, facts(), "nothingToDo"],
    [
      "a removal where extensions could not be read",
      { kind: "windowsSignIn.uninstall" },
      facts({}, { extensions: null }),
      "ready",
    ],
    [
      "a removal that the agent's lists keep out",
      { kind: "windowsSignIn.uninstall" },
      facts(
        { agentConfiguration: agentConfigurationFixture({ extensionsEnabled: false }) },
        { extensions: [extensionFixture()] },
      ),
      "ready",
    ],
    ["a role on a machine that is away", ASSIGN, facts({ status: "Disconnected" }), "ready"],
    ["a role that is assigned", ASSIGN, facts({}, { assigned: true }), "nothingToDo"],
    ["a role that one may not assign", ASSIGN, facts({}, { permission: false }), "blocked rollout.preflight.permission.missing"],
  ])("%s", (_, work, one, expected) => {
    expect(judge(one, work)).toBe(expected);
  });
});

describe("groups", () => {
  const many = [
    facts({ id: "/m/1" }),
    facts({ id: "/m/2", domainName: "corp.contoso.com" }),
    facts({ id: "/m/3" }),
    facts({ id: "/m/4", domainName: "emea.contoso.com" }),
    facts({ id: "/m/5", status: "Disconnected" }),
    facts({ id: "/m/6" }, { extensions: [extensionFixture()] }),
    facts({ id: "/m/7", osSku: "Windows Server 2025 Datacenter" }),
  ];
  const judged = judgeTargets(many, context());

  it("[C75] put the same verdict for the same reason together, and keep each machine's own values", () => {
    expect(judged.groups.map((group) => [group.verdict, group.members])).toEqual([
      ["ready", [0, 2]],
      ["confirm", [6]],
      ["offline", [4]],
      ["blocked", [1, 3]],
      ["nothingToDo", [5]],
    ]);
    expect([judged.values[1]?.domain, judged.values[3]?.domain]).toEqual(["corp.contoso.com", "emea.contoso.com"]);
    expect(judged.counts).toEqual({ ready: 2, confirm: 1, blocked: 2, offline: 1, nothingToDo: 1 });
  });

  it("every machine is in exactly one group", () => {
    expect(judged.groups.flatMap((group) => group.members).sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it.each([
    [{ kind: "skip" } as const, false, [0, 2]],
    [{ kind: "skip" } as const, true, [0, 2, 6]],
    [{ kind: "wait", until: "2027-01-01" } as const, true, [0, 2, 6, 4]],
  ])("%j, with those that need a word: %s, works on %j", (offline, includeConfirm, positions) => {
    expect(workableTargets(judged.verdicts, { offline }, includeConfirm)).toEqual(positions);
  });
});

describe("the stamp", () => {
  const stamp = (list: TargetFacts[]) =>
    stampText(
      list.map((one) => targetOf(one, WINDOWS)),
      judgeTargets(list, context()),
    );
  const [a, b] = [facts({ id: "/M/A" }), facts({ id: "/m/b" })];

  it("does not depend on the order of the list or the case of ids", () => {
    expect(stamp([a, b])).toBe(stamp([b, facts({ id: "/m/a" })]));
  });

  it("changes with a machine, a verdict or the extension that stands there", () => {
    const others = [
      [a],
      [a, facts({ id: "/m/c" })],
      [a, facts({ id: "/m/b", domainName: "corp" })],
      [a, facts({ id: "/m/b" }, { extensions: [extensionFixture({ provisioningState: "Failed" })] })],
    ];
    expect(new Set([[a, b], ...others].map(stamp)).size).toBe(5);
  });

  it("does not change because time passes", () => {
    const away = (since: string) => stamp([facts({ status: "Disconnected", lastStatusChangeAt: since })]);
    expect(away("2026-11-01T00:00:00Z")).toBe(away("2026-11-02T00:00:00Z"));
  });
});

it("freezes a machine with the name of the extension that stands there", () => {
  const one = facts(
    {},
    {
      extensions: [
        extensionFixture({ type: "Other" }),
        extensionFixture({ name: "Mine", publisher: "microsoft.azure.activedirectory" }),
      ],
    },
  );
  expect(targetOf(one, WINDOWS)).toMatchObject({ name: "ams-app-0001", extensionName: "Mine", osFamily: "windows" });
  expect(targetOf(one, LINUX).extensionName).toBeNull();
  expect(standingExtension([extensionFixture({ publisher: "Somebody" })], "windows")).toBeNull();
});

it("judges 10,000 machines in no time that a person would notice, even on a busy machine", () => {
  const list = Array.from({ length: 10_000 }, (_, index) =>
    facts({ id: `/m/${index}`, domainName: index % 3 === 0 ? "corp" : "WORKGROUP" }),
  );
  const begin = performance.now();
  expect(judgeTargets(list, context()).verdicts).toHaveLength(10_000);
  expect(performance.now() - begin).toBeLessThan(5_000);
});
