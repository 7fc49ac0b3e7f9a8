import { describe, expect, it } from "vitest";
import type { Known, PreflightCheck } from "./api";
import { cloudById } from "./clouds";
import type { Machine, MachineExtension } from "./machine";
import { agentConfigurationFixture, machineFixture } from "./machine-fixture";
import { operatorPermissions } from "./permissions";
import { overallVerdict, PREFLIGHT_CHECKS, refusedOverrides, runPreflight } from "./preflight";
import type { PreflightFacts } from "./preflight-types";
import { INTUNE_MDM_ID } from "./sign-in-extension";

const TENANT = "44444444-4444-4444-4444-444444444444";
const AADLOGIN = { publisher: "Microsoft.Azure.ActiveDirectory", type: "AADLoginForWindows" };

function known<T>(value: T): Known<T> {
  return { known: true, value, source: "test", asOf: "2026-11-21T12:00:00.000Z" };
}

function facts(machine: Partial<Machine> = {}, part: Partial<PreflightFacts> = {}): PreflightFacts {
  return {
    machine: machineFixture(machine),
    subscriptionTenantId: TENANT,
    cloud: cloudById("public"),
    extensions: known([]),
    permissions: known(
      operatorPermissions([{ actions: ["Microsoft.HybridCompute/*"], notActions: [], dataActions: [], notDataActions: [] }]),
    ),
    regionVersions: ["2.1.0.0", "1.0.0.1"],
    extensionName: "AADLogin",
    mdmId: "",
    now: new Date("2026-11-21T12:00:00.000Z"),
    ...part,
  };
}

function check(id: string, machine: Partial<Machine> = {}, part: Partial<PreflightFacts> = {}): PreflightCheck {
  const found = runPreflight(facts(machine, part)).checks.find((row) => row.id === id);
  if (found === undefined) throw new Error(`No check ${id}`);
  return found;
}

function installed(part: Partial<MachineExtension>): Partial<PreflightFacts> {
  return {
    extensions: known([
      {
        id: "x",
        name: "AADLogin",
        ...AADLOGIN,
        typeHandlerVersion: "2.1.0.0",
        autoUpgradeMinorVersion: true,
        enableAutomaticUpgrade: true,
        provisioningState: "Succeeded",
        settings: { mdmId: "" },
        instanceView: null,
        location: "westeurope",
        ...part,
      },
    ]),
  };
}

type Case = [string, string, Partial<Machine>, Partial<PreflightFacts>, PreflightCheck["verdict"], string, boolean];

const noSystem = { kind: "None", raw: "None", principalId: null, tenantId: TENANT, userAssigned: [] } as const;
const config = (part: Parameters<typeof agentConfigurationFixture>[0]) => ({
  agentConfiguration: agentConfigurationFixture(part),
});

const CASES: Case[] = [
  ["C01", "osBuild", {}, {}, "pass", "supported", false],
  ["C01", "osBuild", { osSku: "Windows Server 2022 Datacenter", osVersion: "10.0.20348.1" }, {}, "block", "unsupported", false],
  ["C01", "osBuild", { osSku: "Windows Server 2025", osVersion: null }, {}, "ask", "unknown", false],
  ["C01", "osBuild", { osFamily: "linux", osSku: "Ubuntu 24.04", osVersion: "6.8" }, {}, "block", "linux", false],
  ["C14", "desktopExperience", {}, {}, "pass", "present", false],
  ["C14", "desktopExperience", { osSku: "Windows Server 2025 Datacenter" }, {}, "ask", "unknown", false],
  ["C14", "desktopExperience", { osSku: "Windows Server 2025 Datacenter Core" }, {}, "block", "core", false],
  ["C14", "desktopExperience", { osSku: "Windows 11 Enterprise" }, {}, "pass", "notApplicable", false],
  ["C10", "domainJoined", {}, {}, "pass", "workgroup", false],
  ["C10", "domainJoined", { domainName: "corp.local" }, {}, "block", "joined", true],
  ["C10", "domainJoined", { domainName: null }, {}, "unknown", "unknown", false],
  ["C27", "nameLength", { computerName: "a".repeat(15) }, {}, "pass", "short", false],
  ["C27", "nameLength", { computerName: "a".repeat(16) }, {}, "warn", "long", false],
  ["C27", "nameLength", { computerName: null, name: "b".repeat(16) }, {}, "warn", "long", false],
  ["C28", "identityPresent", {}, {}, "pass", "present", false],
  ["C28", "identityPresent", { identity: { ...noSystem, userAssigned: [] } }, {}, "block", "missing", false],
  [
    "C28",
    "identityPresent",
    { identity: { kind: "UserAssigned", raw: "UserAssigned", principalId: null, tenantId: TENANT, userAssigned: [] } },
    {},
    "block",
    "missing",
    false,
  ],
  [
    "C28",
    "identityPresent",
    { identity: { kind: "SystemAssigned", raw: "SystemAssigned", principalId: null, tenantId: TENANT, userAssigned: [] } },
    {},
    "block",
    "noPrincipal",
    false,
  ],
  [
    "C28",
    "identityPresent",
    { identity: { kind: "Unknown", raw: "Delegated", principalId: "p", tenantId: TENANT, userAssigned: [] } },
    {},
    "ask",
    "unknown",
    false,
  ],
  ["C29", "identityTenant", {}, {}, "pass", "same", false],
  ["C29", "identityTenant", {}, { subscriptionTenantId: TENANT.toUpperCase() }, "pass", "same", false],
  ["C29", "identityTenant", {}, { subscriptionTenantId: "other" }, "block", "different", false],
  ["C29", "identityTenant", {}, { subscriptionTenantId: null }, "unknown", "unknown", false],
  ["C33", "connected", {}, {}, "pass", "connected", false],
  ["C33", "connected", { status: "Disconnected" }, {}, "block", "disconnected", true],
  ["C33", "connected", { status: "Expired" }, {}, "block", "expired", false],
  ["C33", "connected", { status: "AwaitingConnection" }, {}, "block", "awaiting", false],
  ["C33", "connected", { status: "Error" }, {}, "ask", "error", false],
  ["C33", "connected", { status: "Unknown", statusRaw: "Paused" }, {}, "ask", "unknown", false],
  ["C18", "agentVersion", {}, {}, "pass", "supported", false],
  ["C18", "agentVersion", { agentVersion: "1.62.1" }, {}, "warn", "insecure", false],
  ["C18", "agentVersion", { agentVersion: null }, {}, "unknown", "unknown", false],
  ["C27", "extensionsEnabled", {}, {}, "pass", "enabled", false],
  ["C27", "extensionsEnabled", config({ extensionsEnabled: false }), {}, "block", "disabled", false],
  ["C27", "extensionsEnabled", { agentConfiguration: null }, {}, "unknown", "unknown", false],
  ["C27", "monitorMode", {}, {}, "pass", "full", false],
  ["C27", "monitorMode", config({ configMode: "Monitor" }), {}, "block", "monitor", false],
  ["C27", "monitorMode", config({ configMode: null }), {}, "unknown", "unknown", false],
  ["C27", "agentLists", {}, {}, "pass", "open", false],
  ["C27", "agentLists", config({ extensionsAllowList: [AADLOGIN] }), {}, "pass", "listed", false],
  ["C27", "agentLists", config({ extensionsAllowList: [{ publisher: "A", type: "B" }] }), {}, "block", "notListed", false],
  ["C27", "agentLists", config({ extensionsAllowList: [{ publisher: "Allow", type: "None" }] }), {}, "block", "allowNone", false],
  [
    "C27",
    "agentLists",
    config({
      extensionsAllowList: [AADLOGIN],
      extensionsBlockList: [{ publisher: AADLOGIN.publisher.toUpperCase(), type: "aadloginforwindows" }],
    }),
    {},
    "block",
    "blocked",
    false,
  ],
  ["C27", "agentLists", { agentConfiguration: null }, {}, "unknown", "unknown", false],
  ["C33", "alreadyInstalled", {}, {}, "pass", "absent", false],
  ["C33", "alreadyInstalled", {}, installed({}), "ask", "present", false],
  ["C32", "alreadyInstalled", {}, installed({ settings: {} }), "ask", "mdmIdMissing", false],
  ["C33", "alreadyInstalled", {}, installed({ provisioningState: "Failed" }), "warn", "failed", false],
  ["C33", "alreadyInstalled", {}, installed({ provisioningState: "Creating" }), "block", "busy", false],
  ["C33", "alreadyInstalled", {}, installed({ provisioningState: "Deleting" }), "block", "busy", false],
  ["C31", "alreadyInstalled", {}, installed({ name: "my-login" }), "block", "otherName", false],
  ["C31", "alreadyInstalled", {}, installed({ name: "aadlogin" }), "ask", "present", false],
  ["C33", "alreadyInstalled", {}, { extensions: { known: false, reason: "403" } }, "unknown", "unknown", false],
  ["B27", "permission", {}, {}, "pass", "granted", false],
  [
    "B27",
    "permission",
    {},
    { permissions: known(operatorPermissions([{ actions: ["*/read"], notActions: [], dataActions: [], notDataActions: [] }])) },
    "block",
    "missing",
    false,
  ],
  ["B27", "permission", {}, { permissions: { known: false, reason: "timeout" } }, "unknown", "unknown", false],
  ["C15", "regionCloud", {}, {}, "pass", "offered", false],
  ["C15", "regionCloud", {}, { regionVersions: null }, "pass", "cloudOnly", false],
  ["C15", "regionCloud", {}, { regionVersions: ["1.0.0.1"] }, "warn", "notOffered", false],
  ["C15", "regionCloud", {}, { regionVersions: [] }, "warn", "notOffered", false],
  ["C15", "regionCloud", { location: "chinaeast2" }, { cloud: cloudById("china") }, "pass", "offered", false],
  ["C15", "regionCloud", { location: "China East 2" }, {}, "warn", "otherCloud", false],
  ["C15", "regionCloud", { location: "usgovvirginia" }, { cloud: cloudById("usgov") }, "pass", "offered", false],
  ["C32", "mdmIdOnServer", {}, {}, "pass", "empty", false],
  ["C32", "mdmIdOnServer", {}, { mdmId: INTUNE_MDM_ID }, "warn", "server", false],
  ["C32", "mdmIdOnServer", { osSku: "Windows 11 Enterprise" }, { mdmId: INTUNE_MDM_ID }, "pass", "client", false],
  ["C32", "mdmIdOnServer", {}, { mdmId: "intune" }, "block", "invalid", false],
  ["C13", "conditionalAccess", {}, {}, "warn", "note", false],
  ["C17", "endpoints", {}, {}, "unknown", "note", false],
];

describe("each check", () => {
  it.each(CASES)("[%s] %s: %j %j is %s because %s, overridable %s", (_row, id, machine, part, verdict, found, overridable) => {
    const result = check(id, machine, part);
    expect([result.verdict, result.evidence, result.overridable]).toEqual([
      verdict,
      `signIn.preflight.${id}.${found}`,
      overridable,
    ]);
  });

  it("has at least one case for every check", () => {
    expect(new Set(CASES.map(([, id]) => id))).toEqual(new Set(PREFLIGHT_CHECKS.map((row) => row.id)));
  });

  it("always says what to do when it blocks or asks", () => {
    for (const [, id, machine, part] of CASES) {
      const result = check(id, machine, part);
      if (result.verdict === "block" || result.verdict === "ask") expect([id, result.fix]).not.toEqual([id, ""]);
      expect(result.source).not.toBe("");
    }
  });

  it("[C17] lists the hosts of the machine's cloud", () => {
    expect(check("endpoints", {}, { cloud: cloudById("china") }).values.hosts).toBe(
      "enterpriseregistration.partner.microsoftonline.cn, login.chinacloudapi.cn, device.login.partner.microsoftonline.cn, pas.chinacloudapi.cn",
    );
  });

  it("shows the facts that it found", () => {
    expect(check("osBuild").values).toMatchObject({ build: "26100", minimum: "26100", version: "10.0.26100.4946" });
    expect(check("domainJoined", { domainName: "corp.local" }).values).toEqual({ domain: "corp.local" });
  });
});

describe("the verdict over all checks", () => {
  it("is ready for a machine with nothing in its way", () => {
    expect(runPreflight(facts()).verdict).toBe("ready");
  });

  it("asks for confirmation when only questions are open", () => {
    expect(runPreflight(facts({ osSku: "Windows Server 2025 Datacenter" })).verdict).toBe("confirm");
  });

  it("[C10] is blocked by a domain join until an operator overrules it", () => {
    const { checks, verdict } = runPreflight(facts({ domainName: "corp.local" }));
    expect([verdict, overallVerdict(checks, ["domainJoined"]), overallVerdict(checks, ["osBuild"])]).toEqual([
      "blocked",
      "confirm",
      "blocked",
    ]);
  });

  it("[C01] [C28] cannot be overruled for an unsupported system or a missing identity", () => {
    const { checks } = runPreflight(facts({ osVersion: "10.0.20348.1", identity: { ...noSystem, userAssigned: [] } }));
    expect(overallVerdict(checks, ["osBuild", "identityPresent"])).toBe("blocked");
    expect(refusedOverrides(checks, ["osBuild", "identityPresent", "nameLength", "nothing"])).toEqual([
      "osBuild",
      "identityPresent",
      "nameLength",
      "nothing",
    ]);
  });

  it("refuses no override that names a block which may be overruled", () => {
    const { checks } = runPreflight(facts({ domainName: "corp.local", status: "Disconnected" }));
    expect(refusedOverrides(checks, ["domainJoined", "connected"])).toEqual([]);
  });
});
