import { beforeEach, describe, expect, it } from "vitest";
import { SUBSCRIPTION } from "../testing/tiny-world.ts";
import { type Caller, type Face, WireError, type WireRequest } from "./contract.ts";
import { defaultOptions, type InstanceOptions } from "./options.ts";
import { createThrottle, type Throttle } from "./throttle.ts";

const ANN: Caller = {
  tenantId: "t",
  objectId: "ann",
  kind: "user",
  appId: "app",
  scopes: [],
  acrs: [],
  amr: [],
  canStepUp: true,
  issuedAtMs: 0,
  claims: {},
};
const BEN = { ...ANN, objectId: "ben" };
const START_MS = Date.UTC(2026, 6, 16, 8, 0, 0);

let options: InstanceOptions;
let nowMs: number;
let throttle: Throttle;

beforeEach(() => {
  options = defaultOptions();
  nowMs = START_MS;
  throttle = createThrottle(options, () => nowMs);
});

function request(face: Face, method: string, path: string, query = ""): WireRequest {
  return {
    face,
    method,
    origin: "http://localhost",
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
}

const read = request("arm", "GET", `/subscriptions/${SUBSCRIPTION}/resourceGroups`);
const write = request("arm", "PUT", `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg`);
const remove = request("arm", "DELETE", `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg`);

function refusal(act: () => unknown): WireError {
  try {
    act();
  } catch (error) {
    if (error instanceof WireError) return error;
  }
  throw new Error("was not refused");
}

/** Requests that pass until the first refusal. */
function burst(target: WireRequest, caller = ANN): number {
  for (let count = 0; ; count += 1) {
    try {
      throttle.take(target, caller);
    } catch {
      return count;
    }
  }
}

describe("Azure Resource Manager's token buckets", () => {
  it("give 250 reads, 200 writes and 200 deletes at once, each class by itself", () => {
    expect([burst(read), burst(write), burst(remove)]).toEqual([250, 200, 200]);
  });

  it("refill 25 reads and 10 writes a second, never above the size", () => {
    burst(read);
    burst(write);
    nowMs += 1_000;
    expect([burst(read), burst(write)]).toEqual([25, 10]);
    nowMs += 3_600_000;
    expect([burst(read), burst(write)]).toEqual([250, 200]);
  });

  it("are one for each principal and subscription", () => {
    burst(read);
    expect(burst(read, BEN)).toBe(250);
    expect(burst(request("arm", "GET", "/subscriptions/other/resourceGroups"))).toBe(250);
  });

  it("tell what is left in the recorded header names, tenant calls in their own", () => {
    expect(throttle.take(read, ANN)).toEqual({
      "x-ms-ratelimit-remaining-subscription-reads": "249",
      "x-ms-ratelimit-remaining-subscription-global-reads": "3749",
    });
    expect(throttle.take(request("arm", "GET", "/tenants"), ANN)).toEqual({ "x-ms-ratelimit-remaining-tenant-reads": "249" });
    expect(throttle.take(write, ANN)).toMatchObject({ "x-ms-ratelimit-remaining-subscription-writes": "199" });
  });

  it("refuse in the recorded form: plain text, no Retry-After, the time in the sentence", () => {
    burst(write);
    const error = refusal(() => throttle.take(write, ANN));
    expect(error.status).toBe(429);
    expect(error.headers).toEqual({ "content-type": "text/plain; charset=utf-8" });
    expect(error.body).toBe(
      "You have reached the limit of allowed 'PUT:writes' API calls.Please retry after '2026-07-16T08:00:01.0000000Z' UTC.",
    );
  });

  it("refuse in the documented form when the options say so", () => {
    options.throttleAnswer = "documented";
    burst(write);
    const error = refusal(() => throttle.take(write, ANN));
    expect(error.headers).toMatchObject({ "retry-after": "1" });
    expect(error.body).toMatchObject({ error: { code: "SubscriptionRequestsThrottled" } });
  });

  it("shrink with the factor and stop counting without quotas", () => {
    options.armBucketFactor = 0.01;
    expect(burst(read)).toBe(2);
    options.enforceQuotas = false;
    for (let count = 0; count < 1_000; count += 1) throttle.take(write, ANN);
  });
});

describe("Resource Graph's window", () => {
  const query = request("resourceGraph", "POST", "/providers/Microsoft.ResourceGraph/resources");

  it("lets 15 queries pass in 5 s and counts down in both headers", () => {
    expect(throttle.take(query, ANN)).toMatchObject({
      "x-ms-user-quota-remaining": "14",
      "x-ms-user-quota-resets-after": "00:00:05",
    });
    nowMs += 3_500;
    expect(throttle.take(query, ANN)).toMatchObject({
      "x-ms-user-quota-remaining": "13",
      "x-ms-user-quota-resets-after": "00:00:02",
    });
    expect(burst(query)).toBe(13);
  });

  it("refuses the sixteenth with RateLimiting and the seconds to wait, and opens again after 5 s exactly", () => {
    burst(query);
    nowMs += 4_999;
    const error = refusal(() => throttle.take(query, ANN));
    expect(error.headers).toMatchObject({ "retry-after": "1", "x-ms-user-quota-remaining": "0" });
    expect(error.body).toMatchObject({ error: { code: "RateLimiting" } });
    nowMs += 1;
    expect(burst(query)).toBe(15);
  });

  it("is one for each person", () => {
    burst(query);
    expect(burst(query, BEN)).toBe(15);
  });
});

describe("Graph's counter of key credential reads", () => {
  const keys = request("graph", "GET", "/v1.0/servicePrincipals", "$select=id,keyCredentials&$top=999");

  it("lets 150 a minute pass for the whole tenant and refuses the next with Retry-After", () => {
    for (let count = 0; count < 150; count += 1) throttle.take(keys, count % 2 === 0 ? ANN : BEN);
    const error = refusal(() => throttle.take(keys, ANN));
    expect([error.status, error.headers["retry-after"]]).toEqual([429, "60"]);
    nowMs += 60_000;
    expect(burst(keys)).toBe(150);
  });

  it("does not count reads that leave key credentials out", () => {
    const plain = request("graph", "GET", "/v1.0/servicePrincipals", "$select=id");
    for (let count = 0; count < 500; count += 1) throttle.take(plain, ANN);
    expect(burst(keys)).toBe(150);
  });
});

it("a reset fills everything up", () => {
  burst(read);
  throttle.reset();
  expect(burst(read)).toBe(250);
});
