import { describe, expect, it } from "vitest";
import { createTinyWorld, OTHER_SUBSCRIPTION, SUBSCRIPTION } from "../testing/tiny-world.ts";
import { CONTOSO_TENANT_ID } from "../world/types.ts";
import { createRelation } from "./visibility.ts";

const MG = "/providers/Microsoft.Management/managementGroups";
const ROOT = `${MG}/${CONTOSO_TENANT_ID}`;
const GROUP = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-app`;
const MACHINE = `${GROUP}/providers/Microsoft.HybridCompute/machines/srv1`;

describe("where a scope lies", () => {
  it.each([
    [MACHINE, "/", "above"],
    [MACHINE, ROOT, "above"],
    [MACHINE, `${MG}/PRODUCTION`, "above"],
    [MACHINE, `/subscriptions/${SUBSCRIPTION.toUpperCase()}`, "above"],
    [MACHINE, GROUP, "above"],
    [MACHINE, MACHINE.toUpperCase(), "at"],
    [MACHINE, `${MACHINE}/extensions/a`, "below"],
    [MACHINE, `${MACHINE}0`, null],
    [GROUP, MACHINE, "below"],
    [GROUP, `${GROUP}-two`, null],
    [GROUP, `/subscriptions/${OTHER_SUBSCRIPTION}`, null],
    [`${MG}/landing-zones`, `${MG}/production`, "below"],
    [`${MG}/landing-zones`, MACHINE, "below"],
    [`${MG}/production`, `/subscriptions/${OTHER_SUBSCRIPTION}`, null],
    [`${MG}/production`, `${MG}/landing-zones`, "above"],
    ["/", MACHINE, "below"],
    ["/", "/", "at"],
  ])("seen from %s, %s is %s", (target, scope, expected) => {
    expect(createRelation(createTinyWorld(), target)(scope)).toBe(expected);
  });
});
