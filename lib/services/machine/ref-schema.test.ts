import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { machineParamsSchema } from "./ref-schema";

const SUBSCRIPTION = "03fb551c-9d9a-46f5-9604-041c081f1673";

describe("machineParamsSchema", () => {
  it("takes real names, odd but harmless ones included", () => {
    for (const name of ["SRV01", "srv-01.corp.local", "srv_old", "x".repeat(54)]) {
      expect(machineParamsSchema.parse({ subscription: SUBSCRIPTION, group: "rg", name })).toEqual({
        subscriptionId: SUBSCRIPTION,
        resourceGroup: "rg",
        name,
      });
    }
  });

  it.each(["", ".", "..", "a/b", "a\\b", "a?b", "a#b", "a%2fb", "a\nb", "a\u0000b", "srv (old)", "srv_ü", "x".repeat(55)])(
    "refuses the name %j",
    (name) => {
      expect(machineParamsSchema.safeParse({ subscription: SUBSCRIPTION, group: "rg", name }).success).toBe(false);
    },
  );

  it("refuses a subscription that is no guid, and parts that it does not know", () => {
    expect(machineParamsSchema.safeParse({ subscription: "all", group: "rg", name: "a" }).success).toBe(false);
    expect(machineParamsSchema.safeParse({ subscription: SUBSCRIPTION, group: "rg", name: "a", more: "b" }).success).toBe(false);
  });

  it("never lets a name change the path it is put into", () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        const parsed = machineParamsSchema.safeParse({ subscription: SUBSCRIPTION, group: "rg", name });
        if (!parsed.success) return true;
        const path = new URL(`https://arm.example/a/${encodeURIComponent(parsed.data.name)}/b`).pathname;
        return path.split("/").length === 4;
      }),
    );
  });
});
