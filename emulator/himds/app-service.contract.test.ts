import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type LocalAzure, startLocalAzure } from "../core/start.ts";
import { createControlClient } from "../testing/control-client.ts";
import { PORTAL_APP_CLIENT_ID, PORTAL_APP_ID } from "../world/portal-app.ts";
import { CONTOSO_TENANT_ID, PORTAL_CLIENT_ID, PORTAL_CLIENT_SECRET } from "../world/types.ts";

const ARM = "https://management.azure.com";
const GRAPH = "https://graph.microsoft.com";
const HEADER = "header-of-the-app";
let azure: LocalAzure;

beforeAll(async () => {
  azure = await startLocalAzure({ machines: 25, appService: { header: HEADER }, options: { enforceQuotas: false } });
});
afterAll(async () => {
  await azure.close();
});

const ask = (query: Record<string, string> = {}, headers: Record<string, string> = {}, method = "GET") =>
  fetch(`${azure.appIdentityEndpoint}?${new URLSearchParams({ "api-version": "2019-08-01", resource: ARM, ...query })}`, {
    method,
    headers: { "x-identity-header": HEADER, ...headers },
  });
const get = async (path: string, token: string) =>
  (await fetch(`${azure.origin}${path}`, { headers: { authorization: `Bearer ${token}` } })).status;
const payload = (token: string) =>
  JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8")) as Record<string, unknown>;

it("gives a token for the header of the app, in the form that App Service answers", async () => {
  const answer = await ask();
  expect(answer.status).toBe(200);
  const body = (await answer.json()) as Record<string, string>;
  expect(Object.keys(body).toSorted()).toEqual(["access_token", "client_id", "expires_on", "resource", "token_type"]);
  expect(body).toMatchObject({ client_id: PORTAL_APP_CLIENT_ID, resource: ARM, token_type: "Bearer" });
  expect(Number(body.expires_on)).toBeGreaterThan(Date.now() / 1_000 + 3_000);
  expect(payload(body.access_token ?? "")).toMatchObject({ oid: PORTAL_APP_ID, tid: CONTOSO_TENANT_ID, idtyp: "app" });
});

it.each<[string, Record<string, string>, Record<string, string>, string, number]>([
  ["without the header", {}, { "x-identity-header": "" }, "GET", 401],
  ["with another header", {}, { "x-identity-header": "guess" }, "GET", 401],
  ["with another api-version", { "api-version": "2017-09-01" }, {}, "GET", 400],
  ["for a resource that the tenant does not know", { resource: "https://example.com" }, {}, "GET", 400],
  ["for an identity that the app does not have", { client_id: PORTAL_CLIENT_ID }, {}, "GET", 400],
  ["by POST", {}, {}, "POST", 405],
])("refuses a request %s", async (_, query, headers, method, status) => {
  expect((await ask(query, headers, method)).status).toBe(status);
});

it("reads everything and writes nothing, in Graph too, also after a reset of the world", async () => {
  await createControlClient(azure.controlOrigin).reset();
  const token = async (resource: string) => ((await (await ask({ resource })).json()) as { access_token: string }).access_token;
  const [arm, graph] = [await token(ARM), await token(GRAPH)];
  const subscription = azure.world.subscriptions[0]?.id ?? "";
  const requests = `/subscriptions/${subscription}/providers/Microsoft.Authorization/roleAssignmentScheduleRequests`;
  expect(await get(`${requests}?api-version=2020-10-01`, arm)).toBe(200);
  expect(await get("/v1.0/auditLogs/directoryAudits?$top=1", graph)).toBe(200);
  expect(await get("/v1.0/groups?$top=1", graph)).toBe(200);
  const made = await fetch(`${azure.origin}/subscriptions/${subscription}/resourcegroups/x?api-version=2022-09-01`, {
    method: "PUT",
    headers: { authorization: `Bearer ${arm}`, "content-type": "application/json" },
    body: JSON.stringify({ location: "westeurope" }),
  });
  expect(made.status).not.toBeLessThan(400);
});

/** The library chooses its source once a process, so it runs in one of its own. */
const SCRIPT = `
import { ManagedIdentityCredential } from "@azure/identity";
const tokens = [];
for (const options of [{}, { clientId: process.env.WANTED }])
  tokens.push(await new ManagedIdentityCredential(options).getToken("${ARM}/.default"));
console.log(JSON.stringify(tokens));
`;

it("is taken by the library of Azure for the app's own identity and for one named by its client id", async () => {
  const env = {
    NODE_ENV: "test" as const,
    PATH: process.env.PATH ?? "",
    IDENTITY_ENDPOINT: azure.appIdentityEndpoint ?? "",
    IDENTITY_HEADER: HEADER,
    WANTED: PORTAL_APP_CLIENT_ID,
  };
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", SCRIPT], { env, timeout: 50_000 });
  const tokens = JSON.parse(stdout) as { token: string; expiresOnTimestamp: number }[];
  expect(tokens.map(({ token }) => payload(token).oid)).toEqual([PORTAL_APP_ID, PORTAL_APP_ID]);
  for (const { expiresOnTimestamp } of tokens) expect(expiresOnTimestamp).toBeGreaterThan(Date.now());
});

it("gives the portal's application the permissions of Graph that an administrator has granted, and no others", async () => {
  const token = async () => {
    const body = new URLSearchParams({
      grant_type: "client_credentials",
      client_id: PORTAL_CLIENT_ID,
      client_secret: PORTAL_CLIENT_SECRET,
      scope: `${GRAPH}/.default`,
    });
    const answer = await fetch(`${azure.origin}/${CONTOSO_TENANT_ID}/oauth2/v2.0/token`, { method: "POST", body });
    return ((await answer.json()) as { access_token: string }).access_token;
  };
  expect(await get("/v1.0/auditLogs/directoryAudits?$top=1", await token())).toBe(403);
  azure.options.applicationGraphRoles = ["AuditLog.Read.All"];
  expect(await get("/v1.0/auditLogs/directoryAudits?$top=1", await token())).toBe(200);
  expect(await get("/v1.0/groups?$top=1", await token())).toBe(403);
});
