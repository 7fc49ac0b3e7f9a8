import { describe, expect, it } from "vitest";
import { agentBlocks, isExtensionAllowed } from "./agent-configuration";
import { AGENT_RELEASES, agentRelease, agentVersionVerdict } from "./agent-version";
import { agentConfigurationFixture as configuration } from "./machine-fixture";

const AADLOGIN = { publisher: "Microsoft.Azure.ActiveDirectory", type: "AADLoginForWindows" };
const MONITOR = { publisher: "Microsoft.Azure.Monitor", type: "AzureMonitorWindowsAgent" };

describe("what the agent's configuration stops", () => {
  it("stops nothing by default and says nothing where nothing is reported", () => {
    expect(agentBlocks(configuration(), AADLOGIN)).toEqual([]);
    expect(agentBlocks(null, AADLOGIN)).toEqual([]);
  });

  it("tells for each control whether it stops the extension", () => {
    const blocks = agentBlocks(
      configuration({
        configMode: "MONITOR",
        extensionsEnabled: false,
        guestConfigurationEnabled: false,
        extensionsAllowList: [AADLOGIN],
        extensionsBlockList: [MONITOR],
      }),
      AADLOGIN,
    );
    expect(blocks.map((block) => [block.id, block.stopsExtension])).toEqual([
      ["extensionsDisabled", true],
      ["monitorMode", true],
      ["allowList", false],
      ["blockList", false],
      ["guestConfigurationOff", false],
    ]);
  });

  it("names what the lists hold", () => {
    expect(agentBlocks(configuration({ extensionsAllowList: [MONITOR] }), AADLOGIN)).toEqual([
      {
        id: "allowList",
        values: { count: 1, list: "Microsoft.Azure.Monitor/AzureMonitorWindowsAgent" },
        stopsExtension: true,
      },
    ]);
  });

  it("takes Allow/None for a list that lets nothing in", () => {
    const none = configuration({ extensionsAllowList: [{ publisher: "Allow", type: "None" }] });
    expect(agentBlocks(none, AADLOGIN)[0]?.id).toBe("allowNone");
    expect(isExtensionAllowed(none, AADLOGIN)).toBe(false);
  });

  it("lets a block win over an allowance, in any case", () => {
    const both = configuration({
      extensionsAllowList: [AADLOGIN],
      extensionsBlockList: [{ publisher: "microsoft.azure.activedirectory", type: "AADLOGINFORWINDOWS" }],
    });
    expect(isExtensionAllowed(both, AADLOGIN)).toBe(false);
  });
});

describe("versions of the agent", () => {
  it.each([
    ["1.66.03466.3076", "2026-11-21", "supported", "2026-07", []],
    ["1.65.1.1", "2026-11-21", "supported", "2026-06", []],
    ["1.64.1.1", "2026-11-21", "supported", "2026-05", ["CVE-2026-47632"]],
    ["1.59.03122.2572", "2026-11-21", "supported", "2025-12", ["CVE-2026-47632", "CVE-2026-21224"]],
    ["1.32", "2026-11-21", "outOfSupport", "2023-07", ["CVE-2026-47632", "CVE-2026-21224", "CVE-2023-38176"]],
    ["1.9.5", "2026-11-21", "outOfSupport", null, ["CVE-2026-47632", "CVE-2026-21224", "CVE-2023-38176"]],
    ["1.70.2", "2026-11-21", "supported", null, []],
    ["2.0.1", "2026-11-21", "unknown", null, []],
    [null, "2026-11-21", "unknown", null, []],
    ["next", "2026-11-21", "unknown", null, []],
  ] as const)("%s on %s is %s", (version, day, state, released, missingFixes) => {
    expect(agentVersionVerdict(version, new Date(`${day}T12:00:00Z`))).toEqual({ state, released, missingFixes });
  });

  it("ends support when the twelfth month after the release month is over", () => {
    const at = (time: string) => agentVersionVerdict("1.58.1", new Date(time)).state;
    expect(at("2026-11-30T23:59:59.999Z")).toBe("supported");
    expect(at("2026-12-01T00:00:00.000Z")).toBe("outOfSupport");
  });

  it("compares minor numbers as numbers: 1.9 is older than 1.33", () => {
    expect(agentRelease("1.9")).toEqual({ major: 1, minor: 9 });
    expect(agentVersionVerdict("1.100.0", new Date("2026-11-21T12:00:00Z")).missingFixes).toEqual([]);
  });

  it("keeps its table in order, newest first", () => {
    const minors = AGENT_RELEASES.map((row) => agentRelease(row.version)?.minor ?? -1);
    expect(minors).toEqual([...minors].sort((a, b) => b - a));
  });
});
