import { expect, it } from "vitest";
import { AppError } from "@/lib/domain/errors";
import { quiet } from "../operations/testing";
import { usedRoles } from "./used-roles";

const GROUP = "/providers/Microsoft.Management/managementGroups/prod";
const HELD = "b24988ac-6180-42a0-ab88-20f7382dd24c";
const guid = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
const two = (number: number) => String(number).padStart(2, "0");

/** Subscriptions 1 to `count` below the group and one beside it; the log of the third cannot be read. */
function contextOf(count: number, asked: string[]) {
  const rows = Array.from({ length: count + 1 }, (_, at) => ({
    id: `/subscriptions/${guid(at + 1)}`,
    name: `sub ${two(at + 1)}`,
    type: "microsoft.resources/subscriptions",
    chain: at === count ? [] : [{ name: "prod", displayName: "Production" }],
  }));
  const held = { actions: ["*"], notActions: [], dataActions: [], notDataActions: [] };
  const azure = {
    access: {
      roleDefinitions: async () => [
        { id: `/x/${HELD}`, roleName: "Contributor", roleType: "BuiltInRole", permissions: [held], assignableScopes: ["/"] },
      ],
    },
    resourceGraph: { query: async () => ({ rows, total: rows.length, skipToken: null }) },
    resourceManager: {
      operationsOf: async ({ subscriptionId }: { subscriptionId: string }) => {
        asked.push(subscriptionId);
        if (subscriptionId === guid(3)) throw new AppError({ code: "forbidden", message: "not yours to read" });
        const readBackTo = subscriptionId === guid(2) ? "2026-11-01T00:00:00.000Z" : null;
        return { operations: [{ action: "A/b/write", resourceId: "/r", at: "2026-11-20T00:00:00.000Z" }], readBackTo };
      },
    },
  };
  const ctx = {
    ...{ azure, log: quiet, traceId: "trace", signal: new AbortController().signal },
    clock: { now: () => new Date("2026-11-21T00:00:00Z") },
  };
  return ctx as unknown as Parameters<typeof usedRoles>[0]["ctx"];
}
const ask = (count: number, scope = GROUP, asked: string[] = []) =>
  usedRoles({ ctx: contextOf(count, asked), principal: guid(99), scope, role: HELD });

it("[A25] reads the first ten subscriptions of a management group and names those left out, never ones beside it", async () => {
  const asked: string[] = [];
  const view = await ask(12, GROUP, asked);
  expect(asked).toEqual(Array.from({ length: 10 }, (_, at) => guid(at + 1)));
  expect(view.leftOut).toEqual(["sub 11", "sub 12"]);
  expect((await ask(10)).leftOut).toEqual([]);
});

it("[A25] adds the logs up and says which could not be read or was cut off", async () => {
  const view = await ask(4);
  expect(view.used).toEqual([{ action: "A/b/write", count: 3, lastAt: "2026-11-20T00:00:00.000Z" }]);
  expect(view.logs.map(({ name, problem, readBackTo }) => [name, problem?.detail ?? null, readBackTo])).toEqual([
    ["sub 01", null, null],
    ["sub 02", null, "2026-11-01T00:00:00.000Z"],
    ["sub 03", "not yours to read", null],
    ["sub 04", null, null],
  ]);
  expect(view.isWhole).toBe(false);
});

it("[A25] asks for 90 days, an hour less, and calls one subscription read whole only when its log was not cut off", async () => {
  const whole = await ask(1, `/subscriptions/${guid(1)}`);
  expect([whole.from, whole.to]).toEqual(["2026-08-23T01:00:00.000Z", "2026-11-21T00:00:00.000Z"]);
  expect([whole.isWhole, whole.aboveSubscriptions]).toEqual([true, false]);
  expect((await ask(2, `/subscriptions/${guid(2)}`)).isWhole).toBe(false);
  expect(await ask(1)).toMatchObject({ isWhole: false, aboveSubscriptions: true });
});
