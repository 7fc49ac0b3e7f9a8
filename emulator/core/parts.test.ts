import { describe, expect, it } from "vitest";
import { createClock } from "./clock.ts";
import { WireError, type WireRequest } from "./contract.ts";
import { applyOptions, defaultOptions } from "./options.ts";
import { createGuid, createRandom } from "./random.ts";
import { resourceTypeOf, strictCheck } from "./strict-check.ts";
import { compileActionPattern } from "./wildcard.ts";

function messageOf(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    if (error instanceof WireError) return error.body;
    throw error;
  }
  throw new Error("was not refused");
}

describe("clock", () => {
  it("starts where it is told, runs with the wall clock, and keeps running after set and advance", () => {
    let wallMs = 1_000;
    const clock = createClock(50_000, () => wallMs);
    expect(clock.nowMs()).toBe(50_000);
    wallMs += 5;
    expect(clock.nowMs()).toBe(50_005);
    clock.advance(90 * 86_400_000);
    expect(clock.nowMs()).toBe(50_005 + 90 * 86_400_000);
    clock.set(7);
    wallMs += 1;
    expect(clock.nowMs()).toBe(8);
  });
});

describe("random numbers", () => {
  it("repeat for a seed, differ between seeds and stay in [0, 1)", () => {
    const take = (seed: number) => {
      const random = createRandom(seed);
      return Array.from({ length: 1_000 }, () => random());
    };
    expect(take(7)).toEqual(take(7));
    expect(take(7)).not.toEqual(take(8));
    expect(take(7).every((value) => value >= 0 && value < 1)).toBe(true);
  });

  it("make version 4 guids", () => {
    expect(createGuid(createRandom(1))).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});

describe("action patterns", () => {
  it.each([
    ["*", "Microsoft.Compute/virtualMachines/write", true],
    ["*/read", "Microsoft.HybridCompute/machines/extensions/read", true],
    ["*/read", "Microsoft.HybridCompute/machines/readiness", false],
    ["microsoft.hybridcompute/machines/*", "Microsoft.HybridCompute/Machines/Extensions/Write", true],
    ["Microsoft.HybridCompute/*/read", "Microsoft.HybridCompute/machines/read", true],
    ["Microsoft.HybridCompute/machines/read", "MicrosoftxHybridCompute/machines/read", false],
    ["Microsoft.HybridCompute/machines", "Microsoft.HybridCompute/machines/read", false],
    ["Microsoft.HybridCompute/machines/*/read", "Microsoft.HybridCompute/machines/read", true],
    ["Microsoft.HybridCompute/machines/*/read", "Microsoft.HybridCompute/machines/extensions/read", true],
    ["Microsoft.HybridCompute/machines/*/read", "Microsoft.HybridCompute/machinesread", false],
    ["", "", true],
    ["", "x", false],
  ])("%s on %s is %s", (pattern, action, expected) => {
    expect(compileActionPattern(pattern).test(action)).toBe(expected);
  });
});

describe("options", () => {
  it("change only what is named", () => {
    const options = defaultOptions();
    applyOptions(options, { latencyMs: 5, requireAcrs: { arm: "c1" }, extensionRetryAfterSeconds: null });
    expect(options).toEqual({ ...defaultOptions(), latencyMs: 5, requireAcrs: { arm: "c1" } });
  });

  it.each<[unknown, string]>([
    [{ latency: 1 }, "no option named 'latency'"],
    [{ latencyMs: -1 }, "'latencyMs' must be a whole number"],
    [{ latencyMs: "1" }, "'latencyMs' must be a whole number"],
    [{ armPageSizes: [] }, "'armPageSizes' must be"],
    [{ armPageSizes: [0] }, "'armPageSizes' must be"],
    [{ enforceQuotas: 1 }, "true or false"],
    [{ requireAcrs: { portal: "c1" } }, "arm, graph or api"],
    [{ throttleAnswer: "loud" }, '"recorded" or "documented"'],
    [{ armBucketFactor: 0 }, "above 0"],
    [[], "JSON object"],
  ])("refuse %o", (patch, sentence) => {
    const options = defaultOptions();
    expect(JSON.stringify(messageOf(() => applyOptions(options, patch))).replaceAll("\\", "")).toContain(sentence);
    expect(options).toEqual(defaultOptions());
  });

  it("apply nothing when one of several is wrong", () => {
    const options = defaultOptions();
    messageOf(() => applyOptions(options, { latencyMs: 5, enforceQuotas: "no" }));
    expect(options.latencyMs).toBe(0);
  });
});

describe("strict check of the request line", () => {
  const machines = "/subscriptions/s/providers/Microsoft.HybridCompute/machines";
  const check = (path: string, query: string, accepted: string[], known: string[] = [], face: WireRequest["face"] = "arm") => {
    const request: WireRequest = {
      face,
      method: "GET",
      origin: "https://management.azure.com",
      path,
      query: new URLSearchParams(query),
      headers: {},
      bodyText: "",
      json: () => undefined,
      params: {},
      caller: null,
      requestId: "r",
      correlationId: "c",
    };
    const route = { face, method: "GET", pattern: path, source: "test", handle: () => ({ status: 200 }) };
    strictCheck(request, face === "arm" ? { ...route, apiVersions: accepted, query: known } : { ...route, query: known });
  };

  it("accepts a listed version in any case, any preview where previews are, and declared parameters in any spelling", () => {
    check(machines, "api-version=2025-01-13", ["2025-01-13"]);
    check(machines, "API-Version=2024-11-10-PREVIEW", ["2025-01-13", "preview"]);
    check(machines, "api-version=2025-01-13&%24skiptoken=x&$Filter=y", ["2025-01-13"], ["$skipToken", "$filter"]);
  });

  it.each([
    ["a missing version", "", "MissingApiVersionParameter"],
    ["an empty version", "api-version=", "MissingApiVersionParameter"],
    ["a version the provider does not have", "api-version=2001-01-01", "NoRegisteredProviderFound"],
    ["a preview where none is", "api-version=2025-01-13-preview", "NoRegisteredProviderFound"],
    ["a version that is none", "api-version=latest", "InvalidApiVersionParameter"],
    ["an unknown parameter", "api-version=2025-01-13&$top=5", "InvalidQueryParameter"],
  ])("refuses %s of a resource provider", (_name, query, code) => {
    expect(messageOf(() => check(machines, query, ["2025-01-13"]))).toMatchObject({ error: { code } });
  });

  it("words a wrong version of Resource Manager's own types differently", () => {
    expect(messageOf(() => check("/subscriptions", "api-version=2001-01-01", ["2022-12-01"]))).toEqual({
      error: {
        code: "InvalidApiVersionParameter",
        message: "The api-version '2001-01-01' is invalid. The supported versions are '2022-12-01'.",
      },
    });
  });

  it("refuses an unknown parameter of Graph in Graph's words", () => {
    check("/v1.0/users", "$select=id", [], ["$select"], "graph");
    expect(messageOf(() => check("/v1.0/users", "$slect=id", [], ["$select"], "graph"))).toMatchObject({
      error: { code: "Request_BadRequest" },
    });
  });

  it("reads provider and type from a path, the last provider counting", () => {
    expect(resourceTypeOf(`${machines}/srv/extensions/x`)).toEqual({
      namespace: "Microsoft.HybridCompute",
      type: "machines/extensions",
    });
    expect(resourceTypeOf(`${machines}/srv/providers/Microsoft.Authorization/roleAssignments`)).toEqual({
      namespace: "Microsoft.Authorization",
      type: "roleAssignments",
    });
    expect(resourceTypeOf("/subscriptions/s/resourceGroups/rg")).toBeNull();
  });
});
