import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { CLOUDS } from "../../lib/domain/clouds";
import { signInEndpoints } from "../../lib/domain/endpoints";
import { machineFixture } from "../../lib/domain/machine-fixture";
import { PREFLIGHT_CHECKS, runPreflight } from "../../lib/domain/preflight";
import { extensionNameError } from "../../lib/domain/sign-in-extension";
import { hasMessage, tDynamic } from "../t";
import { preflight } from "./sign-in-preflight";

describe("words of the preflight", () => {
  it("exist for exactly the checks that run", () => {
    expect(Object.keys(preflight).toSorted()).toEqual(PREFLIGHT_CHECKS.map((check) => check.id).toSorted());
  });

  it("fill every placeholder from the facts of the check", () => {
    const { checks } = runPreflight({
      machine: machineFixture({ domainName: "corp.local", osVersion: "10.0.20348.1", status: "Disconnected" }),
      subscriptionTenantId: "other",
      cloud: CLOUDS[0] ?? expect.fail("a cloud"),
      extensions: { known: false, reason: "no answer" },
      permissions: { known: false, reason: "no answer" },
      regionVersions: [],
      extensionName: "AADLogin",
      mdmId: "x",
      now: new Date("2026-11-21T12:00:00Z"),
    });
    for (const check of checks) {
      for (const key of [check.title, check.evidence, check.fix].filter((text) => text !== "")) {
        expect([key, hasMessage(key), /\{\w+\}/.test(tDynamic(key, check.values))]).toEqual([key, true, false]);
      }
    }
  });

  it("[C13] [C15] name the cloud in the note on Conditional Access", () => {
    for (const cloud of CLOUDS)
      expect(tDynamic("signIn.preflight.conditionalAccess.note", { cloud: cloud.label })).toContain(cloud.label);
  });
});

describe("words of every outcome", () => {
  it.each(["machine", "agent", "azure"])("exist for each found and each fix that the checks of preflight-%s can name", (part) => {
    const source = readFileSync(new URL(`../../lib/domain/preflight-${part}.ts`, import.meta.url), "utf8");
    const checks = source.split("export const ").slice(1);
    const keys = checks.flatMap((text) => {
      const id = /id: "(\w+)"/.exec(text)?.[1];
      const named = [...text.matchAll(/(?:found|fix): (?:\w+ \? )?"(\w+)"(?: : "(\w+)")?/g)].flatMap((match) => [
        match[1],
        match[2],
      ]);
      return named.filter((name) => name !== undefined).map((name) => `signIn.preflight.${id}.${name}`);
    });
    expect(keys.length).toBeGreaterThan(checks.length);
    expect(keys.filter((key) => !hasMessage(key))).toEqual([]);
  });
});

describe("words of hosts and names", () => {
  it("exist for every host test of every cloud", () => {
    for (const cloud of CLOUDS) {
      const tests = [...signInEndpoints(cloud, "windows", "t"), ...signInEndpoints(cloud, "linux", "t")];
      expect(tests.flatMap((test) => [test.purpose, test.expected]).filter((key) => !hasMessage(key))).toEqual([]);
    }
  });

  it("exist for every error of an extension name", () => {
    const keys = ["", "x".repeat(65), "a b"].map((name) => extensionNameError(name) ?? "");
    expect(keys.filter((key) => !hasMessage(key))).toEqual([]);
  });
});
