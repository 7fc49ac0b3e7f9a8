import { execFileSync } from "node:child_process";
import type { Page } from "@playwright/test";
import type { ControlClient } from "../emulator/testing/control-client.ts";
import { deployed, forceDeployment, quickOperations } from "./support/deploy.ts";
import { expect, test } from "./support/fixtures.ts";
import { apiToken, callApi, machineRef, OPERATOR } from "./support/fleet.ts";
import { exported, parseCsv } from "./support/grid.ts";
import type { Stack } from "./support/stack.ts";

const ADA = "ada.admin@contoso.example";
const REQUEST_ID = "5e55a6e0-1111-4222-8333-444455556666";

type Entry = { seq: number; action: string; outcome: string; operatorName: string; targetId: string; hash: string; at: string };
type AuditAnswer = { entries: Entry[]; total: number; nextCursor: string | null; scope: string };

async function auditOf(stack: Stack, control: ControlClient, query: string, upn = ADA): Promise<AuditAnswer> {
  return (await callApi(stack, await apiToken(control, upn), "GET", `/api/audit?${query}`)).json as AuditAnswer;
}

/** Azure refuses every installation, so that an entry costs one round trip. */
async function refuseDeployments(control: ControlClient): Promise<void> {
  await control.addFault({
    match: { face: "arm", method: "PUT", path: "/extensions/" },
    effect: {
      kind: "respond",
      status: 403,
      headers: { "x-ms-request-id": REQUEST_ID, "content-type": "application/json" },
      body: { error: { code: "AuthorizationFailed", message: "A deny assignment stands against it." } },
    },
  });
}

const rows = (page: Page) => page.getByRole("table", { name: /Audit entries/ }).getByRole("row");
const shown = (page: Page) => page.getByText(/^\d[\d,]* of [\d,]+ entr(y|ies) shown/);

async function expectRows(page: Page, count: number, words: RegExp): Promise<void> {
  await expect(rows(page)).toHaveCount(count + 1);
  for (const text of (await rows(page).allInnerTexts()).slice(1)) expect(text).toMatch(words);
}

test("entries are found by person, machine, kind, outcome and time, and the address keeps the filter", async ({
  page,
  stack,
  control,
  signIn,
}) => {
  test.setTimeout(90_000);
  await quickOperations(control);
  const before = new Date(Date.now() - 1_000);
  await deployed(stack, control, "ams-app-0001", OPERATOR);
  const message = "Extension returned non-zero exit code for Enable: 51. Extension exit code: 51";
  await control.patchMachine("ams-w11-0046", { extensionOutcome: { kind: "fail", exitCode: 51, message } });
  await deployed(stack, control, "ams-w11-0046", ADA);
  await refuseDeployments(control);
  await deployed(stack, control, "ams-pki-0040", ADA);
  const from = `${before.toISOString().slice(0, 16)}`;

  await signIn("sofia\\.security", `/audit?from=${from}`);
  await expect(page.getByText("You see the entries of everyone in this tenant.")).toBeVisible();
  await expect(rows(page).filter({ hasText: "ams-pki-0040" }).first()).toBeVisible();
  const since = `from=${from}:00Z`;

  await page.getByLabel("Who").fill("ada adm");
  const ofAda = await auditOf(stack, control, `${since}&who=ada%20adm`);
  expect(ofAda.total).toBeGreaterThanOrEqual(4);
  await expectRows(page, Math.min(50, ofAda.total), /Ada Admin/);
  await page.getByLabel("Target").fill("pki-0040");
  const onMachine = await auditOf(stack, control, `${since}&who=ada%20adm&target=pki-0040`);
  await expectRows(page, onMachine.entries.length, /Ada Admin.*ams-pki-0040/s);
  await page.getByLabel("Outcome").selectOption({ label: "Refused" });
  const refused = await auditOf(stack, control, `${since}&who=ada%20adm&target=pki-0040&outcome=refused`);
  expect(refused.total).toBeGreaterThanOrEqual(1);
  await expectRows(page, refused.entries.length, /Refused/);
  await expect(page).toHaveURL(/who=ada.adm&target=pki-0040&outcome=refused/);
  await page.reload();
  await expectRows(page, refused.entries.length, /Ada Admin.*ams-pki-0040.*Refused/s);

  await page.getByRole("button", { name: "Clear filters" }).click();
  await page.getByLabel("Target").fill("ams-w11-0046");
  await page.getByLabel("Outcome").selectOption({ label: "Failed" });
  await expect(rows(page).nth(1)).toContainText("Install Entra sign-in");
  await expect(rows(page).nth(1)).toContainText("Failed");
  await page.getByLabel("Action").selectOption({ label: "Switch on the system-assigned identity" });
  await expect(page.getByText("No entry matches these filters")).toBeVisible();
  await page.getByRole("button", { name: "Clear filters" }).first().click();

  const last = await auditOf(stack, control, "limit=1");
  await page.getByLabel("To (UTC)").fill("2020-01-01T00:00");
  await expect(page.getByText("No entry matches these filters")).toBeVisible();
  await page.getByLabel("To (UTC)").fill("2099-01-01T00:00");
  await expect(page.getByRole("button", { name: `Open entry ${last.entries[0]?.seq}` })).toBeVisible();
});

test("older entries are loaded page by page without a gap or a repeat, and exports hold all that match", async ({
  page,
  stack,
  control,
  signIn,
}) => {
  test.setTimeout(90_000);
  await refuseDeployments(control);
  const ref = await machineRef(stack, control, "ams-mdm-0004");
  const token = await apiToken(control, ADA);
  const needed = 60 - (await auditOf(stack, control, "target=ams-mdm-0004")).total;
  for (let sent = 0; sent < needed; sent += 2) {
    const answer = await forceDeployment(stack, token, ref);
    expect(answer.status, JSON.stringify(answer.json)).toBeLessThan(300);
  }
  await expect.poll(async () => (await auditOf(stack, control, "target=ams-mdm-0004")).total).toBeGreaterThanOrEqual(60);
  const { total } = await auditOf(stack, control, "target=ams-mdm-0004");

  await signIn("sofia\\.security", "/audit?target=ams-mdm-0004");
  await expect(shown(page)).toHaveText(new RegExp(`^50 of ${total} entries shown`));
  await page.getByRole("button", { name: "Load older entries" }).click();
  await expect(shown(page)).toHaveText(new RegExp(`^${total} of ${total} entries shown`));
  await expect(page.getByRole("button", { name: "Load older entries" })).toHaveCount(0);
  const numbers = await rows(page).evaluateAll((all) => all.slice(1).map((row) => Number(row.children[0]?.textContent)));
  expect(new Set(numbers).size).toBe(total);
  expect(numbers).toEqual(numbers.toSorted((a, b) => b - a));

  const menu = page.getByRole("button", { name: "Export", exact: true });
  const json = await exported(page, menu, "JSON, with these filters");
  const file = JSON.parse(json.text) as { asOf: string; scope: string; entries: Entry[] };
  expect(json.name).toMatch(/^arcwarden-audit-.*\.json$/);
  expect(file.scope).toBe("all");
  expect(Math.abs(Date.now() - Date.parse(file.asOf))).toBeLessThan(120_000);
  expect(file.entries.map((entry) => entry.seq).toSorted((a, b) => b - a)).toEqual(numbers);
  const csv = await exported(page, menu, "CSV, with these filters");
  const [titles, ...lines] = parseCsv(csv.text);
  expect(titles?.slice(0, 3)).toEqual(["seq", "at", "operatorName"]);
  expect(lines.map(([seq]) => Number(seq)).toSorted((a, b) => b - a)).toEqual(numbers);
  const hash = titles?.indexOf("hash") ?? -1;
  for (const line of lines) expect(line[hash]).toMatch(/^[0-9a-f]{64}$/);
});

test("[D20] an entry shows the request as sent, Azure's code and request id, and the same change as az CLI and PowerShell", async ({
  page,
  stack,
  control,
  signIn,
}) => {
  await refuseDeployments(control);
  await control.clearRequests();
  const operation = await deployed(stack, control, "ams-pki-0040", OPERATOR);
  expect(operation.state).toBe("refused");
  const [put] = (await control.requests({ face: "arm" })).filter((exchange) => exchange.method === "PUT");
  await signIn("olivia\\.operator", "/audit?target=ams-pki-0040&outcome=refused");
  await expect(page.getByText(/You see your own entries/)).toBeVisible();
  await rows(page)
    .nth(1)
    .getByRole("button", { name: /^Open entry/ })
    .click();
  const sheet = page.getByRole("dialog");
  await expect(sheet).toContainText("Azure refused it. Nothing was changed.");
  await expect(sheet).toContainText("AuthorizationFailed");
  await expect(sheet).toContainText("A deny assignment stands against it.");
  await expect(sheet).toContainText(REQUEST_ID);

  await sheet.getByRole("button", { name: "All entries of this operation" }).click();
  await expect(page.getByText(`One operation only: ${operation.id}`)).toBeVisible();
  await expect(rows(page)).toHaveCount(3);
  await rows(page)
    .filter({ hasText: "Intent" })
    .getByRole("button", { name: /^Open entry/ })
    .click();
  await expect(sheet).toContainText("Stored before anything was sent.");
  const command = await sheet.getByRole("group", { name: "az CLI" }).innerText();
  const url = new URL(put?.url ?? "", "https://management.azure.com");
  expect(command).toContain("az rest --method put");
  expect(command).toContain(`--url 'https://management.azure.com${url.pathname}${url.search}'`);
  const body: unknown = JSON.parse(/--body '(.*)'$/s.exec(command.trim())?.[1] ?? "");
  expect(body).toEqual(typeof put?.requestBody === "string" ? JSON.parse(put.requestBody) : put?.requestBody);
  const powershell = await sheet.getByRole("group", { name: "PowerShell" }).innerText();
  expect(powershell).toContain(`-Path '${url.pathname}${url.search}'`);
  await sheet.getByRole("link", { name: "Open the operation" }).click();
  await expect(page.getByText("Azure refused the request. Nothing was changed.").first()).toBeVisible();
  await expect(page.getByText(REQUEST_ID).first()).toBeVisible();
});

test("a reader sees no entry of others, by page, by question and by export", async ({ page, stack, control, signIn }) => {
  await refuseDeployments(control);
  await deployed(stack, control, "ams-app-0001", ADA);
  const rene = "rene.reader@contoso.example";
  await signIn("rene\\.reader", "/audit");
  await expect(page.getByText("You see your own entries. The role Portal.Auditor shows everybody's.")).toBeVisible();
  await expect(page.getByText("No entries yet")).toBeVisible();
  await expect(page.getByRole("button", { name: "Export", exact: true })).toBeDisabled();
  expect(await auditOf(stack, control, "who=ada", rene)).toMatchObject({ entries: [], total: 0, scope: "own" });
  const file = await callApi(stack, await apiToken(control, rene), "GET", "/api/audit/export?format=json");
  expect(file.json).toMatchObject({ scope: "own", entries: [] });
});

test("the chain is shown as verified, and npm run audit:verify agrees after the portal has stopped", async ({
  page,
  stack,
  control,
  signIn,
}) => {
  test.setTimeout(90_000);
  await refuseDeployments(control);
  await deployed(stack, control, "ams-app-0001", ADA);
  await signIn("sofia\\.security", "/audit");
  await page.getByRole("button", { name: "Chain holds" }).click();
  const details = page.getByRole("dialog");
  const { total } = await auditOf(stack, control, "limit=1");
  await expect(details.getByRole("definition").first()).toHaveText(String(total));
  await expect(details).toContainText("npm run audit:verify");
  const head = await details.locator("code").first().innerText();
  expect(head).toMatch(/^[0-9a-f]{64}$/);

  await stack.killPortal();
  try {
    const output = execFileSync("npm", ["run", "--silent", "audit:verify"], {
      env: { ...process.env, DATA_DIR: stack.dataDir },
      encoding: "utf8",
    });
    expect(output).toContain("The audit chain holds.");
    expect(output).toContain(head);
  } finally {
    await stack.startPortal();
  }
  await page.reload();
  await expect(page.getByRole("button", { name: "Chain holds" })).toBeVisible();
});
