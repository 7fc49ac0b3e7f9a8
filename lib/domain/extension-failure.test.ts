import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeFailure, exitCodeOf, hresultHex, lookUpFailures } from "./extension-failure";
import { KNOWN_FAILURES } from "./extension-failure-data";

const WINDOWS = "AADLoginForWindows";

function decode(message: string | null, code: string | null = null, extensionType: string = WINDOWS) {
  return decodeFailure({ code, message, extensionType });
}

describe("exit codes and HRESULTs", () => {
  it.each([
    [-2145648574, "0x801C0042"],
    [-2145648607, "0x801C0021"],
    [-2145648509, "0x801C0083"],
    [-2147024883, "0x8007000D"],
    [-1, "0xFFFFFFFF"],
    [-0x8000_0000, "0x80000000"],
  ])("[C58] [C60] %i is %s and back", (code, hex) => {
    expect(hresultHex(code)).toBe(hex);
    expect([exitCodeOf(hex), exitCodeOf(hex.toLowerCase()), exitCodeOf(String(code))]).toEqual([code, code, code]);
    expect(exitCodeOf(String(code + 0x1_0000_0000))).toBe(code);
  });

  it("goes there and back for every negative 32-bit number", () => {
    fc.assert(
      fc.property(fc.integer({ min: -0x8000_0000, max: -1 }), (code) => {
        expect(exitCodeOf(hresultHex(code) ?? "")).toBe(code);
      }),
    );
  });

  it("has no hex for plain exit codes and no number for other texts", () => {
    expect([hresultHex(51), hresultHex(0), hresultHex(-0x8000_0001), hresultHex(1.5)]).toEqual([null, null, null, null]);
    expect(["", "abc", "0x", "0x123456789", "99999999999", "1.5", "success"].map(exitCodeOf)).toEqual(Array(7).fill(null));
  });
});

describe("decoding of failures", () => {
  it("[C63] explains exit code 51 as an unsupported operating system and offers the uninstall", () => {
    expect(
      decode("Extension Message: Extension returned non-zero exit code for Install: 51. Extension exit code: 51."),
    ).toMatchObject({
      exitCode: "51",
      hex: null,
      name: "UNSUPPORTED_OS",
      meaning: "failures.known.unsupportedOs.meaning",
      confidence: "doc",
      actions: ["uninstall"],
    });
  });

  it("[C58] [C59] explains 1007 by its HRESULT and offers to switch the identity on", () => {
    const expected = {
      exitCode: "-2145648574",
      hex: "0x801C0042",
      name: "DSREG_E_MSI_TENANTID_UNAVAILABLE",
      actions: ["enableIdentity", "retry"],
    };
    expect(decode("Terminal error code 1007", null)).toMatchObject(expected);
    expect(decode(null, "1007")).toMatchObject(expected);
    expect(decode("AAD Join failed with status code: -2145648574.")).toMatchObject(expected);
    expect(decode("exit code: 1007 and status code: -2145648574")).toMatchObject(expected);
  });

  it("[C60] explains -2145648607 as a registration host out of reach", () => {
    expect(decode("AAD Join failed with status code: -2145648607. Exit")).toMatchObject({
      exitCode: "-2145648607",
      hex: "0x801C0021",
      name: "DSREG_AUTOJOIN_DISC_FAILED",
      likelyCauses: [
        "failures.known.discoveryFailed.cause1",
        "failures.known.discoveryFailed.cause2",
        "failures.known.discoveryFailed.cause3",
      ],
    });
  });

  it.each(KNOWN_FAILURES.filter((row) => row.exitCode !== null))("decodes $exitCode to $id, from number and from hex", (row) => {
    const type = row.extension === "linux" ? "AADSSHLoginForLinux" : WINDOWS;
    expect(decode(`Extension exit code: ${row.exitCode}`, null, type).meaning).toBe(`failures.known.${row.id}.meaning`);
    expect(decode(null, String(row.exitCode), type).meaning).toBe(`failures.known.${row.id}.meaning`);
    const hex = hresultHex(row.exitCode ?? 0);
    if (hex !== null) expect(decode(`failed, hr ${hex}`, null, type).meaning).toBe(`failures.known.${row.id}.meaning`);
  });

  it("reads the instance view's code when no message names one, but not its zero", () => {
    const facts = { code: null, message: "It failed.", extensionType: WINDOWS };
    expect(decodeFailure({ ...facts, instanceView: { code: "51", message: null } }).exitCode).toBe("51");
    expect(decodeFailure({ ...facts, instanceView: { code: "0", message: null } }).exitCode).toBeNull();
  });

  it("finds the reason in words where there is no number", () => {
    expect(decode("The extension is not in the allow list of the agent.").name).toBe("BLOCKED_BY_LOCAL_LIST");
    expect(decode("Agent is in monitor mode").name).toBe("BLOCKED_BY_LOCAL_LIST");
    expect(decode("File HandlerManifest.json does not exist").name).toBe("HANDLER_MANIFEST_MISSING");
    expect(decode("The machine is disconnected").name).toBe("AGENT_NOT_CONNECTED");
    expect(decode("reason DSREG_SERVER_BUSY").exitCode).toBe("-2145648603");
  });

  it("does not take a Linux exit code for a Windows failure or the other way round", () => {
    expect(decode("Extension exit code: 22").confidence).toBe("none");
    expect(decode("Extension exit code: 51", null, "AADSSHLoginForLinux").confidence).toBe("none");
    expect(decode("Extension exit code: 22", null, "AADSSHLoginForLinux").name).toBe("NO_SYSTEM_ASSIGNED_IDENTITY");
  });

  it("keeps an unknown code with Azure's own words and claims nothing", () => {
    expect(decode("Extension exit code: -2140000001", "VMExtensionProvisioningError")).toEqual({
      exitCode: "-2140000001",
      hex: "0x807230FF",
      name: null,
      meaning: "failures.unknown.meaning",
      likelyCauses: [],
      fixes: ["failures.unknown.fix1", "failures.unknown.fix2"],
      confidence: "none",
      sources: [],
      rawCode: "VMExtensionProvisioningError",
      rawMessage: "Extension exit code: -2140000001",
      actions: ["retry", "uninstall"],
    });
  });

  it("never throws and always keeps the message, whatever Azure sends", () => {
    fc.assert(
      fc.property(fc.option(fc.string()), fc.option(fc.string()), fc.option(fc.string()), (code, message, type) => {
        const failure = decodeFailure({ code, message, extensionType: type });
        expect(failure.rawMessage).toBe(message);
        expect(failure.meaning).toMatch(/^failures\./);
      }),
    );
  });
});

describe("looking failures up", () => {
  const ids = (query: string, textOf?: (id: string) => string) => lookUpFailures(query, textOf).map((row) => row.id);

  it.each(["1007", "-2145648574", "0x801C0042", "801c0042", "2149318722", "DSREG_E_MSI_TENANTID_UNAVAILABLE", "msi_tenantid"])(
    "[C58] finds the missing identity by %s",
    (query) => {
      expect(ids(query)).toEqual(["msiTenantIdUnavailable"]);
    },
  );

  it("[C60] finds the discovery failure by code, hex and name", () => {
    expect([ids("-2145648607"), ids("0x801c0021"), ids("DISC_FAILED")]).toEqual(Array(3).fill(["discoveryFailed"]));
  });

  it("[C63] finds 51 and not the numbers that contain it", () => {
    expect(ids("51")).toEqual(["unsupportedOs"]);
  });

  it("searches the words of the texts when it is given them", () => {
    expect(ids("firewall", (id) => (id === "cannotConnect" ? "Check the firewall" : ""))).toEqual(["cannotConnect"]);
  });

  it("finds nothing for nothing", () => {
    expect([ids(""), ids("   "), ids("no such thing")]).toEqual([[], [], []]);
  });
});
