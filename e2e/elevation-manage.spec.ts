import type { Page } from "@playwright/test";
import type { Exchange } from "../emulator/core/recorder.ts";
import type { ControlClient } from "../emulator/testing/control-client.ts";
import { expect, test } from "./support/fixtures.ts";
import { apiToken, callApi } from "./support/fleet.ts";
import type { Stack } from "./support/stack.ts";

const ADA = "ada.admin@contoso.example";
const AUTH = "/providers/Microsoft.Authorization";
const MACHINE_ADMINISTRATOR = "cd570a14-e51a-42ad-bac8-bafd67325302";

type Policy = { key: string; policyId: string; role: { id: string; name: string }; scope: { id: string; name: string } };
type Item = {
  state: string;
  detail: string;
  request: { kind: string; assignmentId: string; requestName: string; principalId: string; scope: string };
};
type ManageSet = { items: Item[]; counts: Record<string, number>; effects: Record<string, number> };

/** Local Azure itself, past the portal: as Ada with the Azure portal open in another window. */
async function arm(stack: Stack, control: ControlClient, method: string, path: string, body?: unknown) {
  const token = await control.token({ upn: ADA, resource: "arm" });
  const response = await fetch(stack.localAzure + path, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      "x-forwarded-host": "management.azure.com",
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, json: (text === "" ? null : JSON.parse(text)) as Record<string, unknown> | null };
}

async function sendPreview(page: Page, name: RegExp): Promise<string> {
  const send = page.getByRole("button", { name });
  await expect(send).toBeEnabled({ timeout: 60_000 });
  await send.click();
  await page.waitForURL(/\/elevation\/manage\/changes\/[0-9a-f-]{36}$/, { timeout: 120_000 });
  return page.url().split("/").at(-1) ?? "";
}

/** For one conversion, from what local Azure recorded: made, then shown by a list, then removed. */
function orderOf(exchanges: readonly Exchange[], { request }: Item) {
  const name = request.assignmentId.slice(request.assignmentId.lastIndexOf("/") + 1).toLowerCase();
  const made = exchanges.find(
    ({ method, path, status }) => method === "PUT" && status === 201 && path.toLowerCase().endsWith(request.requestName),
  );
  const removed = exchanges.find(
    ({ method, path, status }) => method === "DELETE" && status === 200 && path.toLowerCase().endsWith(name),
  );
  const shown = exchanges.find(
    ({ seq, method, path, responseBody }) =>
      seq > (made?.seq ?? Number.POSITIVE_INFINITY) &&
      method === "GET" &&
      path.toLowerCase().includes("/roleeligibilityscheduleinstances") &&
      responseBody.toLowerCase().includes(request.principalId.toLowerCase()),
  );
  return { made: made?.seq ?? null, shown: shown?.seq ?? null, removed: removed?.seq ?? null };
}

test("[A30] 25 standing assignments become eligible, one refused by Azure: 24 done, nobody ever has neither", async ({
  page,
  stack,
  control,
  signIn,
}) => {
  test.setTimeout(300_000);
  const message = "The test refuses this eligibility.";
  await control.addFault({
    match: { face: "arm", method: "PUT", path: "roleEligibilityScheduleRequests" },
    effect: {
      kind: "respond",
      status: 400,
      body: { error: { code: "RoleAssignmentRequestPolicyValidationFailed", message } },
    },
    skip: 11,
    times: 1,
  });
  await signIn("ada.admin", "/elevation/manage?tab=convert");
  const table = page.getByRole("table", { name: "Standing assignments" });
  // Rights to assign roles need typed words, which the preview asks for; here none of them is chosen.
  const ready = table
    .getByRole("row")
    .filter({ has: page.getByText("Yes", { exact: true }) })
    .filter({ hasNotText: /Owner|Access Administrator|Access Control/ });
  await expect(ready.nth(24)).toBeVisible({ timeout: 60_000 });
  for (let index = 0; index < 25; index++) await ready.nth(index).getByRole("checkbox").check();
  await page.getByRole("textbox", { name: "Days" }).fill("30");
  await page.getByRole("textbox", { name: "Justification" }).fill("Less standing access");
  await page.getByRole("button", { name: "Convert 25 to eligible" }).click();
  await expect(page.getByText("25 ready, 0 to be confirmed, 0 not possible, 0 unchanged")).toBeVisible({ timeout: 60_000 });
  await control.clearRequests();
  const id = await sendPreview(page, /^Send 25 changes$/);

  await expect(page.getByText("24 of 25 done, 1 refused")).toBeVisible({ timeout: 120_000 });
  await expect(page.getByText(message).first()).toBeVisible();
  await expect(page.getByText("Read back from Azure", { exact: true })).toHaveCount(24, { timeout: 120_000 });

  const token = await apiToken(control, ADA);
  const set = (await callApi(stack, token, "GET", `/api/elevation/manage/changes/${id}`)).json as ManageSet;
  expect(set.counts).toMatchObject({ done: 24, refused: 1 });
  const exchanges = await control.requests({ face: "arm" });
  for (const item of set.items) {
    const order = orderOf(exchanges, item);
    const stands = await arm(stack, control, "GET", `${item.request.assignmentId}?api-version=2022-04-01`);
    if (item.state === "refused") {
      expect(order).toEqual({ made: null, shown: null, removed: null });
      expect(stands.status).toBe(200);
      continue;
    }
    // Made, seen in Azure's own list, and only then removed: in between the person had both, never neither.
    const { made, shown, removed } = order;
    expect([made !== null, (shown ?? 0) > (made ?? 0), (removed ?? 0) > (shown ?? 0)]).toEqual([true, true, true]);
    expect(stands.status).toBe(404);
  }

  await page.getByRole("button", { name: "Try 1 refused again" }).click();
  await sendPreview(page, /^Send 1 change$/);
  await expect(page.getByText("1 of 1 done")).toBeVisible({ timeout: 60_000 });
});

async function policiesOf(stack: Stack, control: ControlClient): Promise<Policy[]> {
  const token = await apiToken(control, ADA);
  const answer = await callApi(stack, token, "GET", "/api/elevation/manage/policies?all=0");
  return (answer.json as { rows: Policy[] }).rows;
}

type Rule = { id: string; maximumDuration?: string; setting?: { isApprovalRequired: boolean; approvalStages: unknown[] } };

/** What Azure holds at a policy: the rules that this test sets. */
async function held(stack: Stack, control: ControlClient, policyId: string) {
  const { json } = await arm(stack, control, "GET", `${policyId}?api-version=2020-10-01`);
  const rules = ((json?.properties as { rules: Rule[] } | undefined)?.rules ?? []) as Rule[];
  const rule = (id: string) => rules.find((one) => one.id === id);
  const [stage] = (rule("Approval_EndUser_Assignment")?.setting?.approvalStages ?? []) as {
    primaryApprovers: { id: string }[];
  }[];
  return {
    max: rule("Expiration_EndUser_Assignment")?.maximumDuration,
    approval: rule("Approval_EndUser_Assignment")?.setting?.isApprovalRequired,
    approvers: stage?.primaryApprovers.map(({ id }) => id) ?? [],
  };
}

test("role settings go to 30 role-scope pairs, one lock-out is caught, and the drift report equals what Azure holds", async ({
  page,
  stack,
  control,
  signIn,
}) => {
  test.setTimeout(300_000);
  const token = await apiToken(control, ADA);
  const found = (await callApi(stack, token, "GET", "/api/principals?search=nora.norights")).json as {
    principals: { id: string }[];
  };
  const nora = found.principals[0]?.id ?? "";
  const first = await policiesOf(stack, control);
  expect(first.length).toBeGreaterThanOrEqual(31);
  // Nora alone is eligible for this role here: as the only approver she would have to approve herself.
  const lonely = first.find(({ scope }) => scope.id.split("/").length === 3)?.scope.id ?? "";
  const eligibility = await arm(
    stack,
    control,
    "PUT",
    `${lonely}${AUTH}/roleEligibilityScheduleRequests/${crypto.randomUUID()}?api-version=2020-10-01`,
    {
      properties: {
        principalId: nora,
        roleDefinitionId: `${lonely}${AUTH}/roleDefinitions/${MACHINE_ADMINISTRATOR}`,
        requestType: "AdminAssign",
        justification: "On call",
        scheduleInfo: { startDateTime: new Date(await control.nowMs()).toISOString(), expiration: { type: "NoExpiration" } },
      },
    },
  );
  expect(eligibility.status).toBe(201);

  await signIn("ada.admin", "/elevation/manage?tab=policies");
  const table = page.getByRole("table", { name: "Role settings by scope" });
  await expect(table).toBeVisible({ timeout: 60_000 });
  // The baseline is edited first: one hour, approved by Nora.
  const baseline = first.find(({ role, scope }) => role.id !== MACHINE_ADMINISTRATOR && scope.id !== lonely) ?? first[0];
  if (baseline === undefined) throw new Error("no settings");
  const words = { role: baseline.role.name, scope: baseline.scope.name };
  await page
    .getByRole("button", { name: `Edit the settings of ${words.role} at ${words.scope}`, exact: true })
    .first()
    .click();
  const sheet = page.getByRole("dialog");
  await sheet.getByRole("textbox", { name: "Longest activation, in hours" }).fill("1");
  await sheet.getByRole("textbox", { name: "Authentication context" }).fill("");
  await sheet.getByRole("checkbox", { name: "Ask for approval" }).check();
  for (const button of await sheet.getByRole("button", { name: /^Take .* out$/ }).all()) await button.click();
  await sheet.getByRole("searchbox", { name: "Find people and groups" }).fill("nora.norights");
  await sheet.getByRole("button", { name: "Add Nora Norights" }).click();
  await sheet.getByRole("button", { name: "Show what would change" }).click();
  await sendPreview(page, /^Send 1 change$/);
  await expect(page.getByText("Read back from Azure", { exact: true })).toBeVisible({ timeout: 60_000 });

  const rows = await policiesOf(stack, control);
  const lonelyRow = rows.find(({ role, scope }) => role.id === MACHINE_ADMINISTRATOR && scope.id === lonely);
  if (lonelyRow === undefined) throw new Error("the lonely pair is not listed");
  const others = rows.filter(({ key }) => key !== baseline.key && key !== lonelyRow.key).slice(0, 29);
  await page.goto(`${stack.portal}/elevation/manage?tab=policies&baseline=${encodeURIComponent(baseline.key)}`);
  // Names of roles have parentheses.
  await expect(page.getByText(`differ from ${words.role} at`)).toBeVisible({ timeout: 60_000 });
  for (const { role, scope } of [lonelyRow, ...others]) {
    await page
      .getByRole("checkbox", { name: `Choose ${role.name}, ${scope.name}`, exact: true })
      .first()
      .check();
  }
  await page.getByRole("button", { name: "Copy baseline to 30" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByText(/^\d+ ready, 1 to be confirmed, 0 not possible, \d+ unchanged$/)).toBeVisible({
    timeout: 60_000,
  });
  await expect(dialog.getByText(/^Nobody could activate this role any more: Nora Norights would have to/)).toBeVisible();
  await expect(dialog.getByRole("button", { name: "Send 30 changes" })).toBeDisabled();
  await dialog
    .getByRole("button", { name: /^Leave out: / })
    .and(dialog.getByRole("button", { name: `${lonelyRow.role.name} at ${lonelyRow.scope.name}` }))
    .click();
  await expect(dialog.getByText(/^29 ready, 0 to be confirmed/)).toBeVisible({ timeout: 60_000 });
  await sendPreview(page, /^Send 29 changes$/);
  await expect(page.getByText("29 of 29 done")).toBeVisible({ timeout: 120_000 });
  await expect(page.getByText("Read back from Azure", { exact: true })).toHaveCount(29, { timeout: 120_000 });

  // Read back from Azure, past the portal.
  for (const { policyId } of others) {
    expect(await held(stack, control, policyId)).toEqual({ max: "PT1H", approval: true, approvers: [nora] });
  }
  expect(await held(stack, control, lonelyRow.policyId)).not.toEqual({ max: "PT1H", approval: true, approvers: [nora] });
  await page.goto(`${stack.portal}/elevation/manage?tab=policies&baseline=${encodeURIComponent(baseline.key)}`);
  const total = rows.length - 1;
  await expect(page.getByText(`${total - 29} of ${total} differ from ${words.role} at ${words.scope}`)).toBeVisible({
    timeout: 60_000,
  });
});

test("a file of role settings comes back unchanged, and a broken one says where", async ({ page, signIn }) => {
  test.setTimeout(120_000);
  await signIn("ada.admin", "/elevation/manage?tab=policies");
  await expect(page.getByRole("table", { name: "Role settings by scope" })).toBeVisible({ timeout: 60_000 });
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Export JSON" }).click(),
  ]);
  const stream = await download.createReadStream();
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  const text = Buffer.concat(chunks).toString("utf8");
  await page.getByRole("button", { name: "Import JSON" }).click();
  const file = page.getByLabel("File");
  const broken = text.replace(/"maxMinutes": \d+/, '"maxMinutes": "eight"');
  await file.setInputFiles({ name: "broken.json", mimeType: "application/json", buffer: Buffer.from(broken) });
  await expect(page.getByText(/^policies\[\d+\]\.settings\.\w+\.maxMinutes: the value has the wrong type\.$/)).toBeVisible();
  await expect(page.getByRole("button", { name: "Show what would change" })).toBeDisabled();
  await file.setInputFiles({ name: "same.json", mimeType: "application/json", buffer: Buffer.from(text) });
  await expect(page.getByText(/^(\d+) of \1 entries name settings that exist here\.$/)).toBeVisible();
  await page.getByRole("button", { name: "Show what would change" }).click();
  await expect(page.getByText(/^0 ready, 0 to be confirmed, 0 not possible, \d+ unchanged$/)).toBeVisible({ timeout: 60_000 });
});

test("somebody without the right sees everything and is told what is missing before anything is sent", async ({
  page,
  control,
  signIn,
}) => {
  test.setTimeout(120_000);
  await signIn("rene.reader", "/elevation/manage?tab=convert");
  const table = page.getByRole("table", { name: "Standing assignments" });
  const ready = table.getByRole("row").filter({ has: page.getByText("Yes", { exact: true }) });
  await ready.first().getByRole("checkbox").check({ timeout: 60_000 });
  await control.clearRequests();
  await page.getByRole("button", { name: "Convert 1 to eligible" }).click();
  await expect(
    page.getByText(/^Azure does not grant you Microsoft.Authorization\/roleEligibilityScheduleRequests\/write/),
  ).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole("button", { name: "Send 1 change" })).toBeDisabled();
  const written = (await control.requests({ face: "arm" })).filter(({ method }) => method !== "GET" && method !== "POST");
  expect(written).toEqual([]);
});
