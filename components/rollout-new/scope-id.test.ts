import { expect, it } from "vitest";
import { scopeWords } from "@/lib/client/scope-words";
import { isScopeId } from "./scope-id";

const S = "/subscriptions/11111111-1111-1111-1111-111111111111";

it.each([
  [S, true],
  [` ${S} `, true],
  [`${S}/resourceGroups/rg-app`, true],
  ["/providers/Microsoft.Management/managementGroups/contoso", true],
  ["/", false],
  ["", false],
  ["/subscriptions/production", false],
  [`${S}/resourceGroups/`, false],
  [`${S}/resourceGroups/rg/providers/Microsoft.HybridCompute/machines/m`, false],
  [`https://portal.azure.com${S}`, false],
])("%s holds machines: %s", (text, expected) => {
  expect(isScopeId(text)).toBe(expected);
});

it("says a scope with the name that people know", () => {
  const name = (id: string) => (id.startsWith("1111") ? "Production" : id);
  expect(scopeWords(S, name)).toBe("Subscription Production");
  expect(scopeWords(`${S}/resourceGroups/rg-app`, name)).toBe("Resource group rg-app");
  expect(scopeWords("/providers/Microsoft.Management/managementGroups/contoso", name)).toBe("Management group contoso");
});
