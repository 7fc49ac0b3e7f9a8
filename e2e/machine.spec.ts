import { randomUUID } from "node:crypto";
import type { Page } from "@playwright/test";
import { SPECIAL_MACHINES } from "../emulator/world/special-machines.ts";
import { type ArmMachine, armMachines, graphPrincipal, keysOf, pagesOf } from "./support/azure.ts";
import { armWrites, deployed, jsonOf, quickOperations } from "./support/deploy.ts";
import { expect, test } from "./support/fixtures.ts";
import { apiToken, callApi, machinePage, OPERATOR } from "./support/fleet.ts";
import { follow } from "./support/follow.ts";
import { fleetComplete, fleetGrid } from "./support/grid.ts";

const OLIVIA = "olivia\\.operator";
const DAY_MS = 86_400_000;
const TENANT = "10ca1a2e-0000-4000-8000-000000000001";

const card = (page: Page, name: string) => page.getByRole("region", { name, exact: true });

async function open(page: Page, path: string): Promise<void> {
  await follow(page, path);
  await expect(card(page, "Raw JSON")).toBeVisible();
}

test("[A01 A07 A36 C61 E05] the header keeps Arc and Entra apart, and names tenant, subscription and who onboarded", async ({
  page,
  stack,
  control,
  signIn,
}) => {
  const pathOf = pagesOf(await armMachines(stack, control));
  await control.patchMachine("ams-mdm-0004", { overrides: { "properties.domainName": "corp.contoso.example" } });
  await signIn(OLIVIA, pathOf("ams-app-0001"));
  const header = page.getByRole("banner").or(page.locator("header")).filter({ hasText: "Azure Arc" });
  await expect(header).toContainText("Connected");
  await expect(header).toContainText("Not Entra joined");
  await expect(header).toContainText("Workgroup, local accounts");
  await expect(header).toContainText(TENANT);
  await expect(header).toContainText("Production EU 01");
  const detail = (await callApi(stack, await apiToken(control), "GET", `/api${pathOf("ams-app-0001")}`)).json as {
    raw: { systemData: { createdBy: string; createdAt: string } };
  };
  await expect(header).toContainText(`by ${detail.raw.systemData.createdBy}`);
  await expect(header).toContainText(String(new Date(detail.raw.systemData.createdAt).getUTCFullYear()));

  await open(page, pathOf("ams-rdp-0003"));
  await expect(header).toContainText("Entra joined by the extension");
  await expect(header).toContainText("Accounts: Entra joined");
  await open(page, pathOf("ams-dom-0045"));
  await expect(header).toContainText("Active Directory joined: corp.contoso.example");
  await expect(header).toContainText("Not Entra joined");
  await open(page, pathOf("ams-mdm-0004"));
  await expect(header).toContainText("Active Directory (corp.contoso.example) and Entra joined");
});

test("[A32] a domain-joined machine is not offered the sign-in, with the reason, and Linux and old Windows neither", async ({
  page,
  stack,
  control,
  signIn,
}) => {
  const pathOf = pagesOf(await armMachines(stack, control));
  await signIn(OLIVIA, pathOf("ams-dom-0045"));
  const signInCard = card(page, "Entra sign-in");
  await expect(signInCard.getByRole("button", { name: "Enable Entra sign-in" })).toBeDisabled();
  await expect(signInCard).toContainText("The machine belongs to a domain");
  await signInCard.getByRole("link", { name: "See all checks" }).click();
  await expect(page.getByRole("heading", { name: "Checks before anything is sent" })).toBeVisible();

  await open(page, pathOf("fra-sql-0007"));
  await expect(signInCard.getByRole("button", { name: "Enable Entra sign-in" })).toBeDisabled();
  await expect(signInCard).toContainText("needs build 26100 or newer");
  await open(page, pathOf("ams-lnx-0011"));
  await expect(signInCard).toContainText("Entra accounts can open SSH sessions");
  await expect(signInCard.getByRole("button", { name: "Enable Entra sign-in" })).toHaveCount(0);
});

test("[A14 B03 D03] the identity is linked to its enterprise application, and a renamed one, another tenant and user-assigned ones are told", async ({
  page,
  stack,
  control,
  signIn,
}) => {
  const machines = await armMachines(stack, control);
  const pathOf = pagesOf(machines);
  const principalId = machines.find((machine) => machine.name === "ams-app-0001")?.identity?.principalId ?? "";
  const principal = await graphPrincipal(stack, control, principalId);
  await signIn(OLIVIA, pathOf("ams-app-0001"));
  const identity = card(page, "Identity");
  await expect(identity).toContainText(principalId);
  await expect(identity).toContainText(principal.appId);
  await expect(identity).toContainText("Named like the machine, as Azure makes it.");
  await expect(identity).toContainText("a file on the machine");

  await control.addFault({
    match: { face: "graph", path: principalId },
    effect: { kind: "patchJson", set: { displayName: "ams-old-name" } },
  });
  await page.getByRole("button", { name: "Read again" }).click();
  await expect(identity).toContainText("Its name “ams-old-name” differs from the machine's.");
  await control.clearFaults();

  await open(page, pathOf("ams-wrt-0044"));
  await expect(identity).toContainText("This is not the tenant that the subscription trusts.");
  await open(page, pathOf("ams-uai-0041"));
  await expect(identity).toContainText("System-assigned and user-assigned");
  await expect(identity).toContainText(/userAssignedIdentities\/id-backup/);
  await expect(identity).toContainText("10ca1a2e-5001-4000-8000-000000000002");
});

test("[C77] the identity is switched on after a confirmation that shows the exact request, and a reader's forced call is refused", async ({
  page,
  stack,
  control,
  signIn,
}) => {
  await control.clearRequests();
  const path = await machinePage(stack, control, "ams-noid-0014");
  await signIn(OLIVIA, path);
  const identity = card(page, "Identity");
  await expect(identity).toContainText("No system-assigned identity. The agent cannot renew");
  await expect(card(page, "Certificate")).toContainText("no certificate");
  await identity.getByRole("button", { name: "Switch on system-assigned identity" }).click();
  const dialog = page.getByRole("dialog", { name: "Switch on the system-assigned identity of ams-noid-0014" });
  await expect(dialog).toContainText(`new service principal in the tenant ${TENANT}`);
  await expect(dialog).toContainText(/PATCH https:\/\/management\.azure\.com\/subscriptions\//);
  await dialog.getByRole("button", { name: "Cancel" }).click();
  const forced = await callApi(stack, await apiToken(control, "rene.reader@contoso.example"), "PATCH", `/api${path}/identity`, {
    confirm: true,
    operationId: randomUUID(),
  });
  expect(forced.status).toBe(403);
  expect(await armWrites(control)).toEqual([]);
  await identity.getByRole("button", { name: "Switch on system-assigned identity" }).click();
  await dialog.getByRole("button", { name: "Switch on for ams-noid-0014" }).click();
  await expect(identity.getByText("System-assigned", { exact: true })).toBeVisible();
  await expect(identity).toContainText(/Principal id\s*[0-9a-f]{8}-/);
  const writes = await armWrites(control);
  expect(writes.map((exchange) => exchange.method)).toEqual(["PATCH"]);
  expect(jsonOf(writes[0]?.requestBody)).toEqual({ identity: { type: "SystemAssigned" } });
});

test("[B07 B09 B10] the certificate card tells each state with its rule, the renewals and what disagrees", async ({
  page,
  stack,
  control,
  signIn,
}) => {
  test.setTimeout(90_000);
  const machines = await armMachines(stack, control);
  const pathOf = pagesOf(machines);
  const keys = await keysOf(stack, control);
  const renewed = machines.find((machine) => (keys.get(machine.identity?.principalId ?? "")?.length ?? 0) > 1);
  expect(renewed).toBeDefined();
  await signIn(OLIVIA, pathOf(renewed?.name ?? ""));
  const certificate = card(page, "Certificate");
  const renewals = certificate.getByRole("table").getByRole("row");
  await expect(renewals).toHaveCount((keys.get(renewed?.identity?.principalId ?? "")?.length ?? 0) + 1);
  await expect(renewals.nth(1)).toContainText("in use");
  await expect(renewals.nth(2)).toContainText("earlier");
  await expect(certificate.getByRole("img", { name: /Renewal opens .* Today is/ })).toBeVisible();

  const expected: readonly [string, RegExp][] = [
    ["dub-exp-0020", /Expired.*days over.*The certificate ended 1[23] days ago/s],
    ["dub-exp-0021", /Expired.*Two sources disagree.*Azure Resource Manager says Disconnected/s],
    ["dub-exp-0022", /Expired.*Azure Resource Manager says Expired.*although the newest certificate has [89] days left/s],
    ["dub-crit-0019", /Critical.*ends today.*Unless it connects and renews/s],
    ["dub-app-0017", /At risk.*cannot renew until it is connected again/s],
    ["lon-ren-0023", /Renewal due.*the agent is due to renew now/s],
    ["lon-ren-0024", /Not renewing.*more than 24 hours without a new certificate/s],
    ["lon-new-0036", /Not known.*has not connected yet/s],
  ];
  for (const [name, words] of expected) {
    await open(page, pathOf(name));
    await expect(certificate, name).toContainText(words);
  }
});

test("[B08] days left are counted to the exact end, and the states change at 45, 14 and 0 days", async ({
  page,
  control,
  signIn,
}) => {
  const cases: readonly [string, number, string | RegExp, string][] = [
    ["ams-app-0001", 46.5, "46 d", "Valid"],
    ["ams-app-0002", 44.5, "44 d", "At risk"],
    ["ams-rdp-0003", 14.5, "14 d", "At risk"],
    ["ams-mdm-0004", 13.5, "13 d", "Critical"],
    ["ams-dom-0045", 0.5, /1[12] h/, "Critical"],
    ["ams-pki-0040", -0.5, "1 d ago", "Expired"],
  ];
  for (const [name, days] of cases) {
    await control.patchMachine(name, { offlineForMs: Math.max(1, 46 - days) * DAY_MS, certificateDaysLeft: days });
  }
  const endsAt = (days: number) =>
    new Intl.DateTimeFormat("en", { dateStyle: "medium", timeZone: "UTC" }).format(Date.now() + days * DAY_MS);
  await signIn(OLIVIA, "/machines?q=ams-&status=Disconnected,Expired");
  await fleetComplete(page);
  for (const [name, days, words, state] of cases) {
    const row = fleetGrid(page).getByRole("row", { name: new RegExp(`Select ${name} `) });
    await expect(row, name).toContainText(words);
    await expect(row, name).toContainText(state);
    await expect(row.locator(`[title*="${endsAt(days)}"], [aria-label*="${endsAt(days)}"]`).first(), name).toBeAttached();
  }
});

test("[B12 B13] key protection and agent settings are told for file, TPM, Linux, monitor mode, lists and old agents", async ({
  page,
  stack,
  control,
  signIn,
}) => {
  test.setTimeout(90_000);
  const pathOf = pagesOf(await armMachines(stack, control));
  const protection = card(page, "Key protection");
  const agent = card(page, "Agent");
  await signIn(OLIVIA, pathOf("ams-app-0001"));
  await expect(protection).toContainText("lies in a file");
  await expect(protection).toContainText("C:\\ProgramData\\AzureConnectedMachineAgent\\Certs");
  await expect(protection).toContainText("the whole disk is encrypted");
  await expect(agent).toContainText("Nothing: the configuration lets the sign-in extension in.");

  await open(page, pathOf("fra-tpm-0029"));
  await expect(protection).toContainText("held by the TPM and cannot be copied");
  await expect(protection).not.toContainText("the whole disk is encrypted");
  await open(page, pathOf("ams-lnx-0011"));
  await expect(protection).toContainText("/var/opt/azcmagent/certs");

  await open(page, pathOf("fra-mon-0030"));
  await expect(agent).toContainText(/monitor.*Monitor mode: only monitoring extensions.*Stops Entra sign-in/s);
  await open(page, pathOf("fra-allow-0031"));
  await expect(agent).toContainText(/Only these may be installed: .*AzureMonitorWindowsAgent.*Stops Entra sign-in/s);
  await open(page, pathOf("fra-allow-0032"));
  await expect(agent).toContainText("http://proxy.contoso.example:8080");
  await expect(agent).not.toContainText("Stops Entra sign-in");
  await open(page, pathOf("fra-off-0034"));
  await expect(agent).toContainText(/Extensions are off.*Stops Entra sign-in/s);
  await open(page, pathOf("lon-old-0035"));
  await expect(agent).toContainText("older than twelve months");
  await expect(agent).toContainText("The agent reports no configuration. Old versions do not.");
});

test("odd, old, empty and cloned records open with what they say, and unknown words stay Azure's own", async ({
  page,
  stack,
  control,
  signIn,
}) => {
  const pathOf = pagesOf(await armMachines(stack, control));
  await signIn(OLIVIA, pathOf("lon-null-0026"));
  await expect(page.getByRole("heading", { level: 1, name: "lon-null-0026" })).toBeVisible();
  await expect(page.getByText("time of the last change not known")).toBeVisible();
  await expect(page.getByText(/undefined|Invalid Date|\bNaN\b/)).toHaveCount(0);

  await open(page, pathOf("fra-pau-0049"));
  await expect(page.getByText("Azure says “Paused”, which the portal does not know.")).toBeVisible();
  await open(page, pathOf("lon-clone-0038"));
  await expect(page.getByText("Reason: Cloned")).toBeVisible();
  await open(page, pathOf("lon-err-0037"));
  await expect(page.getByRole("note")).toContainText("AZCM0026");
  await expect(page.getByRole("note")).toContainText("The agent cannot reach the identity service of the region.");
  await open(page, pathOf("fra-2012-0048"));
  await expect(card(page, "Agent")).toContainText("0.8.20136.003");
  await expect(page.getByText("Invalid Date")).toHaveCount(0);

  // Every case of the catalogue is answered in full; none may break the page's data.
  const token = await apiToken(control);
  for (const { name } of SPECIAL_MACHINES) {
    const answer = await callApi(stack, token, "GET", `/api${pathOf(name)}`);
    expect(answer.status, `${name}: ${JSON.stringify(answer.json).slice(0, 300)}`).toBe(200);
    expect(answer.json).toMatchObject({ machine: { name }, extensions: { known: true }, permissions: { known: true } });
  }
});

test("[B02 D06] extensions, activity of Azure and of the portal, and the raw JSON are what Azure holds", async ({
  page,
  stack,
  control,
  signIn,
}) => {
  await quickOperations(control);
  const machines = await armMachines(stack, control);
  const pathOf = pagesOf(machines);
  await deployed(stack, control, "ams-app-0001", OPERATOR);
  await signIn(OLIVIA, pathOf("ams-app-0001"));
  const row = card(page, "Extensions").getByRole("row").filter({ hasText: "AADLogin" });
  await expect(row).toContainText(/AADLoginForWindows.*Succeeded.*Successfully joined/s);
  await expect(row).toContainText("uses the identity");

  const activity = card(page, "Activity").getByRole("row");
  await expect(activity.filter({ hasText: "Microsoft.HybridCompute/machines/extensions/write" }).first()).toContainText(OPERATOR);
  await expect(activity.filter({ hasText: "This portal" }).first()).toContainText("extension.deploy");

  await card(page, "Raw JSON").getByRole("button", { name: "Show" }).click();
  const raw = JSON.parse(await page.getByRole("group", { name: "JSON as Azure sent it" }).innerText()) as ArmMachine;
  const listed = machines.find((machine) => machine.name === "ams-app-0001");
  expect(raw.id).toBe(listed?.id);
  expect(raw.identity).toEqual(listed?.identity);
  expect(raw.properties.vmId).toBe(listed?.properties.vmId);

  await open(page, pathOf("fra-sql-0007"));
  await expect(card(page, "Extensions").getByRole("row").filter({ hasText: "AzureMonitorWindowsAgent" })).toContainText(
    "uses the identity",
  );
});

test("a duplicate host name ends the join, and the machine page explains the code", async ({ page, stack, control, signIn }) => {
  await quickOperations(control);
  expect((await deployed(stack, control, "ams-dup-0042")).state).toBe("failed");
  await signIn(OLIVIA, await machinePage(stack, control, "ams-dup-0042"));
  const failure = page.getByRole("region", { name: "What the failure means" });
  await expect(failure).toContainText("-2145648509");
  await expect(failure).toContainText("DSREG_HOSTNAME_DUPLICATE");
});

test("a machine that is gone shows what was known of it, and a bad address is refused in words", async ({
  page,
  stack,
  control,
  signIn,
}) => {
  const path = pagesOf(await armMachines(stack, control))("ams-app-0002");
  await signIn(OLIVIA, "/machines?q=ams-app-0002");
  await fleetComplete(page);
  await control.addFault({
    match: { face: "arm", method: "GET", path: "/machines/ams-app-0002(\\?|$)" },
    effect: {
      kind: "respond",
      status: 404,
      body: { error: { code: "ResourceNotFound", message: "The Resource was not found." } },
    },
  });
  await fleetGrid(page).getByRole("link", { name: "ams-app-0002" }).click();
  await expect(page.getByText(/Azure has no machine ams-app-0002 here/)).toBeVisible();
  await expect(page.getByText(/What was known/)).toBeVisible();
  await expect(page.getByText("ResourceNotFound").first()).toBeVisible();
  await control.clearFaults();
  await page.goto(`${stack.portal}${path.replace("ams-app-0002", "no-such-machine")}`);
  await expect(page.getByText(/Azure has no machine no-such-machine here/)).toBeVisible();
});
