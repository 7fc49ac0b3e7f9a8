import type { Page } from "@playwright/test";
import { expect, test } from "./support/fixtures.ts";
import { machinePage } from "./support/fleet.ts";
import type { Stack } from "./support/stack.ts";

// They come last: as one piece they would keep one worker busy after the others have ended.
test.describe.configure({ mode: "parallel" });

// Everything here is about the sign-in itself.
test.use({ atEntra: true });

const OWN_PRODUCT = "11111111-2222-4333-8444-555555555555";

function isPortal(stack: Stack) {
  return (url: URL) => url.origin === stack.portal && !url.pathname.startsWith("/auth/");
}

/** Fills the form as far as the review, with values that nobody would find by default. */
async function fillForm(page: Page): Promise<void> {
  await expect(page.getByText("Nothing is in the way.").or(page.getByText(/some points need your confirmation/))).toBeVisible();
  const steps = page.getByRole("navigation", { name: "Steps" });
  await steps.getByRole("button", { name: /Settings/ }).click();
  await page.getByRole("textbox", { name: "Extension name" }).fill("TeamSignIn");
  await page.getByRole("radio", { name: /^Another product/ }).check();
  await page.getByRole("textbox", { name: /Application id/ }).fill(OWN_PRODUCT);
  await steps.getByRole("button", { name: /Consent/ }).click();
  await page.getByRole("checkbox", { name: /becomes Entra joined/ }).check();
  const questions = page.getByRole("checkbox", { name: /points to confirm/ });
  if (await questions.isVisible()) await questions.check();
}

async function expectFormKept(page: Page): Promise<void> {
  const steps = page.getByRole("navigation", { name: "Steps" });
  await steps.getByRole("button", { name: /Consent/ }).click();
  await expect(page.getByRole("checkbox", { name: /becomes Entra joined/ })).toBeChecked();
  await steps.getByRole("button", { name: /Settings/ }).click();
  await expect(page.getByRole("textbox", { name: "Extension name" })).toHaveValue("TeamSignIn");
  await expect(page.getByRole("radio", { name: /^Another product/ })).toBeChecked();
  await expect(page.getByRole("textbox", { name: /Application id/ })).toHaveValue(OWN_PRODUCT);
}

test("[A03] a step-up demanded by the deployment is asked once, then the same request goes out and nothing of the form is lost", async ({
  page,
  stack,
  control,
  signIn,
}) => {
  await signIn("olivia\\.operator", `${await machinePage(stack, control, "ams-app-0001")}/sign-in`);
  await fillForm(page);
  await page.getByRole("button", { name: "Next" }).click();
  await control.clearRequests();
  await control.setOptions({ requireAcrs: { arm: "c1" } });
  const confirmations: string[] = [];
  page.on("framenavigated", (frame) => {
    if (frame === page.mainFrame() && frame.url().startsWith(stack.localAzure)) confirmations.push(frame.url());
  });
  await page.getByRole("button", { name: "Deploy to ams-app-0001" }).click();
  await expect(page.getByRole("heading", { name: "Confirm that it is you" })).toBeVisible();
  await page.getByRole("button", { name: "Approve" }).click();
  await page.waitForURL(isPortal(stack));
  await expect(page.getByText("Azure reports Succeeded. ams-app-0001 is Entra joined.")).toBeVisible({ timeout: 45_000 });

  expect(confirmations).toHaveLength(1);
  const puts = (await control.requests({ face: "arm" })).filter((exchange) => exchange.method === "PUT");
  expect(puts.filter((exchange) => exchange.status < 300)).toHaveLength(1);
  expect(puts.filter((exchange) => exchange.status !== 401 && exchange.status >= 300)).toEqual([]);
  expect(puts.at(-1)?.url).toContain("/extensions/TeamSignIn?");
  expect(JSON.stringify(puts.at(-1)?.requestBody)).toContain(OWN_PRODUCT);
});

test("[A03] a step-up that the person denies leaves sign-in and form as they were, and nothing in Azure", async ({
  page,
  stack,
  control,
  signIn,
}) => {
  await control.clearRequests();
  await signIn("olivia\\.operator", `${await machinePage(stack, control, "ams-app-0001")}/sign-in`);
  await fillForm(page);
  await page.getByRole("button", { name: "Next" }).click();
  await control.setOptions({ requireAcrs: { arm: "c1" } });
  await page.getByRole("button", { name: "Deploy to ams-app-0001" }).click();
  await page.getByRole("button", { name: "Deny" }).click();
  await page.waitForURL(isPortal(stack));
  const notice = page.getByRole("region", { name: "Sign-in", exact: true });
  await expect(notice).toContainText("The change that waited for it was not sent.");
  await expect(notice).toContainText("You are still signed in as olivia.operator@contoso.example");
  await expectFormKept(page);
  const puts = (await control.requests({ face: "arm" })).filter((exchange) => exchange.method === "PUT");
  expect(puts.filter((exchange) => exchange.status !== 401)).toEqual([]);

  // Having read it, the person may try again and is asked again.
  await notice.getByRole("button", { name: "Close" }).click();
  await page
    .getByRole("navigation", { name: "Steps" })
    .getByRole("button", { name: /Review/ })
    .click();
  await page.getByRole("button", { name: "Deploy to ams-app-0001" }).click();
  await expect(page.getByRole("heading", { name: "Confirm that it is you" })).toBeVisible();
});

test("a session that was revoked while a form was half filled: sign in again, and the form is as it was", async ({
  page,
  stack,
  control,
  signIn,
}) => {
  await signIn("olivia\\.operator", `${await machinePage(stack, control, "ams-app-0001")}/sign-in`);
  await fillForm(page);
  const address = page.url();
  await control.revokeSessions("olivia.operator@contoso.example");
  // The next look at Azure finds out; the checks run again on this step.
  await page
    .getByRole("navigation", { name: "Steps" })
    .getByRole("button", { name: /Checks/ })
    .click();
  await page.getByRole("button", { name: "Run the checks again" }).click();
  await page.getByRole("heading", { name: "Pick an account" }).waitFor();
  await page.getByRole("button", { name: /olivia\.operator/ }).click();
  await page.waitForURL(isPortal(stack));
  expect(page.url()).toBe(address);
  await expectFormKept(page);
});

test("an account disabled during the session keeps the list on the screen, is told why, and cannot sign in again", async ({
  page,
  stack,
  control,
  signIn,
}) => {
  await signIn("olivia\\.operator", "/machines");
  await expect(page.getByText(/^All 2\d\d loaded/)).toBeVisible();
  await control.setAccountEnabled("olivia.operator@contoso.example", false);
  await page.getByRole("button", { name: "Refresh" }).click();
  const problem = page.getByRole("alert").filter({ hasText: "AADSTS50057" });
  await expect(problem).toContainText("The account is disabled. Ask an identity administrator.");
  await expect(page.getByRole("grid").getByRole("link").first()).toBeVisible();

  await page.context().clearCookies();
  await page.evaluate(() => sessionStorage.clear());
  await page.goto(`${stack.portal}/machines`);
  await page.getByRole("button", { name: "Sign in with Microsoft" }).click();
  await page.getByRole("button", { name: /olivia\.operator/ }).click();
  await expect(page.getByRole("alert")).toContainText("AADSTS50057");
});

test("a deep link with filters is kept through the sign-in", async ({ page, stack, signIn }) => {
  await signIn("olivia\\.operator", "/machines?q=ams-&status=Connected");
  expect(new URL(page.url()).pathname).toBe("/machines");
  expect(new URL(page.url()).searchParams.get("q")).toBe("ams-");
  await expect(page.getByRole("searchbox", { name: "Search machines" })).toHaveValue("ams-");
  expect(new URL(page.url()).origin).toBe(stack.portal);
});

test("a second tab signs in without a question, as the same person", async ({ page, context, stack, signIn }) => {
  await signIn("olivia\\.operator", "/settings");
  await expect(page.getByText("olivia.operator@contoso.example").first()).toBeVisible();
  const second = await context.newPage();
  const hints: (string | null)[] = [];
  second.on("request", (request) => {
    if (request.url().includes("/oauth2/v2.0/authorize?")) hints.push(new URL(request.url()).searchParams.get("login_hint"));
  });
  await second.goto(`${stack.portal}/settings`);
  await expect(second.getByText("olivia.operator@contoso.example").first()).toBeVisible();
  expect(second.url()).toBe(`${stack.portal}/settings`);
  expect(hints).toEqual(["olivia.operator@contoso.example"]);
});

test("signing out in one tab ends the other", async ({ page, context, stack, signIn }) => {
  await signIn("olivia\\.operator", "/machines");
  const second = await context.newPage();
  await second.goto(`${stack.portal}/machines`);
  await expect(second.getByRole("grid").getByRole("link").first()).toBeVisible();

  await page.getByRole("button", { name: /^Account of/ }).click();
  await page.getByRole("menuitem", { name: /sign out/i }).click();
  await page.waitForURL((url) => url.pathname.startsWith("/signed-out"));

  await expect(second.getByRole("heading", { name: "You are signed out" })).toBeVisible();
  await expect(second.getByRole("grid")).toHaveCount(0);
  const left = await second.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage }));
  expect(left).not.toMatch(/eyJ[\w-]+\.eyJ/);
});

test("a guest is called one, with the object id of this tenant, and certificates are marked as estimates", async ({
  page,
  control,
  signIn,
}) => {
  await signIn("gus\\.guest", "/settings");
  const session = page.getByRole("region", { name: "Your session" });
  await expect(session).toContainText("Guest");
  const { personas } = await control.state();
  const home = personas.find((persona) => persona.key === "gus.guest")?.objectId ?? "";
  await expect(session).toContainText("10ca1a2e-3000-4000-8000-000000000009");
  await expect(session).not.toContainText("10ca1a2e-2000-4000-8000-000000000009");
  expect(home).not.toBe("");
  await expect(page.getByText("Dates are estimates and are marked as such.")).toBeVisible();

  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Machines" }).click();
  const grid = page.getByRole("grid");
  await expect(grid.getByRole("link").first()).toBeVisible();
  await expect(page.getByText(/^Certificate dates are incomplete/)).toContainText("Microsoft Graph refused");
  await expect(grid.getByText(/(up to|\d+ to) \d+ d/).first()).toBeVisible();
  await grid.getByRole("link").first().click();
  await expect(page.getByText("An estimate: the certificate's dates could not be read.")).toBeVisible();
});

test("people of another tenant see their own servers only, also by a deep link, and change tenant without a trace of the old one", async ({
  page,
  stack,
  control,
}) => {
  const contosoMachine = await machinePage(stack, control, "ams-app-0001");
  await page.goto(`${stack.portal}${contosoMachine}`);
  await page.getByRole("button", { name: "Sign in with an account of another organisation" }).click();
  await page.getByRole("button", { name: /fiona\.fabrikam/ }).click();
  await page.waitForURL(isPortal(stack));
  await expect(page.getByRole("heading", { name: "ams-app-0001", level: 1 })).toBeVisible();
  await expect(page.getByText("You may not read ams-app-0001.")).toBeVisible();
  await expect(page.getByRole("alert").filter({ hasText: "InvalidAuthenticationTokenTenant" })).toContainText(
    "This subscription belongs to another tenant. Change the tenant in the account menu",
  );
  await expect(page.getByText("westeurope")).toHaveCount(0);

  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Machines" }).click();
  await expect(page.getByText(/^All 6 loaded/)).toBeVisible();
  const token = await control.token({ upn: "olivia.operator@contoso.example", resource: "api", capabilities: ["cp1"] });
  const fleet = await (await fetch(`${stack.portal}/api/fleet`, { headers: { authorization: `Bearer ${token}` } })).text();
  const contosoNames = new Set(
    fleet
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as { type: string; name?: string[] })
      .flatMap((message) => (message.type === "rows" ? (message.name ?? []) : [])),
  );
  const shown = await page.getByRole("grid").getByRole("link").allInnerTexts();
  expect(shown).toHaveLength(6);
  expect(shown.filter((name) => contosoNames.has(name))).toEqual([]);
});

test("a guest changes to the home tenant and back: another person there, nothing kept of the first", async ({
  page,
  stack,
  signIn,
}) => {
  await signIn("gus\\.guest", "/machines");
  const contoso = await page.getByRole("grid").getByRole("link").first().innerText();
  await page.getByRole("button", { name: /^Account of/ }).click();
  await page.getByRole("menuitemradio", { name: /Fabrikam/ }).click();
  await page.waitForURL((url) => url.origin === stack.portal && url.pathname === "/");
  await expect(page.getByText("fabrikam.example").first()).toBeVisible();
  await expect(page.getByText(contoso, { exact: true })).toHaveCount(0);
});
