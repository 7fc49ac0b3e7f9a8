import { describe, expect, it } from "vitest";
import { callerOf, createTestContext, wireRequest } from "../resource-graph/test-support.ts";
import { heldItems } from "./paging.ts";

const ctx = createTestContext(25);

function request(query: Record<string, string>, name = "ada", path = "/subscriptions/1/things") {
  return wireRequest(callerOf(ctx, name), null, { path, query: new URLSearchParams(query) });
}

/** What each reading gets: the number of the list that was made for it. */
function reading() {
  let made = 0;
  const make = () => {
    made += 1;
    return [made];
  };
  return (ask: ReturnType<typeof request>) => heldItems(ask, ctx, make)[0];
}

describe("the list behind the pages of one reading", () => {
  it("is made once for all its pages and anew for the next reading", () => {
    const read = reading();
    const later = { $filter: "atScope()", $skiptoken: "t" };
    expect([read(request({ $filter: "atScope()" })), read(request(later)), read(request(later))]).toEqual([1, 1, 1]);
    expect([read(request({ $filter: "atScope()" })), read(request(later))]).toEqual([2, 2]);
  });

  it("is made anew once something was written", () => {
    const read = reading();
    expect(read(request({}))).toBe(1);
    ctx.world.revision += 1;
    expect(read(request({ $skiptoken: "t" }))).toBe(2);
  });

  it("belongs to one person, one path and one filter", () => {
    const read = reading();
    expect(read(request({ $filter: "a" }))).toBe(1);
    expect(read(request({ $filter: "b", $skiptoken: "t" }))).toBe(2);
    expect(read(request({ $filter: "a", $skiptoken: "t" }, "olivia"))).toBe(3);
    expect(read(request({ $filter: "a", $skiptoken: "t" }, "ada", "/subscriptions/2/things"))).toBe(4);
    expect(read(request({ $filter: "a", $skiptoken: "t" }))).toBe(1);
  });

  it("is forgotten when many others came after it", () => {
    const read = reading();
    read(request({}));
    for (let number = 0; number < 64; number += 1) read(request({ $filter: String(number) }));
    expect(read(request({ $skiptoken: "t" }))).toBe(66);
    expect(read(request({ $filter: "63", $skiptoken: "t" }))).toBe(65);
  });
});
