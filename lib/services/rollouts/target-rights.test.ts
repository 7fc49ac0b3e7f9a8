import { describe, expect, it } from "vitest";
import type { AzureClients, PermissionEntry } from "@/lib/azure/ports";
import { AppError } from "@/lib/domain/errors";
import { OWNER, quiet, READER } from "../operations/testing";
import { type Place, rightsAtMachines } from "./target-rights";

const WRITE = ["Microsoft.HybridCompute/machines/extensions/write"];
const place = (group: string, name: string, subscriptionId = "s1"): Place => ({
  machineId: `/subscriptions/${subscriptionId}/resourceGroups/${group}/providers/Microsoft.HybridCompute/machines/${name}`,
  subscriptionId,
  resourceGroup: group,
});

function azure(at: (scope: string) => PermissionEntry[] | Error) {
  const asked: string[] = [];
  const permissionsAt = async (scope: string) => {
    asked.push(scope);
    const answer = at(scope);
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const clients = { access: { permissionsAt } } as unknown as AzureClients;
  return { asked, ctx: { azure: clients, signal: new AbortController().signal, log: quiet } };
}

const many = (count: number, group: string) => Array.from({ length: count }, (_, index) => place(group, `m${index}`));

describe("rightsAtMachines", () => {
  it("asks once a subscription where the right is given there", async () => {
    const { asked, ctx } = azure(() => [OWNER]);
    const answers = await rightsAtMachines(ctx, [...many(500, "a"), ...many(500, "b"), place("c", "x", "s2")], WRITE);
    expect(asked.sort()).toEqual(["/subscriptions/s1", "/subscriptions/s2"]);
    expect(new Set(answers.values())).toEqual(new Set([true]));
  });

  it("goes down to the resource groups and to single machines where it is given there only", async () => {
    const { ctx } = azure((scope) =>
      scope.endsWith("/resourceGroups/a") || scope.endsWith("/machines/m1") ? [OWNER] : [READER],
    );
    const answers = await rightsAtMachines(ctx, [place("a", "m0"), place("b", "m1"), place("b", "m2")], WRITE);
    expect([...answers.values()]).toEqual([true, true, false]);
  });

  it("takes the resource group's answer where there are too many machines to ask one by one", async () => {
    const { asked, ctx } = azure(() => [READER]);
    const answers = await rightsAtMachines(ctx, many(201, "a"), WRITE);
    expect(asked).toHaveLength(2);
    expect(new Set(answers.values())).toEqual(new Set([false]));
  });

  it("needs every action", async () => {
    const { ctx } = azure(() => [{ ...READER, actions: ["Microsoft.HybridCompute/machines/extensions/write"] }]);
    const needs = [...WRITE, "Microsoft.HybridCompute/machines/extensions/delete"];
    expect([...(await rightsAtMachines(ctx, [place("a", "m")], needs)).values()]).toEqual([false]);
  });

  it("does not know where Azure does not answer, and says no where it refuses", async () => {
    const lost = azure(() => new AppError({ code: "upstream", message: "no answer" }));
    expect([...(await rightsAtMachines(lost.ctx, [place("a", "m")], WRITE)).values()]).toEqual([null]);
    const refused = azure(() => new AppError({ code: "forbidden", message: "no" }));
    expect([...(await rightsAtMachines(refused.ctx, [place("a", "m")], WRITE)).values()]).toEqual([false]);
  });

  it("ends when the sign-in is refused", async () => {
    const { ctx } = azure(() => new AppError({ code: "unauthenticated", message: "sign in" }));
    await expect(rightsAtMachines(ctx, [place("a", "m")], WRITE)).rejects.toMatchObject({ code: "unauthenticated" });
  });
});
