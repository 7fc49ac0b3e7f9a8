import { describe, expect, it } from "vitest";
import type { ArmClient } from "./arm-client";
import { createCallerActivity, toCallerOperations } from "./caller-activity";

const WHO = "11111111-1111-4111-8111-111111111111";
const OID = "http://schemas.microsoft.com/identity/claims/objectidentifier";
const ID = "/subscriptions/s/resourceGroups/g/providers/Microsoft.HybridCompute/machines/m";
const ACTION = "Microsoft.HybridCompute/machines/write";

const event = (over: Record<string, unknown> = {}) => ({
  eventTimestamp: "2026-11-20T10:00:00.1234567Z",
  resourceId: ID,
  operationName: { value: ACTION },
  category: { value: "Administrative" },
  status: { value: "Succeeded" },
  operationId: "o1",
  caller: "wade@contoso.example",
  claims: { [OID]: WHO.toUpperCase() },
  ...over,
});
const actions = (...rows: unknown[]) => toCallerOperations(rows, WHO).map(({ action }) => action);

describe("[A25] operations of one caller", () => {
  it("counts the events of one operation once, at the newest", () => {
    const begin = event({ status: { value: "Started" }, eventTimestamp: "2026-11-20T09:59:00Z" });
    expect(toCallerOperations([event(), begin, event({ operationId: "o2" })], WHO)).toEqual([
      { action: ACTION, resourceId: ID, at: "2026-11-20T10:00:00.123Z" },
      { action: ACTION, resourceId: ID, at: "2026-11-20T10:00:00.123Z" },
    ]);
  });

  it("takes the action that Azure checked before the name of the operation", () => {
    expect(actions(event({ authorization: { action: "A/b/action" } }))).toEqual(["A/b/action"]);
    expect(actions(event({ authorization: {} }))).toEqual([ACTION]);
  });

  it("knows an application by its caller when the entry carries no claims", () => {
    expect(actions(event({ claims: null, caller: WHO }))).toEqual([ACTION]);
  });

  it.each([
    ["somebody else's", { claims: { [OID]: "22222222-1111-4111-8111-111111111111" } }],
    ["one that names its caller otherwise", { claims: null }],
    ["a read", { operationName: { value: "Microsoft.HybridCompute/machines/read" } }],
    ["of no name", { operationName: null }],
    ["of another category", { category: { value: "Policy" } }],
    ["refused for lack of a right", { status: { value: "Failed" }, subStatus: { value: "Forbidden" } }],
    ["without a time", { eventTimestamp: "soon" }],
  ])("leaves out an entry %s", (_, over) => {
    expect(actions(event(over))).toEqual([]);
  });

  it("leaves out the beginning of a refused operation, and keeps one that failed for another reason", () => {
    const refused = event({ status: { value: "Failed" }, subStatus: { value: "Forbidden" } });
    expect(actions(event({ status: { value: "Started" } }), refused)).toEqual([]);
    expect(actions(event({ status: { value: "Failed" }, subStatus: { value: "Conflict" } }))).toEqual([ACTION]);
  });

  it("never fails on odd entries", () => {
    expect(actions(null, 7, {}, { eventTimestamp: "2026-11-20T10:00:00Z", resourceId: 3 })).toEqual([]);
  });
});

describe("[A25] reading the log of one caller", () => {
  const asked = { principalId: WHO, subscriptionId: "s", from: "2026-10-01T00:00:00Z", to: "2026-11-21T00:00:00Z" };
  const pagesOf = (count: number, calls: unknown[] = []) =>
    ({
      async *pages(call: unknown) {
        calls.push(call);
        for (let at = count; at > 0; at -= 1)
          yield [event({ operationId: `o${at}`, eventTimestamp: `2026-11-1${at}T00:00:00Z` })];
      },
    }) as unknown as ArmClient;

  it("asks for a time range and one resource group, with quotes doubled", async () => {
    const calls: unknown[] = [];
    const activity = createCallerActivity(pagesOf(1, calls));
    await activity.operationsOf({ ...asked, resourceGroup: "g'1" });
    await activity.operationsOf({ ...asked, resourceGroup: null });
    const range = "eventTimestamp ge '2026-10-01T00:00:00Z' and eventTimestamp le '2026-11-21T00:00:00Z'";
    const url = "/subscriptions/s/providers/Microsoft.Insights/eventtypes/management/values";
    expect(calls).toMatchObject([
      { url, query: { $filter: `${range} and resourceGroupName eq 'g''1'` } },
      { url, query: { $filter: range } },
    ]);
  });

  it("is whole when the last page is the last allowed, and says how far back it came when there are more", async () => {
    const all = await createCallerActivity(pagesOf(3), 3).operationsOf({ ...asked, resourceGroup: null });
    expect([all.operations.length, all.readBackTo]).toEqual([3, null]);
    const cut = await createCallerActivity(pagesOf(3), 2).operationsOf({ ...asked, resourceGroup: null });
    expect([cut.operations.length, cut.readBackTo]).toEqual([2, "2026-11-12T00:00:00.000Z"]);
  });
});
