import { describe, expect, test } from "vitest";
import { G1, ROLES, role, S1, S2 } from "./access-fixture";
import { countActions, roleForUse } from "./used-actions";

const MACHINES = "Microsoft.HybridCompute/machines";
const use = (...actions: string[]) => actions.map((action) => ({ action, count: 1, lastAt: "2026-11-20T10:00:00.000Z" }));
const deployer = role("deployer", { actions: [`${MACHINES}/read`, `${MACHINES}/extensions/write`] });
const roles = [...Object.values(ROLES), deployer];
const ask = (over: Partial<Parameters<typeof roleForUse>[0]>) =>
  roleForUse({ used: [], roles, held: ROLES.contributor, scope: G1, isWhole: true, ...over });

describe("[A25] counting what was used", () => {
  test("adds operations up per action whatever their case, most used first, then by name, with the last time", () => {
    const at = (hour: number) => `2026-11-20T0${hour}:00:00.000Z`;
    expect(
      countActions([
        { action: "B/write", at: at(3) },
        { action: "A/write", at: at(1) },
        { action: "C/action", at: at(4) },
        { action: "c/ACTION", at: at(2) },
        { action: "C/action", at: at(5) },
      ]),
    ).toEqual([
      { action: "C/action", count: 3, lastAt: at(5) },
      { action: "A/write", count: 1, lastAt: at(1) },
      { action: "B/write", count: 1, lastAt: at(3) },
    ]);
    expect(countActions([])).toEqual([]);
  });
});

describe("[A25] the role for what was used", () => {
  test("is the smallest that covers every action, with what the held one gave besides", () => {
    const answer = ask({ used: use(`${MACHINES}/extensions/write`.toUpperCase()), held: ROLES.owner });
    expect(answer).toMatchObject({
      verdict: "smaller",
      role: { id: "deployer", name: "deployer", type: "BuiltInRole" },
      gains: [],
      losesActions: ["*"],
      losesDataActions: [],
    });
    expect(answer.loses).toEqual(expect.arrayContaining(["assignRoles", "runCommand", "delete"]));
    expect(answer.loses).not.toContain("writeExtensions");
    expect(answer.loses).not.toContain("read");
  });

  test("is wider when one more action was used, and the held one when nothing smaller has it", () => {
    const both = use(`${MACHINES}/extensions/write`, `${MACHINES}/delete`);
    expect(ask({ used: both, held: ROLES.owner }).role?.id).toBe("contributor");
    expect(ask({ used: both })).toEqual({
      verdict: "smallest",
      ...{ role: null, loses: [], gains: [], losesActions: [], losesDataActions: [] },
    });
  });

  test("names what a wide role excludes, where the pattern itself stays", () => {
    const answer = ask({ used: use(`${MACHINES}/delete`), held: ROLES.owner });
    expect(answer.losesActions).toEqual(["Microsoft.Authorization/*/Delete", "Microsoft.Authorization/*/Write"]);
    expect(answer.loses).toEqual(["assignRoles", "removeRoles", "defineRoles", "writePolicy"].sort(byTable(answer.loses)));
  });

  test("leaves out roles that cannot be assigned there, roles under a condition and roles that exclude the action", () => {
    const wanted = `${MACHINES}/runcommands/write`;
    const none = [
      role("elsewhere", { actions: [wanted] }, { type: "CustomRole", assignableScopes: [S2] }),
      role("limited", { actions: [wanted], condition: "@Resource[a:b] StringEquals 'c'" }),
      role("excluded", { actions: [wanted], notActions: ["*/runCommands/*"] }),
    ];
    expect(ask({ used: use(wanted), roles: none, held: ROLES.owner }).verdict).toBe("none");
    const here = role("here", { actions: [wanted] }, { type: "CustomRole", assignableScopes: [S1] });
    expect(ask({ used: use(wanted), roles: [...none, here] }).role).toEqual({ id: "here", name: "here", type: "CustomRole" });
  });

  test("of equal rights on machines is smaller only with the narrower list of actions", () => {
    const one = role("one", { actions: ["Other/a/write"] });
    const two = role("two", { actions: ["Other/a/write", "Other/b/write"] });
    const used = use("Other/a/write");
    expect(ask({ used, roles: [one, two], held: two })).toMatchObject({ role: { id: "one" }, losesActions: ["Other/b/write"] });
    expect(ask({ used, roles: [one, two], held: one }).verdict).toBe("smallest");
    expect(ask({ used, roles: [role("same", { actions: ["Other/a/write"] }), one], held: one }).verdict).toBe("smallest");
  });

  test("tells what it gives anew and which data actions go", () => {
    const held = role("held", { actions: [`${MACHINES}/*`], dataActions: [`${MACHINES}/login/action`] });
    const next = role("next", { actions: [`${MACHINES}/delete`, "Microsoft.HybridConnectivity/endpoints/write"] });
    expect(ask({ used: use(`${MACHINES}/delete`), roles: [held, next], held })).toMatchObject({
      verdict: "smaller",
      gains: ["enableEndpoint"],
      losesActions: [`${MACHINES}/*`],
      losesDataActions: [`${MACHINES}/login/action`],
    });
  });

  test("is none when nothing was used, and unsaid while a part of the log is missing", () => {
    expect(ask({ used: [] })).toMatchObject({ verdict: "unused", role: null });
    expect(ask({ used: [], isWhole: false })).toMatchObject({ verdict: "unknown", role: null });
    expect(ask({ used: use(`${MACHINES}/extensions/write`), isWhole: false }).verdict).toBe("smaller");
  });
});

function byTable(order: readonly string[]) {
  return (a: string, b: string) => order.indexOf(a) - order.indexOf(b);
}
