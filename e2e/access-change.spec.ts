import { confirmAndWrite, expectEffective } from "./support/access.ts";
import { expect, test } from "./support/fixtures.ts";
import { apiToken, callApi, machinePage, machineRef } from "./support/fleet.ts";
import { follow } from "./support/follow.ts";
import { lookAt } from "./support/look.ts";

const ADA = "ada.admin@contoso.example";
const MACHINE = "ams-app-0001";
const USER_LOGIN = "fb879df8-f326-4884-b1cf-06f3ad86be52";

type AuditEntry = { action: string; outcome: string; detail: Record<string, unknown> };

test("[A08] [C05] [C34] a login role goes to a group on exactly the 40 machines of their group, as previewed field by field", async ({
  page,
  stack,
  control,
  signIn,
}) => {
  test.setTimeout(180_000);
  const token = await apiToken(control, ADA);
  const nora = (await callApi(stack, token, "GET", "/api/principals?search=nora.norights")).json as {
    principals: { id: string }[];
  };
  const person = nora.principals[0]?.id ?? "";
  const { subscriptionId } = await machineRef(stack, control, MACHINE);
  const servers = await control.addMachines({ subscriptionId, resourceGroup: "rg-batch", count: 40 });
  const group = await control.addGroup("Application owners", [person]);
  const machine = await machinePage(stack, control, servers[39] ?? "");
  await signIn("ada.admin", `${machine}/access?capability=signInUser&search=Nora`);
  await expect(page.getByText(/^Nothing on this machine matches/)).toBeVisible();
  await page.getByRole("searchbox", { name: "Find a person, group or role" }).fill("");

  await page.getByRole("button", { name: "Give access" }).click();
  await page.getByRole("searchbox", { name: "Find by name, sign-in name or object id" }).fill("Application own");
  await page.getByRole("button", { name: "Add Application owners" }).click();
  await page.getByRole("checkbox", { name: `Machine ${servers[39]}` }).uncheck();
  await page.getByRole("checkbox", { name: "Resource group rg-batch" }).check();
  await page.getByRole("checkbox", { name: "Virtual Machine User Login" }).first().check();
  await page.getByRole("button", { name: "Show what would change" }).click();

  await expect(page.getByText("1 person can sign in to 40 machines", { exact: true })).toBeVisible();
  const gained = page.getByRole("region", { name: "Gain (1 person)" });
  await expect(gained).toContainText("Nora Norights");
  for (const name of servers) await expect(gained).toContainText(name);
  await page.getByText("Exact request and the same change as code").click();
  const address = (await page.getByText(/^PUT https:/).textContent()) ?? "";
  const body = JSON.parse((await page.getByRole("group", { name: "Body", exact: true }).textContent()) ?? "null") as unknown;
  await control.clearRequests();
  const id = await confirmAndWrite(page);
  await expectEffective(page);

  const sent = (await control.requests({ face: "arm" })).filter(({ method }) => method !== "GET" && method !== "HEAD");
  expect(sent.map(({ method, path }) => `${method} ${/roleAssignments/.test(path)}`)).toEqual(["PUT true"]);
  const [exchange] = sent;
  const wire = new URL(exchange?.url ?? "", "https://management.azure.com");
  expect(`PUT https://management.azure.com${wire.pathname}${wire.search}`).toBe(address);
  expect(JSON.parse(exchange?.requestBody ?? "null")).toEqual(body);
  expect(body).toEqual({
    properties: {
      roleDefinitionId: `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${USER_LOGIN}`,
      principalId: group,
      principalType: "Group",
    },
  });

  await page.goto(`${stack.portal}${machine}/access?capability=signInUser&search=Nora`);
  await expect(page.getByRole("list", { name: /^Path: Person Nora Norights, member of group Application owners/ })).toBeVisible();
  const audit = (await callApi(stack, token, "GET", `/api/audit?operation=${id}`)).json as { entries: AuditEntry[] };
  expect(audit.entries.map(({ action, outcome }) => [action, outcome]).sort()).toEqual([
    ["access.assign", "done"],
    ["access.assign", "intent"],
  ]);
  const intent = audit.entries.find(({ outcome }) => outcome === "intent");
  expect(intent?.detail).toMatchObject({
    request: { method: "PUT", url: address.replace("PUT ", ""), body },
    principal: { id: group, name: "Application owners" },
    shown: { peopleGaining: 1, peopleLosing: 0, machines: 40 },
  });
});

test("a change that no longer fits the state is shown again and not written", async ({ page, stack, control, signIn }) => {
  test.setTimeout(120_000);
  const machine = await machinePage(stack, control, MACHINE);
  await signIn("ada.admin", `${machine}/access?search=jia.novak&capability=signInUser`);
  const remove = page.getByRole("button", { name: /^Remove Virtual Machine User Login at Machine .* from Jia Novak/i }).first();
  await remove.click();
  await expect(page.getByRole("button", { name: "Write 1 change" })).toBeVisible();

  const address = (await page.getByText(/^DELETE https:/).textContent()) ?? "";
  const url = new URL(address.replace("DELETE ", ""));
  const token = await control.token({ upn: ADA, resource: "arm" });
  const gone = await fetch(`${stack.localAzure}${url.pathname}${url.search}`, {
    method: "DELETE",
    headers: { authorization: `Bearer ${token}`, "x-forwarded-host": url.host },
  });
  expect(gone.status).toBe(200);
  const tick = page.getByRole("checkbox", { name: "I have read the warnings and want this change." });
  if ((await tick.count()) > 0) await tick.check();
  await page.getByRole("button", { name: "Write 1 change" }).click();
  await expect(page.getByText(/Nothing was written. This is the preview as it is now/)).toBeVisible();
  await expect(page.getByText("The assignment does not exist any more.").first()).toBeVisible();
  await expect(page.getByRole("button", { name: "Write 1 change" })).toBeDisabled();
});

test("the half-filled form survives a reload", async ({ page, stack, signIn }) => {
  await signIn("ada.admin", "/access/change");
  await page.getByRole("searchbox", { name: "Find by name, sign-in name or object id" }).fill("Service desk");
  await page.getByRole("button", { name: "Add Service desk" }).click();
  await page.getByRole("searchbox", { name: "Find a machine" }).fill(MACHINE);
  await page.getByRole("button", { name: `Offer ${MACHINE}, its group and its subscription` }).click();
  await page.reload();
  await expect(page.getByRole("button", { name: "Take Service desk out" })).toBeVisible();
  await expect(page.getByRole("checkbox", { name: `Machine ${MACHINE}` })).toBeChecked();
  expect(page.url()).toBe(`${stack.portal}/access/change`);
});

test("axe finds nothing on the pages about one machine's access and the change flow", async ({
  page,
  stack,
  control,
  signIn,
}) => {
  test.setTimeout(240_000);
  const machine = await machinePage(stack, control, MACHINE);
  const found: string[] = [];
  const look = async (name: string) => void found.push(...(await lookAt(page, name, { part: { include: "main" } })));
  // One family name keeps the lists short: the other rows are drawn by the same components.
  await signIn("ada.admin", `${machine}/access?search=novak&capability=signInUser`);
  await expect(page.getByRole("list", { name: /^Holders of/ })).toBeVisible();
  await look("access");
  await page.goto(`${stack.portal}${machine}/access?view=person&search=novak`);
  await expect(page.getByRole("heading", { name: "By person" })).toBeVisible();
  await look("people");
  await follow(page, `${machine}/reach`);
  await expect(page.getByRole("button", { name: /^Machine: / })).toBeVisible();
  await look("reach");
  await page.getByRole("searchbox", { name: /^Target, by a part of its name/ }).fill("contoso");
  await expect(page.getByRole("list", { name: "Resources found" })).toBeVisible();
  await look("reach search");
  await page.goto(`${stack.portal}${machine}/reach?as=table`);
  await expect(page.getByRole("table", { name: "Blast radius" })).toBeVisible();
  await look("reach table");
  await follow(page, "/access/change");
  await expect(page.getByRole("checkbox", { name: "Virtual Machine User Login" }).first()).toBeVisible();
  await look("change");
  await follow(page, `${machine}/access?search=jia.novak&capability=signInUser`);
  await page
    .getByRole("button", { name: /^Remove Virtual Machine User Login/ })
    .first()
    .click();
  await expect(page.getByRole("button", { name: "Write 1 change" })).toBeVisible();
  await look("preview");
  await confirmAndWrite(page);
  await expect(page.getByText("Finished", { exact: true })).toBeVisible({ timeout: 30_000 });
  await look("change set");
  await follow(page, "/access/changes");
  await expect(page.getByRole("table", { name: "Recent changes of access" })).toBeVisible();
  await look("changes");
  expect(found).toEqual([]);
});
