import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cloudById } from "@/lib/domain/clouds";
import { targetFixture } from "@/lib/domain/rollout/plan-fixture";
import { rolloutTemplates } from "@/lib/domain/rollout/templates";
import type { RolloutTarget, Work } from "@/lib/domain/rollout/types";

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

/** Runs the script with an `az` that writes down its arguments, one per line. */
function runWithFakeAz(script: string): string[][] {
  const folder = mkdtempSync(join(tmpdir(), "arcwarden-templates-"));
  try {
    const log = join(folder, "log");
    writeFileSync(join(folder, "az"), `#!/bin/bash\nprintf '%s\\0' "$@" >> '${log}'\nprintf '\\n\\0' >> '${log}'\n`, {
      mode: 0o755,
    });
    execFileSync("bash", ["--norc", "-c", script], { env: { ...process.env, PATH: `${folder}:${process.env.PATH}` } });
    const calls = readFileSync(log, "utf8")
      .split("\n\0")
      .filter((call) => call !== "");
    return calls.map((call) => call.split("\0").slice(0, -1));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("the az script", () => {
  it("[C75] sends exactly the portal's request for every machine, as a shell really runs it", () => {
    const [cloudSet, ...calls] = runWithFakeAz(
      templates([target("a"), target("b"), target("c", "rg-two", B, { location: "o'reilly $(touch x)" })]).azCli,
    );
    expect(cloudSet).toEqual(["cloud", "set", "--name", "AzureCloud"]);
    expect(calls).toHaveLength(3);
    expect(calls[0]?.slice(0, 5)).toEqual([
      "rest",
      "--method",
      "put",
      "--url",
      `https://management.azure.com/subscriptions/${A}/resourceGroups/rg-prod/providers/Microsoft.HybridCompute/machines/a/extensions/AADLogin?api-version=2025-01-13`,
    ]);
    expect(calls.map((call) => JSON.parse(call[6] ?? "").location)).toEqual(["westeurope", "westeurope", "o'reilly $(touch x)"]);
    expect(JSON.parse(calls[0]?.[6] ?? "")).toEqual({
      location: "westeurope",
      properties: {
        publisher: "Microsoft.Azure.ActiveDirectory",
        type: "AADLoginForWindows",
        typeHandlerVersion: "2.1.0.0",
        autoUpgradeMinorVersion: true,
        settings: { mdmId: "" },
      },
    });
  });

  it("runs no part of a machine's name", () => {
    const name = "a\nMACHINES\ntouch x; $(touch y) `touch z` '";
    const calls = runWithFakeAz(templates([target(name, name)]).azCli);
    expect(calls).toHaveLength(2);
    expect(decodeURIComponent(calls[1]?.[4] ?? "")).toContain(name);
  });

  it("removes without a body", () => {
    const calls = runWithFakeAz(templates([target("a")], { kind: "windowsSignIn.uninstall" }).azCli);
    expect(calls[1]).toHaveLength(5);
    expect(calls[1]?.[2]).toBe("delete");
  });
});
