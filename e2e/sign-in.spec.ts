import { expect, test } from "./support/fixtures.ts";
import { forgetSignIns, signInAs } from "./support/sign-in.ts";

// They come last: as one piece they would keep one worker busy after the others have ended.
test.describe.configure({ mode: "parallel" });

test.use({ atEntra: true });

const PERSONAS = [
  { persona: "ada\\.admin", machines: true },
  { persona: "olivia\\.operator", machines: true },
  { persona: "rene\\.reader", machines: true },
  { persona: "lena\\.login", machines: true },
  { persona: "anton\\.approver", machines: true },
  { persona: "sofia\\.security", machines: true },
  { persona: "nora\\.norights", machines: false },
];

for (const { persona, machines } of PERSONAS) {
  test(`${persona.replace("\\", "")} signs in and ${machines ? "sees machines" : "is told that no machine can be read"}`, async ({
    page,
    signIn,
  }) => {
    await signIn(persona, "/machines");
    const title = machines ? "Machines" : "You have no access to Azure here";
    await expect(page.getByRole("heading", { name: title, level: 1 })).toBeVisible();
    const links = page.getByRole("grid").getByRole("link");
    if (machines) await expect(links.first()).toBeVisible();
    else await expect(links).toHaveCount(0);
  });
}

test("signing out works while the page still loads, ends the session here, and the next visit asks to sign in", async ({
  page,
  stack,
  signIn,
}) => {
  const arrived = Promise.withResolvers<void>();
  await page.route("**/api/session", async (route) => {
    await arrived.promise;
    await route.continue();
  });
  await signIn("olivia\\.operator", "/machines");
  await page.getByRole("button", { name: /^Account of/ }).click();
  const menu = page.getByRole("menu");
  await expect(menu).toBeVisible();
  await expect(menu.getByRole("menuitemradio", { name: /contoso/i })).toHaveCount(0);
  // The tenants arrive in the menu that is open: it stays open.
  arrived.resolve();
  await expect(menu.getByRole("menuitemradio", { name: /contoso/i })).toBeVisible();
  await page.getByRole("menuitem", { name: /sign out/i }).click();
  await page.waitForURL((url) => url.origin === stack.portal && url.pathname.startsWith("/signed-out"));
  await page.goto(`${stack.portal}/machines`);
  await expect(page.getByRole("button", { name: "Sign in with Microsoft" })).toBeVisible();
});

test("what a sign-in left in the browser serves a later visit: Entra is not asked, and no request is refused", async ({
  browser,
  stack,
}) => {
  forgetSignIns();
  for (const visit of ["first", "later"]) {
    const context = await browser.newContext();
    const page = await context.newPage();
    const toEntra: string[] = [];
    const answers = new Map<string, number>();
    page.on("request", (request) => {
      if (request.url().startsWith(stack.localAzure)) toEntra.push(request.url());
    });
    page.on("response", (response) => {
      if (response.url().startsWith(`${stack.portal}/api/`)) answers.set(new URL(response.url()).pathname, response.status());
    });
    await signInAs(page, stack, "rene\\.reader", "/machines");
    await expect(page.getByText(/^All [\d,]+ loaded/)).toBeVisible();
    await expect(page.getByRole("button", { name: "Account of Rene Reader" })).toBeVisible();
    expect(toEntra.length > 0, visit).toBe(visit === "first");
    expect([answers.get("/api/session"), answers.get("/api/fleet")], visit).toEqual([200, 200]);
    expect(
      [...answers].filter(([, status]) => status >= 400),
      visit,
    ).toEqual([]);
    await context.close();
  }
});
