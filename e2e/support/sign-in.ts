import type { BrowserContext, Page } from "@playwright/test";
import { expect } from "./expect.ts";
import type { Stack } from "./stack.ts";

/** What a sign-in leaves in a browser: MSAL's entries of the tab, and the cookies of both sides. */
type SavedSignIn = { entries: [string, string][]; cookies: Awaited<ReturnType<BrowserContext["cookies"]>> };

/** Sign-ins of this worker that are as they were when they were made. */
const saved = new Map<string, SavedSignIn>();
/** Whose sign-ins a browser uses. */
const used = new WeakMap<BrowserContext, Set<string>>();
const watched = new WeakSet<BrowserContext>();

/** Nobody's sign-in is kept any more: whoever comes next signs in at local Azure. */
export function forgetSignIns(): void {
  saved.clear();
}

/** A browser that nobody is signed in with any more. */
export function leaveSignIns(context: BrowserContext): void {
  used.delete(context);
}

const keyOf = (stack: Stack, persona: string) => `${stack.portal} ${persona}`;

/** Signs in at local Azure, as a person does. */
export async function signInAtEntra(page: Page, stack: Stack, persona: string, path: string): Promise<void> {
  await page.goto(stack.portal + path);
  await page.getByRole("button", { name: "Sign in with Microsoft" }).click();
  await page.getByRole("button", { name: new RegExp(persona, "i") }).click();
  await page.waitForURL((url) => url.origin === stack.portal && !url.pathname.startsWith("/auth/"));
  // Back on the page the code is still to be redeemed; leaving before that leaves without a sign-in.
  const isRedeemed = () =>
    Object.entries(sessionStorage).some(([key, value]) => key.includes(".token.keys.") && value.includes("|accesstoken|"));
  await expect(async () => expect(await page.evaluate(isRedeemed)).toBe(true)).toPass({ timeout: 20_000 });
}

/** A sign-in that goes on at local Azure has other tokens and another strength than the one kept here. */
function forgetWhenUsedAtEntra(context: BrowserContext, stack: Stack, key: string): void {
  const keys = used.get(context) ?? new Set();
  if (!watched.has(context)) {
    watched.add(context);
    context.on("request", (request) => {
      if (request.url().startsWith(stack.localAzure)) for (const each of used.get(context) ?? []) saved.delete(each);
    });
  }
  used.set(context, keys.add(key));
}

async function save(page: Page, stack: Stack, key: string): Promise<void> {
  const all = await page.evaluate(() => Object.entries(sessionStorage) as [string, string][]);
  const cookies = await page.context().cookies([stack.portal, stack.localAzure]);
  saved.set(key, { entries: all.filter(([name]) => name.startsWith("msal.")), cookies });
}

/** Opens the page with what a sign-in has left; a page that comes after it finds what this one leaves. */
async function openSignedIn(page: Page, stack: Stack, signIn: SavedSignIn, path: string): Promise<void> {
  await page.context().addCookies(signIn.cookies);
  const fill = await page.addInitScript(
    ({ origin, entries }) => {
      if (location.origin === origin) for (const [name, value] of entries) sessionStorage.setItem(name, value);
    },
    { origin: stack.portal, entries: signIn.entries },
  );
  await page.goto(stack.portal + path);
  await fill.dispose();
}

/** Opens the page as this person: signed in at local Azure the first time, from then on with what that left in the browser. */
export async function signInAs(page: Page, stack: Stack, persona: string, path: string): Promise<void> {
  const key = keyOf(stack, persona);
  const known = saved.get(key);
  if (known === undefined) {
    await signInAtEntra(page, stack, persona, path);
    // A browser that knew somebody before would keep two people under one cookie.
    if (!used.has(page.context())) await save(page, stack, key);
  } else {
    await openSignedIn(page, stack, known, path);
    // The portal writes this when it has found the sign-in; what the server drew before that takes no key and no click.
    await page.waitForFunction(() => sessionStorage.getItem("arcwarden.account") !== null);
  }
  forgetWhenUsedAtEntra(page.context(), stack, key);
}
