import { describe, expect, it } from "vitest";
import { createFederatedAssertion } from "./federated-assertion";

describe("createFederatedAssertion", () => {
  it.each([
    ["public", "api://AzureADTokenExchange/.default"],
    ["usgov", "api://AzureADTokenExchangeUSGov/.default"],
    ["china", "api://AzureADTokenExchangeChina/.default"],
  ] as const)("asks the managed identity for the exchange audience of the %s cloud", async (cloudId, wanted) => {
    const scopes: string[] = [];
    const source = {
      getToken: async (scope: string) => {
        scopes.push(scope);
        return { token: "t", expiresOnTimestamp: 9e15 };
      },
    };
    await createFederatedAssertion({ clientId: null, cloudId, source })();
    expect(scopes).toEqual([wanted]);
  });

  it("keeps the assertion until five minutes before its end", async () => {
    let nowMs = 0;
    let calls = 0;
    const source = { getToken: async () => ({ token: `t${++calls}`, expiresOnTimestamp: nowMs + 3_600_000 }) };
    const assertion = createFederatedAssertion({ clientId: null, cloudId: "public", source, now: () => nowMs });
    await assertion();
    nowMs = 3_300_000 - 1;
    expect(await assertion()).toBe("t1");
    nowMs += 1;
    expect(await assertion()).toBe("t2");
  });

  it("fails with a reason when the identity gives no token", async () => {
    const assertion = createFederatedAssertion({ clientId: null, cloudId: "public", source: { getToken: async () => null } });
    await expect(assertion()).rejects.toThrow("gave no token");
  });
});
