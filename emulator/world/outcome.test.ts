import { describe, expect, it } from "vitest";
import { seedExtension, windowsSignIn } from "./extension-seeds.ts";
import { decideOutcome, registerDevice, registersDevice } from "./outcome.ts";
import { machineNamed, TEST_NOW, testWorld } from "./test-world.ts";
import type { Extension } from "./types.ts";

const world = testWorld(250);
const windows = windowsSignIn("westeurope");
const linux = seedExtension("westeurope", {
  name: "SSH",
  publisher: "Microsoft.Azure.ActiveDirectory",
  type: "AADSSHLoginForLinux",
  version: "1.0",
});
const monitor = seedExtension("westeurope", {
  name: "AMA",
  publisher: "Microsoft.Azure.Monitor",
  type: "AzureMonitorWindowsAgent",
  version: "1.0",
});

function outcome(name: string, extension: Extension): string {
  const result = decideOutcome(world, machineNamed(world, name), extension, TEST_NOW);
  return result.kind === "fail" ? String(result.exitCode) : result.kind;
}

describe("AADLoginForWindows", () => {
  it.each([
    ["ams-app-0001", "Windows Server 2025 with Desktop Experience", "succeed"],
    ["ams-w11-0046", "Windows 11 24H2", "succeed"],
    ["lon-workstation-0006", "Windows 11 25H2 with a long name", "succeed"],
    ["ams-app-0002", "a machine that joined before and meets its own device", "succeed"],
    ["fra-pau-0049", "a machine with an unknown status", "succeed"],
    ["fra-allow-0032", "a machine whose allow list names it", "succeed"],
    ["fra-sql-0007", "Windows Server 2022", "51"],
    ["fra-old-0027", "Windows Server 2019", "51"],
    ["fra-old-0028", "Windows Server 2016", "51"],
    ["fra-core-0010", "Server Core", "51"],
    ["ams-noid-0014", "a machine without identity", "-2145648574"],
    ["ams-net-0015", "a machine that cannot reach the registration host", "-2145648607"],
    ["ams-wrt-0044", "an identity of another tenant", "-2145648582"],
    ["ams-dom-0045", "a domain-joined machine", "-2145648611"],
    ["ams-dup-0042", "a host name that another device has", "-2145648509"],
    ["ams-w11-0005", "a duplicate host name behind a fitting allow list", "-2145648509"],
    ["ams-lnx-0011", "Linux", "51"],
  ])("ends on %s (%s) with %s", (name, _, expected) => {
    expect(outcome(name, windows)).toBe(expected);
  });

  it("names terminal code 1007 where no identity exists", () => {
    const result = decideOutcome(world, machineNamed(world, "ams-noid-0014"), windows, TEST_NOW);
    expect(result.kind === "fail" && result.message).toContain("1007");
  });
});

describe("the agent", () => {
  it.each(["fra-mon-0030", "fra-allow-0031", "fra-block-0033", "fra-off-0034", "ams-dc-0013"])(
    "of %s refuses the sign-in extension and says so",
    (name) => {
      const result = decideOutcome(world, machineNamed(world, name), windows, TEST_NOW);
      expect(
        result.kind === "fail" && [result.exitCode, result.message.includes("blocked by the local agent configuration")],
      ).toEqual([1, true]);
    },
  );

  it("runs what its allow list names, and everything when it has no list", () => {
    expect(outcome("fra-allow-0031", monitor)).toBe("succeed");
    expect(outcome("ams-app-0001", monitor)).toBe("succeed");
  });

  it("in monitor mode runs only what its allow list names", () => {
    const spec = {
      ...machineNamed(world, "dub-exp-0022"),
      forcedStatus: null,
      offlineSinceMs: null,
      certificateStartMs: TEST_NOW,
    };
    expect(decideOutcome(world, spec, monitor, TEST_NOW).kind).toBe("succeed");
    expect(decideOutcome(world, spec, windows, TEST_NOW).kind).toBe("fail");
  });
});

describe("AADSSHLoginForLinux", () => {
  it("succeeds on Linux, fails with 51 on Windows and with 22 without identity", () => {
    expect(outcome("ams-lnx-0011", linux)).toBe("succeed");
    expect(outcome("ams-app-0001", linux)).toBe("51");
    const bare = { ...machineNamed(world, "ams-lnx-0011"), principalId: null };
    const result = decideOutcome(world, bare, linux, TEST_NOW);
    expect(result.kind === "fail" && result.exitCode).toBe(22);
  });

  it("is refused by the block list of a Linux machine", () => {
    expect(outcome("ams-lnx-0012", linux)).toBe("1");
  });
});

it.each(["dub-app-0008", "dub-app-0016", "dub-crit-0019", "dub-exp-0020", "lon-new-0025"])(
  "waits on %s, which cannot be reached",
  (name) => {
    expect(outcome(name, windows)).toBe("stuckCreating");
  },
);

it("follows a fixed outcome once the machine can be reached", () => {
  const fixed = { kind: "fail", exitCode: 7, message: "wanted" } as const;
  const spec = { ...machineNamed(world, "ams-app-0001"), extensionOutcome: fixed };
  expect(decideOutcome(world, spec, windows, TEST_NOW)).toBe(fixed);
  expect(decideOutcome(world, { ...spec, offlineSinceMs: TEST_NOW }, windows, TEST_NOW).kind).toBe("stuckCreating");
});

it("registers a device once, for the join alone, and not where the machine believes that it is joined", () => {
  const fresh = testWorld();
  const spec = machineNamed(fresh, "ams-app-0001");
  expect(registersDevice(fresh, spec, monitor)).toBe(false);
  expect(registersDevice(fresh, { ...spec, joinedWithoutDevice: true }, windows)).toBe(false);
  expect(registersDevice(fresh, spec, windows)).toBe(true);
  registerDevice(fresh, spec, TEST_NOW);
  expect(registersDevice(fresh, spec, windows)).toBe(false);
  expect(fresh.devices.at(-1)).toMatchObject({ displayName: "AMS-APP-0001", trustType: "AzureAd" });
});
