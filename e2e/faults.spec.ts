import type { Page } from "@playwright/test";
import type { FaultEffect, FaultRule } from "../emulator/core/faults.ts";
import type { ControlClient } from "../emulator/testing/control-client.ts";
import { startDeployment } from "./support/deploy.ts";
import { expect, test } from "./support/fixtures.ts";
import { machinePage } from "./support/fleet.ts";

const MACHINES = 60;
// Half a minute of silence must not take half a minute here; a busy machine must still be able to answer in time.
test.describe.configure({ timeout: 150_000 });
test.use({ stackOptions: { machines: MACHINES, env: { AZURE_TIMEOUT_MS: "5000" } } });

const json = (status: number, code: string, headers: Record<string, string> = {}): FaultEffect => ({
  kind: "respond",
  status,
  headers: { "x-ms-request-id": "11111111-aaaa-4bbb-8ccc-222222222222", ...headers },
  body: { error: { code, message: `Local Azure was told to answer ${status}.` } },
});

/** What passes by itself: the portal asks again, and the operator sees a complete list and nothing else. */
const PASSING: [string, () => FaultEffect, number][] = [
  ["429 with seconds", () => json(429, "TooManyRequests", { "retry-after": "1" }), 1],
  ["429 with a date", () => json(429, "TooManyRequests", { "retry-after": new Date(Date.now() + 2_000).toUTCString() }), 1],
  ["429 without Retry-After", () => json(429, "TooManyRequests"), 1],
  ["429 with zero", () => json(429, "TooManyRequests", { "retry-after": "0" }), 1],
  ["one 500", () => json(500, "InternalServerError"), 1],
  ["a burst of 503", () => json(503, "ServiceUnavailable"), 3],
  ["502 with HTML", () => ({ kind: "respond", status: 502, contentType: "text/html", body: "<html>Bad Gateway</html>" }), 1],
  ["a reset connection", () => ({ kind: "reset" }), 1],
  ["a truncated body", () => ({ kind: "truncate", bytes: 60 }), 1],
  ["30 seconds of silence", () => ({ kind: "silence", ms: 30_000 }), 1],
];

function total(page: Page) {
  return page.getByText(/^All \d+ loaded/);
}

async function openGrid(
  page: Page,
  control: ControlClient,
  signIn: (who: string, path: string) => Promise<void>,
): Promise<number> {
  await control.setOptions({ enforceQuotas: false });
  await signIn("olivia\\.operator", "/machines");
  await expect(total(page)).toBeVisible({ timeout: 45_000 });
  return Number(await page.getByRole("grid").getAttribute("aria-rowcount"));
}

/** Reads again and waits for the end of the answer. */
async function refresh(page: Page): Promise<void> {
  const answer = page.waitForResponse((response) => response.url().endsWith("/api/fleet"));
  await page.getByRole("button", { name: "Refresh", exact: true }).click();
  await answer;
  await expect(page.getByRole("button", { name: "Refresh", exact: true })).toBeEnabled();
}

async function withFault(control: ControlClient, rule: FaultRule, act: () => Promise<void>): Promise<number> {
  await control.clearFaults();
  await control.addFault(rule);
  await act();
  const applied = (await control.faults())[0]?.applied ?? 0;
  await control.clearFaults();
  return applied;
}

test("what passes by itself is asked again: the grid is complete after 429 in every form, 5xx, HTML, a cut or silent line", async ({
  page,
  control,
  signIn,
}) => {
  const rows = await openGrid(page, control, signIn);
  for (const [name, effect, times] of PASSING) {
    const rule: FaultRule = { match: { face: "resourceGraph" }, effect: effect(), times };
    const applied = await withFault(control, rule, () => refresh(page));
    expect(applied, name).toBe(times);
    await expect(total(page), name).toBeVisible();
    await expect(page.getByRole("grid"), name).toHaveAttribute("aria-rowcount", String(rows));
    await expect(page.getByText(/is incomplete|are incomplete/), name).toHaveCount(0);
  }
});

test("values that Azure has never documented and fields it leaves out are shown as such, and no row is lost", async ({
  page,
  control,
  signIn,
}) => {
  const rows = await openGrid(page, control, signIn);
  await withFault(
    control,
    {
      match: { face: "resourceGraph" },
      effect: { kind: "patchJson", set: { "data.*.status": "Hibernating", "data.*.identityType": "Quantum" } },
    },
    () => refresh(page),
  );
  await expect(page.getByRole("grid")).toHaveAttribute("aria-rowcount", String(rows));
  await expect(page.getByRole("grid").getByText("Hibernating").first()).toBeVisible();
  await expect(page.getByRole("checkbox", { name: new RegExp(`^Hibernating ${rows - 1}`) })).toBeVisible();

  const remove = ["status", "osName", "osSku", "osVersion", "agentVersion", "tags", "principalId", "identityType", "location"];
  await withFault(
    control,
    { match: { face: "resourceGraph" }, effect: { kind: "patchJson", remove: remove.map((field) => `data.*.${field}`) } },
    () => refresh(page),
  );
  await expect(page.getByRole("grid")).toHaveAttribute("aria-rowcount", String(rows));
  await expect(total(page)).toBeVisible();
  await expect(page.getByRole("grid").getByText("Hibernating")).toHaveCount(0);
});

test("a list that ends early or never ends, or is refused for good, keeps the rows and says what is missing and why", async ({
  page,
  control,
  signIn,
}) => {
  const rows = await openGrid(page, control, signIn);
  const incomplete = page.getByText(/^This list is incomplete: /);
  const kept = () => expect(page.getByRole("grid")).toHaveAttribute("aria-rowcount", String(rows));

  await control.setOptions({ resourceGraphPageSizes: [25] });
  await withFault(control, { match: { face: "resourceGraph" }, effect: { kind: "dropNextLink" } }, () => refresh(page));
  await expect(incomplete).toContainText(/Azure counted \d+ and sent 25\./);
  await expect(incomplete).toContainText(`${rows - 1 - 25} rows kept from an earlier read`);
  await expect(page.getByText(new RegExp(`^25 of ${rows - 1} loaded`))).toBeVisible();
  await page.getByRole("button", { name: "1 source could not be read" }).click();
  await expect(page.getByText("The list came short")).toBeVisible();
  await page.keyboard.press("Escape");
  await kept();

  await withFault(control, { match: { face: "resourceGraph" }, effect: { kind: "endlessNextLink" }, skip: 3 }, () =>
    refresh(page),
  );
  await expect(incomplete).toContainText(/does not end|incomplete/);
  await kept();

  await withFault(control, { match: { face: "resourceGraph" }, effect: json(400, "BadRequest") }, () => refresh(page));
  await expect(incomplete).toContainText("Local Azure was told to answer 400.");
  await expect(incomplete).toContainText(`${rows - 1} rows kept from an earlier read`);
  await page.getByRole("button", { name: /source could not be read/ }).click();
  await expect(page.getByText("11111111-aaaa-4bbb-8ccc-222222222222").first()).toBeVisible();
  await page.keyboard.press("Escape");
  await kept();

  await control.setOptions({ resourceGraphPageSizes: [1_000] });
  await refresh(page);
  await expect(total(page)).toBeVisible();
  await expect(incomplete).toHaveCount(0);
});

test("a machine that comes and goes, answers without fields or not at all: the page keeps what it has and says why", async ({
  page,
  stack,
  control,
  signIn,
}) => {
  const path = await machinePage(stack, control, "ams-app-0001");
  const own = { face: "arm" as const, method: "GET", path: "/machines/ams-app-0001\\?" };
  const heading = page.getByRole("heading", { name: "Identity", level: 2 });
  const again = page.getByRole("button", { name: "Read again", exact: true });

  await control.addFault({ match: own, effect: json(404, "ResourceNotFound"), every: 2 });
  await signIn("olivia\\.operator", path);
  await expect(
    page.getByText("Azure has no machine ams-app-0001 here. It may have been deleted, moved or renamed."),
  ).toBeVisible();
  await expect(page.getByRole("alert").filter({ hasText: "ResourceNotFound" })).toContainText("11111111-aaaa");
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(heading).toBeVisible();
  await again.click();
  await expect(page.getByRole("alert").filter({ hasText: "ResourceNotFound" })).toContainText(/What is shown is from .*\d/);
  await expect(heading).toBeVisible();
  await again.click();
  await expect(page.getByRole("alert").filter({ hasText: "ResourceNotFound" })).toHaveCount(0);

  for (const effect of [
    { kind: "reset" },
    { kind: "silence", ms: 30_000 },
    json(503, "ServiceUnavailable"),
  ] satisfies FaultEffect[]) {
    const answer = page.waitForResponse((response) => response.url().includes("/api/machines/"));
    const applied = await withFault(control, { match: own, effect, times: 1 }, async () => {
      await again.click();
      expect((await answer).status()).toBe(200);
    });
    expect(applied, effect.kind).toBe(1);
  }

  const bare = ["status", "osSku", "osVersion", "osType", "agentVersion", "agentConfiguration", "osProfile", "lastStatusChange"];
  await withFault(
    control,
    {
      match: own,
      effect: {
        kind: "patchJson",
        set: { "properties.status": "Hibernating" },
        remove: bare.slice(1).map((name) => `properties.${name}`),
      },
    },
    async () => {
      await again.click();
      await expect(page.getByText("Azure says “Hibernating”, which the portal does not know.")).toBeVisible();
    },
  );
  await expect(page.getByText("The agent reports no configuration. Old versions do not.")).toBeVisible();

  await withFault(
    control,
    { match: { face: "arm", path: "/machines/ams-app-0001/extensions\\?" }, effect: json(400, "BadRequest") },
    async () => {
      await again.click();
      await expect(page.getByRole("region", { name: "Extensions" })).toContainText("Local Azure was told to answer 400.");
    },
  );
  await expect(heading).toBeVisible();
});

const ofExtension = { face: "arm" as const, method: "GET", path: "/extensions/AADLogin\\?" };

test("an operation through a lost answer and a target that comes and goes ends well, with one request sent", async ({
  page,
  stack,
  control,
  signIn,
}) => {
  await control.clearRequests();
  await control.setOptions({ extensionQueuedMs: 100, extensionRunningMs: 200 });
  await control.addFault({ match: { face: "arm", method: "PUT" }, effect: { kind: "resetAfterHandling" }, times: 1 });
  const id = await startDeployment(stack, control, "ams-app-0001");
  await signIn("olivia\\.operator", `/operations/${id}`);
  await expect(page.getByText("Azure reports Succeeded. ams-app-0001 is Entra joined.")).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText(/Whether the request arrived is not known; the portal asks Azure\./)).toBeVisible();
  expect((await control.requests({ face: "arm" })).filter((exchange) => exchange.method === "PUT")).toHaveLength(1);
});

test("a target that answers 404, 200, 404 after Azure's success is looked at again until it is seen", async ({
  page,
  stack,
  control,
  signIn,
}) => {
  await control.setOptions({ extensionQueuedMs: 100, extensionRunningMs: 200 });
  const id = await startDeployment(stack, control, "ams-app-0001");
  await control.addFault({ match: ofExtension, effect: json(404, "ResourceNotFound"), every: 2 });
  await signIn("olivia\\.operator", `/operations/${id}`);
  await expect(page.getByText("Azure reports Succeeded. ams-app-0001 is Entra joined.")).toBeVisible({ timeout: 30_000 });
  expect((await control.faults())[0]?.applied ?? 0).toBeGreaterThan(0);
});

test("success that turns into failure is reported as failure, and the decoded reason is shown", async ({
  page,
  stack,
  control,
  signIn,
}) => {
  await control.setOptions({ extensionQueuedMs: 100, extensionRunningMs: 200 });
  await control.addFault({
    match: ofExtension,
    effect: {
      kind: "patchJson",
      set: {
        "properties.provisioningState": "Failed",
        "properties.instanceView": {
          name: "AADLogin",
          type: "AADLoginForWindows",
          typeHandlerVersion: "2.1.0.0",
          status: { code: "51", level: "Error", message: "Enable failed with exit code 51", time: "2026-11-21T00:00:00Z" },
        },
      },
    },
  });
  const id = await startDeployment(stack, control, "ams-app-0001");
  await signIn("olivia\\.operator", `/operations/${id}`);
  await expect(page.getByText("The deployment failed.").first()).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText("Azure first reported success, then the extension failed.")).toBeVisible();
  await expect(page.getByText(/exit code 51|Exit code 51|51/).first()).toBeVisible();
});

test("a deployment that stays Creating says so, what it waits for, and that the page may be closed", async ({
  page,
  stack,
  control,
  signIn,
}) => {
  await control.setOptions({ extensionQueuedMs: 0, extensionRunningMs: 3_600_000 });
  const id = await startDeployment(stack, control, "ams-app-0001");
  await signIn("olivia\\.operator", `/operations/${id}`);
  await expect(page.getByText(/Azure says (InProgress|Creating)/).first()).toBeVisible();
  await expect(
    page.getByText("The agent asks for work about every five minutes, so the first minutes often show no change."),
  ).toBeVisible();
  await expect(page.getByText(/You can close this page\./)).toBeVisible();
});

test("checks that meet Azure's faults are asked again or are called unknown with the reason, and the form stays", async ({
  page,
  stack,
  control,
  signIn,
}) => {
  const path = await machinePage(stack, control, "ams-app-0001");
  await signIn("olivia\\.operator", `${path}/sign-in`);
  const verdict = page.getByText("Nothing is in the way.").or(page.getByText(/some points need your confirmation/));
  await expect(verdict).toBeVisible();
  await withFault(control, { match: { face: "arm" }, effect: json(500, "InternalServerError"), times: 1 }, async () => {
    await page.getByRole("button", { name: "Run the checks again" }).click();
    await expect(page.getByRole("button", { name: "Run the checks again" })).toBeEnabled();
  });
  await expect(verdict).toBeVisible();

  const steps = page.getByRole("navigation", { name: "Steps" });
  await steps.getByRole("button", { name: /Settings/ }).click();
  await page.getByRole("textbox", { name: "Extension name" }).fill("TeamSignIn");
  await control.addFault({
    match: { face: "arm", path: "/machines/ams-app-0001/extensions\\?" },
    effect: json(400, "BadRequest"),
  });
  await steps.getByRole("button", { name: /Checks/ }).click();
  await expect(page.getByText(/The machine's extensions could not be read: .*told to answer 400/)).toBeVisible();
  await control.clearFaults();
  await control.addFault({ match: { face: "arm", path: "/machines/ams-app-0001\\?" }, effect: json(404, "ResourceNotFound") });
  await page.getByRole("button", { name: "Run the checks again" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "ResourceNotFound" }).first()).toContainText("11111111-aaaa");
  await steps.getByRole("button", { name: /Settings/ }).click();
  await expect(page.getByRole("textbox", { name: "Extension name" })).toHaveValue("TeamSignIn");
});
