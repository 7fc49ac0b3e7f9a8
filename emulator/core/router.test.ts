import { describe, expect, it } from "vitest";
import type { Route } from "./contract.ts";
import { faceOf, splitPath } from "./faces.ts";
import { createRouter } from "./router.ts";

const route = (method: string, pattern: string): Route => ({
  face: "arm",
  method,
  pattern,
  source: pattern,
  handle: () => ({ status: 200 }),
});
const router = createRouter([
  route("GET", "/{+scope}/providers/microsoft.authorization/roleassignments"),
  route("GET", "/subscriptions/{subscriptionId}"),
  route("GET", "/subscriptions/{subscriptionId}/resourcegroups/{group}/providers/microsoft.hybridcompute/machines/{name}"),
  route("GET", "/subscriptions/{subscriptionId}/locations"),
  route("PUT", "/subscriptions/{subscriptionId}"),
]);
const find = (path: string, method = "GET") => router.match("arm", method, splitPath(path));

describe("router", () => {
  it("matches literals without regard to case and keeps the case of names", () => {
    const match = find("/SUBSCRIPTIONS/AbC/resourceGroups/RG-App/providers/Microsoft.HybridCompute/Machines/Srv1");
    expect(match?.params).toEqual({ subscriptionId: "AbC", group: "RG-App", name: "Srv1" });
  });

  it.each([
    ["/providers/Microsoft.Authorization/roleAssignments", ""],
    ["/subscriptions/s/providers/Microsoft.Authorization/roleAssignments", "subscriptions/s"],
    [
      "/providers/Microsoft.Management/managementGroups/m/providers/Microsoft.Authorization/roleAssignments",
      "providers/Microsoft.Management/managementGroups/m",
    ],
  ])("takes any number of segments as scope: %s", (path, scope) => {
    expect(find(path)?.params).toEqual({ scope });
  });

  it("prefers a literal to a name and a name to a scope", () => {
    const exact = createRouter([route("GET", "/{+rest}"), route("GET", "/{one}"), route("GET", "/word")]);
    expect(exact.match("arm", "GET", ["word"])?.route.pattern).toBe("/word");
    expect(exact.match("arm", "GET", ["other"])?.route.pattern).toBe("/{one}");
    expect(exact.match("arm", "GET", ["a", "b"])?.route.pattern).toBe("/{+rest}");
  });

  it("finds nothing for another method, face or length, and names the methods a path has", () => {
    expect(find("/subscriptions/s", "DELETE")).toBeNull();
    expect(find("/subscriptions")).toBeNull();
    expect(router.match("graph", "GET", ["subscriptions", "s"])).toBeNull();
    expect(router.methodsAt("arm", ["subscriptions", "s"]).sort()).toEqual(["GET", "PUT"]);
  });
});

describe("paths", () => {
  it("collapses repeated slashes and decodes each segment by itself", () => {
    expect(splitPath("//subscriptions//a%20b/c%2Fd/")).toEqual(["subscriptions", "a b", "c/d"]);
    expect(splitPath("/broken%ZZ")).toEqual(["broken%ZZ"]);
  });

  it.each([
    ["/v1.0/me", "graph"],
    ["/Beta/organization", "graph"],
    ["/subscriptions", "arm"],
    ["/Tenants", "arm"],
    ["/providers/Microsoft.Management/managementGroups", "arm"],
    ["/providers/microsoft.resourcegraph/resources", "resourceGraph"],
    ["/contoso.example/oauth2/v2.0/token", "entra"],
    ["/secrets/sql-connection", "keyVault"],
    ["/", "entra"],
  ])("%s belongs to %s", (path, face) => {
    expect(faceOf(splitPath(path))).toBe(face);
  });
});
