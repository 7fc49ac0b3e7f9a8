import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { KNOWN_FAILURES } from "@/lib/domain/extension-failure-data";
import { CAUSE_OF_FAILURE, OUTCOME_CODES, outcomeTexts } from "@/lib/domain/rollout/causes";
import { CAUSE_KINDS, WORK_KINDS } from "@/lib/domain/rollout/types";
import { hasMessage, tDynamic } from "../t";

describe("everything that a roll-out can say has words", () => {
  it.each(OUTCOME_CODES)("outcome %s: what it means and what to do", (code) => {
    const { meaning, fixes } = outcomeTexts({ code, failure: null });
    for (const key of [meaning, ...fixes]) {
      expect(hasMessage(key)).toBe(true);
      expect(tDynamic(key)).toMatch(/\.$/);
    }
  });

  it.each(CAUSE_KINDS)("cause %s", (cause) => {
    expect(hasMessage(`rollout.cause.${cause}`)).toBe(true);
  });

  it.each(WORK_KINDS)("kind %s", (kind) => {
    expect(hasMessage(`rollout.kind.${kind}`)).toBe(true);
  });
});

it("every failure that the portal knows by name has a cause", () => {
  expect(KNOWN_FAILURES.filter((row) => CAUSE_OF_FAILURE[row.id] === undefined)).toEqual([]);
});

describe("[A09] the Linux errors say what is wrong and how to mend it", () => {
  it.each([
    ["linuxNoIdentity", 22, /no system-assigned identity/i, /Switch the identity on/],
    ["linuxOldExtension", 23, /retired Linux sign-in extension/i, /remove the old extension/],
  ])("%s, exit code %s", (id, exitCode, meaning, fix) => {
    const row = KNOWN_FAILURES.find((one) => one.id === id);
    expect(row).toMatchObject({ exitCode, extension: "linux" });
    expect(tDynamic(`failures.known.${id}.meaning`)).toMatch(meaning);
    const fixes = Array.from({ length: row?.fixes ?? 0 }, (_, index) => tDynamic(`failures.known.${id}.fix${index + 1}`));
    expect(fixes.join(" ")).toMatch(fix);
  });
});

it("every check of many machines has words for what it finds and what to do", () => {
  const source = readFileSync(new URL("../../lib/domain/rollout/target-checks.ts", import.meta.url), "utf8");
  const checks = source.split(/^const /m).filter((text) => /: Check = \{/.test(text));
  const keys = checks.flatMap((text) => {
    const id = /id: "(\w+)"/.exec(text)?.[1];
    const named = [...text.matchAll(/(?:found|fix): "(\w+)"/g)].map((match) => match[1]);
    return ["title", ...named].map((name) => `rollout.preflight.${id}.${name}`);
  });
  expect(checks).toHaveLength(3);
  expect(keys.length).toBeGreaterThan(12);
  expect(keys.filter((key) => !hasMessage(key))).toEqual([]);
  for (const word of ["title", "missing", "missingFix"]) expect(hasMessage(`rollout.preflight.permission.${word}`)).toBe(true);
});

it("every finding of the check after the work has words", () => {
  const source = readFileSync(new URL("../../lib/domain/rollout/verdict.ts", import.meta.url), "utf8");
  const keys = [...source.matchAll(/"(rollout\.check\.[\w.]+)"/g)].flatMap((match) => match[1] ?? []);
  const made = ["extension.succeeded", "extension.notSucceeded", "signInRole.present", "signInRole.atLeast"];
  const titles = ["extension", "device", "signInRole", "joinConflict"].map((id) => `${id}.title`);
  const all = [...keys, ...[...made, ...titles].map((name) => `rollout.check.${name}`)];
  expect(keys.length).toBeGreaterThan(8);
  expect(all.filter((key) => !hasMessage(key))).toEqual([]);
});
