import type { Page } from "@playwright/test";
import type { ControlClient } from "../emulator/testing/control-client.ts";
import { ADA, makeEligible, subscriptionScope } from "./support/elevation.ts";
import { expect, test } from "./support/fixtures.ts";
import { machineRef, OPERATOR } from "./support/fleet.ts";
import { signInAs } from "./support/sign-in.ts";

const MACHINE = "ams-app-0001";
const TAG_CONTRIBUTOR = "4a9ae827-6dc8-4573-8ac7-8239d42aa03f";

type Body = { properties: Record<string, unknown> & { scheduleInfo?: { startDateTime?: string; expiration: unknown } } };
type Written = { method: string; path: string; status: number; properties: Body["properties"] };

/** Requests of PIM that changed something and that Azure took, in their order. */
async function written(control: ControlClient): Promise<Written[]> {
  return (await control.requests({ face: "arm" }))
    .filter(({ method, status, path }) => method !== "GET" && status < 300 && /Schedule(Requests)|Approvals/i.test(path))
    .filter(({ path }) => !/\/validate(\?|$)/i.test(path))
    .map(({ method, path, status, requestBody }) => {
      const body = JSON.parse(requestBody === null || requestBody === "" ? "{}" : requestBody) as Partial<Body>;
      return { method, path, status, properties: body.properties ?? (body as Body["properties"]) };
    });
}

const choose = (page: Page, name: RegExp) => page.getByRole("checkbox", { name }).check();
const backToMine = (page: Page) =>
  page.getByRole("navigation", { name: "Elevation" }).getByRole("link", { name: "My access" }).click();

test("[A26] [A28] a set time on one server, a request taken back, a later end asked for, an activation ended early", async ({
  page,
  stack,
  control,
  signIn,
}) => {
  test.setTimeout(120_000);
  const place = { stack, control };
  const server = await machineRef(stack, control, MACHINE);
  await makeEligible(place, OPERATOR, TAG_CONTRIBUTOR, await subscriptionScope(place, "Sandbox"), "P7D");
  await control.clearRequests();
  await signIn("olivia\\.operator", "/elevation");
  await choose(page, /^Select Log Analytics Contributor at Subscription Production EU 01/);
  await page.getByRole("radio", { name: "At a set time" }).check({ force: true });
  const starts = new Date(Date.now() + 3 * 3_600_000).toISOString().slice(0, 16);
  await page.getByLabel("Begins at (UTC)").fill(starts);
  await page.getByRole("combobox", { name: "How long" }).selectOption({ label: "2 hours" });
  await page.getByText("Differs for this role").click();
  await page.getByRole("searchbox", { name: "Find a machine or group below it" }).fill(MACHINE);
  await page.getByRole("combobox", { name: "Where" }).selectOption({ label: `Machine ${MACHINE}` });
  await expect(page.getByText(`Only at Machine ${MACHINE}`)).toBeVisible();
  await page.getByRole("button", { name: "Activate 1 role" }).last().click();
  await page.waitForURL(/\/elevation\/requests\//);
  await expect(page.getByText("Granted, begins later")).toBeVisible();
  await expect(page.getByText(/^Begins at .* Ends at .* from now\./)).toBeVisible();
  const [scheduled] = await written(control);
  expect(scheduled?.path.toLowerCase()).toContain(
    `/resourcegroups/${server.resourceGroup}/providers/microsoft.hybridcompute/machines/${MACHINE}/providers/`.toLowerCase(),
  );
  expect(scheduled?.properties).toMatchObject({
    requestType: "SelfActivate",
    scheduleInfo: { startDateTime: `${starts}:00.000Z`, expiration: { type: "AfterDuration", duration: "PT2H" } },
  });

  await backToMine(page);
  const waiting = page.getByRole("list", { name: "Waiting" });
  const begins = waiting.getByRole("listitem").filter({ hasText: MACHINE });
  await expect(begins).toContainText("Granted, begins later");
  await expect(begins).toContainText("2 hours");
  await choose(page, /^Select Contributor at Subscription Production EU 02/);
  await choose(page, /^Select Virtual Machine Administrator Login at Subscription Non-production 01/);
  await page.getByRole("textbox", { name: "Justification" }).first().fill("CHG0040222: move the databases");
  await page.getByRole("button", { name: "Activate 2 roles" }).last().click();
  await page.waitForURL(/\/elevation\/requests\//);
  await expect(page.getByText("Waits for approval")).toBeVisible();
  await expect(page.getByText("1 of 2 done, 1 waiting")).toBeVisible();

  await backToMine(page);
  await control.clearRequests();
  const told = page.getByRole("region", { name: "What became of it" });
  await page.getByRole("button", { name: "Take back the request for Contributor at Subscription Production EU 02" }).click();
  await expect(told.getByText("Taken back", { exact: true })).toBeVisible();
  await expect(waiting.getByText("Contributor", { exact: true })).toHaveCount(0);
  await expect(page.getByRole("checkbox", { name: /^Select Contributor at Subscription Production EU 02/ })).toBeEnabled();

  await page.getByRole("button", { name: /^Extend eligibility for Tag Contributor at Subscription Sandbox/ }).click();
  const later = page.getByRole("dialog", { name: "Ask for a later end" });
  await later.getByRole("textbox", { name: "Justification" }).fill("The tagging goes on until summer");
  const newEnd = await later.getByLabel("New end (UTC)").inputValue();
  await later.getByRole("button", { name: "Ask for the later end" }).click();
  await expect(told.getByText("Waits for approval")).toBeVisible();
  await expect(waiting.getByRole("listitem").filter({ hasText: "Tag Contributor" })).toContainText("Eligibility");

  const end = page.getByRole("button", { name: /^Deactivate Virtual Machine Administrator Login at Subscription Non-/ });
  await expect(end).toBeDisabled();
  await expect(page.getByText(/^Can be ended from .* Azure keeps an activation for five minutes at least\.$/)).toBeVisible();
  await control.advanceClock(5 * 60_000);
  await page.getByRole("button", { name: "Read again" }).click();
  await expect(end).toBeEnabled();
  await end.click();
  const ending = page.getByRole("dialog", { name: "Deactivate Virtual Machine Administrator Login" });
  await ending.getByRole("textbox", { name: "Why (optional)" }).fill("done early");
  await ending.getByRole("button", { name: "Deactivate" }).click();
  await expect(told.getByText("Deactivated", { exact: true })).toBeVisible();
  await expect(end).toHaveCount(0);

  const [taken, extended, ended, ...others] = await written(control);
  expect(others).toEqual([]);
  expect(taken).toMatchObject({ method: "POST", path: expect.stringMatching(/roleAssignmentScheduleRequests\/[^/]+\/cancel/i) });
  expect(extended).toMatchObject({
    method: "PUT",
    path: expect.stringMatching(/roleEligibilityScheduleRequests\//i),
    properties: {
      requestType: "SelfExtend",
      justification: "The tagging goes on until summer",
      scheduleInfo: { expiration: { type: "AfterDateTime", endDateTime: `${newEnd}:00.000Z` } },
    },
  });
  expect(ended).toMatchObject({ method: "PUT", properties: { requestType: "SelfDeactivate", justification: "done early" } });
});

test("[A27] two approvers: one decides, the other sees by whom, also with a no already written", async ({
  page,
  browser,
  stack,
  control,
}) => {
  test.setTimeout(120_000);
  const other = await browser.newContext();
  const ada = await other.newPage();
  await Promise.all([
    signInAs(page, stack, "anton\\.approver", "/elevation/approvals"),
    signInAs(ada, stack, ADA.split("@")[0] ?? "", "/elevation/approvals"),
  ]);
  await ada.getByRole("button", { name: "Deny Chiara Moreau: Contributor" }).click();
  const no = ada.getByRole("dialog", { name: "Deny 1 request" });
  await no.getByRole("textbox", { name: "Reason" }).fill("Not this week");
  await control.clearRequests();

  await page.getByRole("button", { name: "Approve Chiara Moreau: Contributor" }).click();
  const yes = page.getByRole("dialog", { name: "Approve 1 request" });
  await yes.getByRole("textbox", { name: "Reason" }).fill("Agreed in the change board");
  await yes.getByRole("button", { name: "Approve 1 request" }).click();
  await expect(page.getByRole("listitem", { name: /Chiara Moreau wants/ })).toHaveCount(0);

  await expect(no.getByText(/^Does not wait any more: somebody decided it/)).toBeVisible();
  await expect(no.getByRole("textbox", { name: "Reason" })).toHaveValue("Not this week");
  await no.getByRole("button", { name: "Deny 1 request" }).click();
  const told = ada.getByRole("region", { name: "Your decisions" });
  await expect(told.getByText("Somebody was faster")).toBeVisible();
  await expect(told.getByText(/^Anton Approver decided to approve at .* Reason: Agreed in the change board$/)).toBeVisible();
  const decided = ada.getByRole("list", { name: "Decided in the last 24 hours" }).getByRole("listitem");
  await expect(decided).toHaveText(/^ApprovedChiara Moreau: Contributor, Subscription Production EU 02by Anton Approver/);
  await expect(ada.getByRole("listitem", { name: /Chiara Moreau wants/ })).toHaveCount(0);

  const sent = await written(control);
  expect(sent.map(({ method, properties }) => [method, properties.reviewResult, properties.justification])).toEqual([
    ["PATCH", "Approve", "Agreed in the change board"],
  ]);
  await other.close();
});
