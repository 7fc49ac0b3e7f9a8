import { expect } from "./expect.ts";
import { signInAs } from "./sign-in.ts";
import type { Walk } from "./walk.ts";

const OPERATOR = "olivia\\.operator";

/** The browser believes to be on plain http, or has no idea of media queries, only at these addresses. */
const INSECURE = "#insecure";
const CRASH = "#crash";

async function spoilBrowser({ page }: Walk): Promise<void> {
  await page.addInitScript(
    ([insecure, crash]) => {
      Object.defineProperty(window, "isSecureContext", { get: () => location.hash !== insecure });
      if (location.hash === crash) Object.defineProperty(window, "matchMedia", { value: undefined });
    },
    [INSECURE, CRASH],
  );
}

/** The portal's session answer, changed on its way to the browser. */
async function answerSession({ page }: Walk, status: number, change: Record<string, unknown>): Promise<void> {
  await page.route("**/api/session", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ status, json: { ...(await response.json()), ...change } });
  });
}

/** Pages that turn a person away, and the last nets under a crash. */
export async function walkRefusals(walk: Walk): Promise<void> {
  const { page, stack, look } = walk;
  await spoilBrowser(walk);
  await page.goto(`${stack.portal}/signed-out`);
  await page.goto(`${stack.portal}/${INSECURE}`);
  await expect(page.getByRole("heading", { name: /not secure enough/ })).toBeVisible();
  await look("insecure-origin");

  await page.route(`${stack.portal}/glossary`, async (route) => {
    const response = await route.fetch();
    // Without its configuration the root layout cannot be drawn in the browser.
    await route.fulfill({ response, body: (await response.text()).replaceAll('\\"config\\":', '\\"lost\\":') });
  });
  await page.goto(`${stack.portal}/glossary`);
  await expect(page.getByRole("button", { name: /again|Reload/i })).toBeVisible();
  await look("crash-global");
  await page.unroute(`${stack.portal}/glossary`);

  await signInAs(page, stack, OPERATOR, "/settings");
  await expect(page.getByRole("heading", { name: "Settings", level: 1 })).toBeVisible();
  await page.goto(`${stack.portal}/glossary${CRASH}`);
  await expect(page.getByRole("button", { name: "Try again" })).toBeVisible();
  await look("crash-frame");
  await page.route(/\/api\/audit$/, (route) => route.fulfill({ json: {} }));
  await page.goto(`${stack.portal}/audit`);
  await expect(page.getByRole("main").getByRole("heading", { name: "This page stopped working" })).toBeVisible();
  await look("crash-page");

  await answerSession(walk, 200, { subscriptions: [], portalRoles: [] });
  await page.goto(`${stack.portal}/`);
  await expect(page.getByRole("heading", { name: "You have no access to Azure here" })).toBeVisible();
  await look("no-access");
  await page.unroute("**/api/session");
  await answerSession(walk, 403, {
    type: "urn:arcwarden:problem:forbidden",
    title: "Refused",
    status: 403,
    code: "forbidden",
    detail: "The account belongs to another tenant.",
    nextStep: "Sign in with an account of a served tenant.",
    traceId: "0",
    fields: [{ field: "tenant", message: "99999999-0000-4000-8000-000000000000" }],
  });
  await page.goto(`${stack.portal}/`);
  await expect(page.getByRole("heading", { name: "This portal does not serve your tenant" })).toBeVisible();
  await look("wrong-tenant");
}
