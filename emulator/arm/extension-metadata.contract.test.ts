import { afterAll, beforeAll, expect, it } from "vitest";
import { type LocalAzure, startLocalAzure } from "../core/start.ts";
import { subscriptionIdOf } from "../world/places.ts";
import type { Json } from "./request-reading.ts";
import { armTestClient, errorOf, valuesOf } from "./test-client.ts";

let azure: LocalAzure;
const arm = armTestClient(() => azure);
const PUBLISHERS = "/providers/Microsoft.HybridCompute/locations/westeurope/publishers";
const VERSIONS = `${PUBLISHERS}/Microsoft.Azure.ActiveDirectory/extensionTypes/AADLoginForWindows/versions`;
const SUBSCRIPTION = `/subscriptions/${subscriptionIdOf("prodEu1")}`;

beforeAll(async () => {
  azure = await startLocalAzure({ machines: 25, options: { enforceQuotas: false } });
});
afterAll(async () => {
  await azure.close();
});

it("lists the versions of an extension newest first, by subscription and by tenant", async () => {
  for (const path of [`${SUBSCRIPTION}${VERSIONS}`, VERSIONS]) {
    const versions = valuesOf(await arm.call("GET", path)).map((item) => (item.properties as Json).version);
    expect(versions).toEqual(["2.2.0.0", "2.1.0.0", "2.0.0.0", "1.3.0.0"]);
  }
});

it("prints ids without subscription and with lower-case names, as recorded", async () => {
  const answer = await arm.call("GET", `${SUBSCRIPTION}${VERSIONS}/2.1.0.0`);
  expect(answer.body).toEqual({
    id: "/providers/Microsoft.HybridCompute/locations/westeurope/publishers/microsoft.azure.activedirectory/extensionTypes/aadloginforwindows/versions/2.1.0.0",
    location: "westeurope",
    properties: { version: "2.1.0.0", extensionType: "aadloginforwindows", publisher: "microsoft.azure.activedirectory" },
  });
});

it("adds operating system and download addresses at tenant level, where no location stands", async () => {
  const { body } = await arm.call("GET", `${VERSIONS}/2.1.0.0`);
  expect(Object.keys(body)).toEqual(["id", "properties"]);
  expect(body.properties).toMatchObject({ operatingSystem: "Windows", architecture: ["x64"] });
  expect(String((body.properties as Json).extensionSignatureUri)).toMatch(/^https:/);
});

it("lists publishers and their extension types", async () => {
  expect(valuesOf(await arm.call("GET", PUBLISHERS)).map((item) => item.name)).toContain("Microsoft.Azure.ActiveDirectory");
  const types = valuesOf(await arm.call("GET", `${PUBLISHERS}/microsoft.azure.activedirectory/extensionTypes`));
  expect(types.map((item) => item.name)).toEqual(["AADLoginForWindows", "AADSSHLoginForLinux"]);
});

it("answers an empty list for an unknown type, 404 for an unknown version and 400 for an unknown region", async () => {
  expect(valuesOf(await arm.call("GET", `${PUBLISHERS}/x/extensionTypes/y/versions`))).toEqual([]);
  expect((await arm.call("GET", `${VERSIONS}/9.9`)).status).toBe(404);
  const elsewhere = await arm.call("GET", VERSIONS.replace("westeurope", "chinaeast2"));
  expect([elsewhere.status, errorOf(elsewhere).code]).toEqual([400, "LocationNotAvailableForResourceType"]);
});
