import { expect, test } from "./support/fixtures.ts";

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
