import { describe, expect, it } from "vitest";
import { AppError } from "@/lib/domain/errors";
import { readDevicesByNames } from "./devices";
import type { RestAnswer, RestClient } from "./rest-client";

type Step = { id: string; url: string };

function answer(body: unknown): RestAnswer {
  return { status: 200, body, header: () => null, requestId: null, correlationId: null, retryAfterSeconds: null };
}

function namesIn(url: string): string[] {
  const filter = new URLSearchParams(url.slice(url.indexOf("?"))).get("$filter") ?? "";
  return [...filter.matchAll(/'((?:[^']|'')*)'/g)].map((match) => (match[1] ?? "").replaceAll("''", "'"));
}

const device = (name: string, more: Record<string, unknown> = {}) => ({
  id: `o-${name}`,
  deviceId: `d-${name}`,
  displayName: name,
  ...more,
});

function graph(step: (names: string[]) => { status: number; body: unknown }): { rest: RestClient; batches: Step[][] } {
  const batches: Step[][] = [];
  const rest: RestClient = {
    origin: "https://graph.microsoft.com",
    send: async (request) => {
      if (request.method === "GET") return answer({ value: [device("A", { id: "second-page" })] });
      const { requests } = request.body as { requests: Step[] };
      batches.push(requests);
      return answer({ responses: requests.map(({ id, url }) => ({ id, ...step(namesIn(url)) })) });
    },
  };
  return { rest, batches };
}

describe("readDevicesByNames", () => {
  it("asks for 15 names a step and 20 steps a request", async () => {
    const { rest, batches } = graph((names) => ({ status: 200, body: { value: names.map((name) => device(name)) } }));
    const names = Array.from({ length: 301 }, (_, index) => `SRV${index}`);
    const found = await readDevicesByNames(rest, names);
    expect(batches.map((steps) => steps.length).sort((a, b) => b - a)).toEqual([20, 1]);
    expect(batches.flat().every(({ url }) => namesIn(url).length <= 15)).toBe(true);
    expect(found.map(({ name, devices }) => [name, devices[0]?.id])).toEqual(names.map((name) => [name, `o-${name}`]));
  });

  it("matches names without case and gives a name that nobody has an empty list", async () => {
    const { rest } = graph(() => ({ status: 200, body: { value: [device("srv1"), device("SRV1", { id: "clone" })] } }));
    const [first, second] = await readDevicesByNames(rest, ["SRV1", "SRV2"]);
    expect(first?.devices.map(({ id }) => id)).toEqual(["o-srv1", "clone"]);
    expect(second).toEqual({ name: "SRV2", devices: [], error: null });
  });

  it("keeps a quote in a name inside the filter's text", async () => {
    const { rest, batches } = graph((names) => ({ status: 200, body: { value: names.map((name) => device(name)) } }));
    const [found] = await readDevicesByNames(rest, ["O'BRIEN') or ('a' eq 'a"]);
    expect(found?.devices).toHaveLength(1);
    expect(batches.flat()).toHaveLength(1);
  });

  it("says for each name why nothing was read when Graph refuses", async () => {
    const { rest } = graph(() => ({ status: 403, body: { error: { code: "Authorization_RequestDenied", message: "no" } } }));
    const found = await readDevicesByNames(rest, ["A", "B"]);
    expect(found.map(({ error }) => error instanceof AppError && error.code)).toEqual(["forbidden", "forbidden"]);
  });

  it("follows the next page of a step", async () => {
    const next = "https://graph.microsoft.com/v1.0/devices?$skiptoken=2";
    const { rest } = graph(() => ({ status: 200, body: { value: [device("A")], "@odata.nextLink": next } }));
    const [found] = await readDevicesByNames(rest, ["A"]);
    expect(found?.devices.map(({ id }) => id)).toEqual(["o-A", "second-page"]);
  });
});
