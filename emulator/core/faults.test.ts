import { describe, expect, it } from "vitest";
import { reshapeBody } from "./fault-effects.ts";
import { createFaultStore, type FaultRule, type FaultTarget } from "./faults.ts";

const TARGET: FaultTarget = {
  face: "arm",
  method: "GET",
  pathAndQuery: "/subscriptions/s?api-version=1",
  callerUpn: "ann@x.example",
};
const RESPOND = (status: number) => ({ kind: "respond", status }) as const;

function sequence(rules: FaultRule[], count: number): (number | null)[] {
  const store = createFaultStore();
  for (const rule of rules) store.add(rule);
  return Array.from({ length: count }, () => {
    const effect = store.take(TARGET)?.effect;
    return effect?.kind === "respond" ? effect.status : null;
  });
}

describe("sequences", () => {
  it("without limits a fault meets every request", () => {
    expect(sequence([{ match: {}, effect: RESPOND(500) }], 3)).toEqual([500, 500, 500]);
  });

  it("times ends it, skip lets requests pass first", () => {
    expect(sequence([{ match: {}, effect: RESPOND(500), times: 1 }], 3)).toEqual([500, null, null]);
    expect(sequence([{ match: {}, effect: RESPOND(500), skip: 2, times: 1 }], 4)).toEqual([null, null, 500, null]);
  });

  it("every 2 alternates, beginning with the fault: 404, answer, 404", () => {
    expect(sequence([{ match: {}, effect: RESPOND(404), every: 2 }], 5)).toEqual([404, null, 404, null, 404]);
    expect(sequence([{ match: {}, effect: RESPOND(404), every: 3, skip: 1, times: 2 }], 8)).toEqual([
      null,
      404,
      null,
      null,
      404,
      null,
      null,
      null,
    ]);
  });

  it("two rules follow each other: the later one does not count requests that the earlier one met", () => {
    const rules: FaultRule[] = [
      { match: {}, effect: RESPOND(429), times: 1 },
      { match: {}, effect: RESPOND(503), times: 2 },
    ];
    expect(sequence(rules, 4)).toEqual([429, 503, 503, null]);
  });
});

describe("matching", () => {
  const meets = (match: FaultRule["match"], target: Partial<FaultTarget> = {}) => {
    const store = createFaultStore();
    store.add({ match, effect: { kind: "reset" } });
    return store.take({ ...TARGET, ...target }) !== null;
  };

  it("by face, method, caller and a pattern over path and query, all without regard to case", () => {
    expect(meets({ face: "arm", method: "get", callerUpn: "ANN@X.example", path: "SUBSCRIPTIONS/s.api-version=1$" })).toBe(true);
    expect(meets({ face: "graph" })).toBe(false);
    expect(meets({ method: "PUT" })).toBe(false);
    expect(meets({ callerUpn: "ben@x.example" })).toBe(false);
    expect(meets({ callerUpn: "ann@x.example" }, { callerUpn: null })).toBe(false);
    expect(meets({ path: "^/providers" })).toBe(false);
  });

  it("counts what matched and what was met, and forgets a removed fault", () => {
    const store = createFaultStore();
    const id = store.add({ match: {}, effect: RESPOND(500), skip: 1 });
    store.take(TARGET);
    store.take(TARGET);
    expect(store.list()).toMatchObject([{ id, matched: 2, applied: 1 }]);
    expect(store.remove(id)).toBe(true);
    expect(store.remove(id)).toBe(false);
    expect(store.take(TARGET)).toBeNull();
  });
});

describe("spoiled bodies", () => {
  const list = JSON.stringify({
    value: [
      { name: "a", properties: { status: "Connected" } },
      { name: "b", properties: {} },
    ],
    nextLink: "https://arm/next",
  });

  it("sets and removes by dotted path, with * for every element", () => {
    const set = { "value.*.properties.status": "Paused", "extra.deep": 1 };
    const made: unknown = JSON.parse(
      reshapeBody({ kind: "patchJson", set, remove: ["value.1.name", "nextLink"] }, list, "arm", "u"),
    );
    expect(made).toEqual({
      value: [{ name: "a", properties: { status: "Paused" } }, { properties: { status: "Paused" } }],
      extra: { deep: 1 },
    });
  });

  it("leaves out parts that are not there and bodies that are not JSON", () => {
    expect(reshapeBody({ kind: "patchJson", remove: ["none.at.all"] }, "{}", "arm", "u")).toBe("{}");
    expect(reshapeBody({ kind: "dropNextLink" }, "<html>", "arm", "u")).toBe("<html>");
  });

  it("drops the next link of each face, or points it at the page itself", () => {
    expect(JSON.parse(reshapeBody({ kind: "dropNextLink" }, list, "arm", "u"))).not.toHaveProperty("nextLink");
    expect(JSON.parse(reshapeBody({ kind: "endlessNextLink" }, "{}", "arm", "https://arm/list"))).toEqual({
      nextLink: "https://arm/list",
    });
    expect(JSON.parse(reshapeBody({ kind: "endlessNextLink" }, "{}", "graph", "https://g/u"))).toEqual({
      "@odata.nextLink": "https://g/u",
    });
    expect(JSON.parse(reshapeBody({ kind: "dropNextLink" }, '{"$skipToken":"x","data":[]}', "resourceGraph", "u"))).toEqual({
      data: [],
    });
  });
});
