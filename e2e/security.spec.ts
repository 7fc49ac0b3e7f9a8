import { expect, test } from "./support/fixtures.ts";

test("pages carry a nonce policy, cannot be framed and load nothing from elsewhere", async ({ page, stack, signIn }) => {
  const origins = new Set<string>();
  const violations: string[] = [];
  page.on("request", (request) => origins.add(new URL(request.url()).origin));
  page.on("console", (message) => {
    if (/Content.Security.Policy/i.test(message.text())) violations.push(message.text());
  });
  await signIn("olivia\\.operator", "/machines");
  await expect(page.getByRole("grid").getByRole("link").first()).toBeVisible();
  const response = await page.request.get(`${stack.portal}/machines`);
  const policy = response.headers()["content-security-policy"] ?? "";
  expect(policy).toContain("'nonce-");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(response.headers()["x-content-type-options"]).toBe("nosniff");
  expect([...origins].filter((origin) => origin !== stack.portal && origin !== stack.localAzure)).toEqual([]);
  expect(violations).toEqual([]);
});

test("no token for Azure reaches the browser, its storage or an address", async ({ page, signIn }) => {
  const addresses: string[] = [];
  page.on("request", (request) => addresses.push(request.url()));
  await signIn("olivia\\.operator", "/machines");
  await expect(page.getByRole("grid").getByRole("link").first()).toBeVisible();
  const stored = await page.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage }));
  const tokens = stored.match(/eyJ[\w-]+\.eyJ[\w-]+\./g) ?? [];
  const audiences = tokens.map((token) => {
    const payload = token.split(".")[1] ?? "";
    return (JSON.parse(Buffer.from(payload, "base64url").toString("utf8")) as { aud: string }).aud;
  });
  expect(audiences.filter((audience) => /management|graph/.test(audience))).toEqual([]);
  expect(addresses.filter((address) => /eyJ[\w-]+\.eyJ/.test(address))).toEqual([]);
});
