import { describe, expect, it } from "vitest";
import { osSupport, WINDOWS_RELEASES, windowsBuild } from "./os-support";

function windows(osSku: string | null, osVersion: string | null, osEdition: string | null = null) {
  return osSupport({ osFamily: "windows", osSku, osVersion, osEdition });
}

describe("operating systems that the Windows sign-in extension supports", () => {
  it.each(WINDOWS_RELEASES)("[C01] $product, build $build: $entraSignIn", ({ product, kind, build, entraSignIn }) => {
    const result = windows(kind === "server" ? `${product} Datacenter` : `${product} Enterprise`, `10.0.${build}.1`);
    expect([result.gate, result.kind, result.build]).toEqual([entraSignIn ? "supported" : "unsupported", kind, build]);
  });

  it("[C01] stops one build below the floor", () => {
    expect(windows("Windows Server 2022 Datacenter", "10.0.26099.1").gate).toBe("unsupported");
    expect(windows("Windows Server 2025 Datacenter", "10.0.26100.1").gate).toBe("supported");
  });

  it("[C01] lets the product name decide client or server where the build is shared", () => {
    expect(windows("Windows Server 2025 Datacenter", "10.0.26100.4946")).toMatchObject({
      kind: "server",
      product: "Windows Server 2025",
      desktopExperience: "ask",
    });
    expect(windows("Windows 11 Enterprise", "10.0.26100.4946")).toMatchObject({
      kind: "client",
      product: "Windows 11 24H2",
      desktopExperience: "notApplicable",
    });
  });

  it("names the newest release that is not above the build", () => {
    expect(windows("Windows 11 Pro", "10.0.26200.6584").product).toBe("Windows 11 25H2");
    expect(windows("Windows Server 2019 Standard", "10.0.17763.1").product).toBe("Windows Server 2019");
    expect(windows("Windows Server 2008 R2", "6.1.7601").product).toBeNull();
  });

  it("falls back to the product name when no build is reported", () => {
    expect(windows("Windows Server 2022 Standard", null)).toMatchObject({ gate: "unsupported", product: "Windows Server 2022" });
    expect(windows("Windows Server 2012 R2 Standard", "").product).toBe("Windows Server 2012 R2");
    expect(windows("Windows Server 2025 Standard", null).gate).toBe("unknown");
    expect(windows(null, null)).toEqual({
      gate: "unknown",
      kind: "unknown",
      build: null,
      product: null,
      desktopExperience: "ask",
    });
  });

  it("decides by the build alone when the product name is missing, as both kinds share the floor", () => {
    expect(windows(null, "10.0.20348.1").gate).toBe("unsupported");
    expect(windows(null, "10.0.26100.1")).toMatchObject({ gate: "supported", desktopExperience: "ask", product: null });
  });

  it.each([
    ["Windows Server 2025 Datacenter Core", null, "block"],
    ["Windows Server 2025 Datacenter", "serverdatacentercore", "block"],
    ["Windows Server 2025 Standard", "ServerStandardNano", "block"],
    ["Windows Server 2025 Datacenter (Desktop Experience)", null, "pass"],
    ["Windows Server 2025 Datacenter", "serverdatacenter", "ask"],
    ["Windows 11 Home", "core", "notApplicable"],
    [null, "serverdatacenter", "ask"],
  ] as const)("[C14] %s, edition %s: Desktop Experience %s", (sku, edition, verdict) => {
    expect(windows(sku, "10.0.26100.1", edition).desktopExperience).toBe(verdict);
  });

  it("leaves Linux to its own extension and an unknown family open", () => {
    const linux = osSupport({ osFamily: "linux", osSku: "Ubuntu 24.04", osVersion: "6.8.0", osEdition: null });
    expect([linux.gate, linux.desktopExperience]).toEqual(["unsupported", "notApplicable"]);
    expect(osSupport({ osFamily: "unknown", osSku: null, osVersion: "10.0.26100.1", osEdition: null }).gate).toBe("unknown");
  });

  it.each([
    ["10.0.26100.4946", 26100],
    ["10.0.26100", 26100],
    [" 6.3.9600.0", 9600],
    ["26100", null],
    ["10.0", null],
    ["10.0.26100-preview", null],
    ["5.15.0-1044-azure", null],
    [null, null],
  ])("reads the build of %s as %s", (text, build) => {
    expect(windowsBuild(text)).toBe(build);
  });
});
