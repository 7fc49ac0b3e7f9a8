import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "@playwright/test";
import { expect, test } from "./support/fixtures.ts";
import { apiToken, callApi, machineRef } from "./support/fleet.ts";
import { follow } from "./support/follow.ts";

const ADA = "ada.admin@contoso.example";
const DAY_MS = 86_400_000;
const EVENTS = "Events, newest first";

/** A receiver of notices that refuses the first delivery of each event. */
const received = new Map<string, { signature: string; bodies: Set<string>; times: number }>();
const receiver: Server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const id = String(request.headers["x-arcwarden-event-id"]);
    const one = received.get(id) ?? { signature: "", bodies: new Set<string>(), times: 0 };
    one.times++;
    one.signature = String(request.headers["x-arcwarden-signature"]);
    one.bodies.add(Buffer.concat(chunks).toString("utf8"));
    received.set(id, one);
    response.writeHead(one.times === 1 ? 503 : 204).end();
  });
});
await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
const { port } = receiver.address() as AddressInfo;
receiver.unref();

test.use({
  stackOptions: {
    machines: 60,
    env: {
      NOTICE_WEBHOOK_URL: `http://127.0.0.1:${port}/arcwarden`,
      NOTICE_WEBHOOK_SECRET: "e2e-secret-of-at-least-thirty-two-characters",
    },
  },
});

async function openHistory(page: Page, portal: string, query = ""): Promise<void> {
  await page.goto(`${portal}/history${query}`);
  await expect(page.getByRole("heading", { name: "History", level: 1 })).toBeVisible();
}

/** Reads Azure again and waits until the page shows what is expected. */
async function readUntil(page: Page, seen: () => Promise<void>): Promise<void> {
  await expect(async () => {
    await page.getByRole("button", { name: "Read Azure now" }).click();
    await seen();
  }).toPass({ timeout: 90_000, intervals: [21_000] });
}

test("[A29] an assignment stays in the history when Azure has forgotten it 45 days later", async ({
  page,
  stack,
  control,
  signIn,
}) => {
  test.setTimeout(240_000);
  const name = crypto.randomUUID();
  const ref = await machineRef(stack, control, "ams-app-0001");
  const subscription = `/subscriptions/${ref.subscriptionId}`;
  const token = await control.token({ upn: ADA, resource: "arm" });
  const me = (JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8")) as { oid: string }).oid;
  const nowMs = await control.nowMs();
  const made = await fetch(
    `${stack.localAzure}${subscription}/providers/Microsoft.Authorization/roleAssignmentScheduleRequests/${name}?api-version=2020-10-01`,
    {
      method: "PUT",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({
        properties: {
          principalId: me,
          roleDefinitionId: `${subscription}/providers/Microsoft.Authorization/roleDefinitions/1c0163c0-47e6-4577-8991-ea5c82e286e4`,
          requestType: "AdminAssign",
          justification: "Patch night of day 2",
          ticketInfo: { ticketNumber: "INC0042", ticketSystem: "desk" },
          scheduleInfo: { startDateTime: new Date(nowMs).toISOString(), expiration: { type: "AfterDuration", duration: "PT4H" } },
        },
      }),
    },
  );
  expect(made.status, await made.text()).toBe(201);

  await signIn("ada\\.admin", "/history");
  const row = page.getByRole("table", { name: EVENTS }).getByRole("row").filter({ hasText: "Patch night of day 2" });
  await readUntil(page, () => expect(row.first()).toBeVisible({ timeout: 15_000 }));
  await expect(page.getByText(/Read with the rights of .*Ada Admin/)).toBeVisible();

  for (let days = 0; days < 45; days += 15) {
    await control.advanceClock(15 * DAY_MS);
    await page.reload();
    await expect(page.getByRole("button", { name: "Read Azure now" })).toBeVisible();
  }
  await openHistory(
    page,
    stack.portal,
    `?machine=${encodeURIComponent(`${subscription}/resourceGroups/${ref.resourceGroup}/providers/Microsoft.HybridCompute/machines/${ref.name}`)}`,
  );
  await expect(row.first()).toBeVisible();
  await row.first().getByRole("button").click();
  const sheet = page.getByRole("dialog");
  await expect(sheet).toContainText("desk INC0042");
  await expect(sheet).toContainText("Requests of Privileged Identity Management");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Chain holds" })).toBeVisible();

  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export" }).click();
  await page.getByRole("menuitem", { name: /^CSV/ }).click();
  const file = await download;
  expect(readFileSync(await file.path(), "utf8")).toContain("Patch night of day 2");

  await openHistory(page, stack.portal, "?view=on");
  // What the server drew takes no key before the page has come alive.
  await expect(async () => {
    await page.getByRole("textbox", { name: "Date (UTC)" }).fill(new Date(nowMs).toISOString().slice(0, 10));
    await expect(page).toHaveURL(/[?&]date=/, { timeout: 3_000 });
  }).toPass({ timeout: 30_000 });
  await page.getByRole("combobox", { name: "Machine" }).fill("ams-app-0001");
  const holders = page.getByRole("table", { name: /^People who held a role that reached ams-app-0001/ });
  await expect(holders.getByRole("row").filter({ hasText: "Patch night of day 2" })).toContainText("With an end");
});

test("who may not see everybody's access sees their own and is told what is missing", async ({
  page,
  stack,
  control,
  signIn,
}) => {
  await signIn("rene\\.reader", "/history");
  await expect(page.getByText("You see what concerns you. The role Portal.Auditor shows everybody's.")).toBeVisible();
  const ref = await machineRef(stack, control, "ams-app-0001");
  const machine = `/subscriptions/${ref.subscriptionId}/resourceGroups/${ref.resourceGroup}/providers/Microsoft.HybridCompute/machines/${ref.name}`;
  await openHistory(page, stack.portal, `?view=on&date=2026-11-01&on=${encodeURIComponent(machine)}`);
  await expect(page.getByText(/needs the portal role Portal\.Auditor/).first()).toBeVisible();
  await follow(page, "/history/report");
  await expect(page.getByText(/needs the portal role Portal\.Auditor/).first()).toBeVisible();
  await follow(page, "/settings");
  await expect(page.getByRole("region", { name: "Notices" })).toContainText("people with the portal role Portal.Admin");
});

test("a test notice is refused once, sent again under its id and shown as delivered", async ({
  page,
  stack,
  control,
  signIn,
}) => {
  test.setTimeout(90_000);
  await signIn("ada\\.admin", "/settings");
  const card = page.getByRole("region", { name: "Notices" });
  await expect(card).toContainText(`Goes to 127.0.0.1:${port}`);
  received.clear();
  await card.getByRole("button", { name: "Send a test to Webhook" }).click();
  await expect(card.getByRole("row").filter({ hasText: "Test notice of Arcwarden" }).first()).toContainText("Delivered", {
    timeout: 30_000,
  });
  const answer = await callApi(stack, await apiToken(control, ADA), "GET", "/api/notices");
  const [delivery] = (answer.json as { deliveries: { eventId: string; kind: string; attempts: number }[] }).deliveries.filter(
    ({ kind }) => kind === "test",
  );
  expect(delivery?.attempts).toBe(2);
  const one = received.get(delivery?.eventId ?? "");
  expect(one).toMatchObject({ times: 2 });
  expect(one?.bodies.size).toBe(1);
  expect(one?.signature).toMatch(/^t=\d+,v1=[0-9a-f]{64}$/);
  expect((await callApi(stack, await apiToken(control, "olivia.operator@contoso.example"), "GET", "/api/notices")).status).toBe(
    403,
  );
});

test("the weekly report is one page to print, and goes from week to week", async ({ page, stack, signIn }) => {
  await signIn("sofia\\.security", "/history/report?week=2026-W10");
  await expect(page.getByRole("heading", { name: "Elevation, week 2026-W10" })).toBeVisible();
  await expect(page.getByText("Nobody activated a role.")).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText("The week is not covered whole: figures are at least these.")).toBeVisible();
  await page.getByRole("button", { name: "Week after" }).click();
  await expect(page.getByRole("heading", { name: "Elevation, week 2026-W11" })).toBeVisible();
  await page.emulateMedia({ media: "print" });
  await expect(page.getByRole("button", { name: "Print" })).toBeHidden();
  await page.emulateMedia({ media: "screen" });
  await page.goto(`${stack.portal}/history/report?week=nonsense`);
  await expect(page.getByRole("heading", { name: /^Elevation, week \d{4}-W\d{2}$/ })).toBeVisible();
});
