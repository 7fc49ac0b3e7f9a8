import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ManagedIdentityCredential } from "@azure/identity";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { type LocalAzure, startLocalAzure } from "../core/start.ts";
import { createControlClient } from "../testing/control-client.ts";
import { branchSubscriptionId } from "../world/branches.ts";
import { machineResourceId } from "../world/ids.ts";
import { USUAL_HOST, USUAL_TOKEN_DIR } from "./himds.ts";

let azure: LocalAzure;
let tokenDir: string;

beforeAll(async () => {
  tokenDir = mkdtempSync(join(tmpdir(), "local-azure-himds-"));
  azure = await startLocalAzure({ machines: 25, branches: 5, himds: { machine: USUAL_HOST, tokenDir } });
});
afterAll(async () => {
  await azure.close();
  rmSync(tokenDir, { recursive: true, force: true });
});

const ARM = "https://management.azure.com";
const ask = (headers: Record<string, string> = {}, resource = ARM, version = "2020-06-01") =>
  fetch(`${azure.identityEndpoint}?resource=${encodeURIComponent(resource)}&api-version=${version}`, {
    headers: { metadata: "true", ...headers },
  });

async function token(resource = ARM): Promise<string> {
  const file = /^Basic realm=(.+)$/.exec((await ask({}, resource)).headers.get("www-authenticate") ?? "")?.[1] ?? "";
  const answer = await ask({ authorization: `Basic ${readFileSync(file, "utf8")}` }, resource);
  return ((await answer.json()) as { access_token: string }).access_token;
}

it("names a file that only its owner may read, and gives a token for its content, once", async () => {
  const first = await ask();
  expect(first.status).toBe(401);
  const file = /^Basic realm=(.+)$/.exec(first.headers.get("www-authenticate") ?? "")?.[1] ?? "";
  expect([file.startsWith(`${tokenDir}/`), file.endsWith(".key"), statSync(file).mode & 0o777]).toEqual([true, true, 0o600]);
  const authorization = `Basic ${readFileSync(file, "utf8")}`;
  const second = await ask({ authorization });
  expect(second.status).toBe(200);
  expect(await second.json()).toMatchObject({ token_type: "Bearer", resource: ARM, expires_in: "3900" });
  expect(existsSync(file)).toBe(false);
  expect((await ask({ authorization })).status).toBe(401);
  expect(readdirSync(tokenDir)).toEqual([]);
});

it.each([
  ["without the Metadata header", { metadata: "" }, ARM, "2020-06-01", 400],
  ["with another api-version", {}, ARM, "2018-02-01", 400],
  ["for a resource that the tenant does not know", {}, "https://example.com", "2020-06-01", 400],
  ["with a key of its own making", { authorization: "Basic guess" }, ARM, "2020-06-01", 401],
])("refuses a request %s", async (_, headers, resource, version, status) => {
  expect((await ask(headers, resource, version)).status).toBe(status);
});

it("gives an identity that writes extensions in production, reads everything and writes nowhere else", async () => {
  const authorization = `Bearer ${await token()}`;
  const write = async (name: string) => {
    const spec = azure.world.machines.find((row) => row.name === name);
    if (spec === undefined) throw new Error(`no machine ${name}`);
    const properties = { publisher: "Microsoft.Azure.ActiveDirectory", type: "AADLoginForWindows", settings: {} };
    const url = `${azure.origin}${machineResourceId(spec)}/extensions/AADLogin?api-version=2025-01-13`;
    const body = JSON.stringify({ location: spec.location, properties });
    return (await fetch(url, { method: "PUT", headers: { authorization, "content-type": "application/json" }, body })).status;
  };
  expect(await write("arn-brn-0001")).toBe(202);
  expect(await write("ams-w11-0005")).toBe(403);
  const subscription = await fetch(`${azure.origin}/subscriptions/${branchSubscriptionId(1)}?api-version=2022-12-01`, {
    headers: { authorization },
  });
  expect(subscription.status).toBe(200);
});

it("reads devices in Graph by its application permission, also after a reset of the world", async () => {
  await createControlClient(azure.controlOrigin).reset();
  const authorization = `Bearer ${await token("https://graph.microsoft.com")}`;
  const devices = await fetch(`${azure.origin}/v1.0/devices?$top=1`, { headers: { authorization } });
  const groups = await fetch(`${azure.origin}/v1.0/servicePrincipals?$top=1`, { headers: { authorization } });
  expect([devices.status, groups.status]).toEqual([200, 403]);
});

it("does not answer while the endpoint of the server is silent, and refuses once its certificate has expired", async () => {
  const control = createControlClient(azure.controlOrigin);
  await control.patchMachine(USUAL_HOST, { identityEndpointSilent: true });
  await expect(ask()).rejects.toThrow();
  await control.patchMachine(USUAL_HOST, { identityEndpointSilent: false, offlineForMs: 0 });
  await control.advanceClock(100 * 86_400_000);
  const file = /realm=(.+)$/.exec((await ask()).headers.get("www-authenticate") ?? "")?.[1] ?? "";
  expect((await ask({ authorization: `Basic ${readFileSync(file, "utf8")}` })).status).toBe(500);
  await control.reset();
});

/** The library reads challenge files from the agent's folder alone, which only root can make. */
const isRoot = process.getuid?.() === 0 && process.platform === "linux";

it.runIf(isRoot)("serves the unmodified @azure/identity", async () => {
  const made = mkdirSync(USUAL_TOKEN_DIR, { recursive: true });
  const local = await startLocalAzure({ machines: 25, himds: { machine: USUAL_HOST, tokenDir: USUAL_TOKEN_DIR } });
  try {
    vi.stubEnv("IDENTITY_ENDPOINT", local.identityEndpoint ?? "");
    vi.stubEnv("IMDS_ENDPOINT", new URL(local.identityEndpoint ?? "").origin);
    const found = await new ManagedIdentityCredential().getToken("https://management.azure.com/.default");
    const claims = JSON.parse(Buffer.from(found.token.split(".")[1] ?? "", "base64url").toString("utf8")) as { oid: string };
    expect(claims.oid).toBe(local.world.machines.find((spec) => spec.name === USUAL_HOST)?.principalId);
  } finally {
    vi.unstubAllEnvs();
    await local.close();
    if (made !== undefined) rmSync(made, { recursive: true, force: true });
  }
});
