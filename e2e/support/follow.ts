import type { Page } from "@playwright/test";

type Routed = { next: { router: { push: (path: string) => void } } };

/**
 * Goes to another page of the portal as a link in it does: nothing is loaded anew, which is most of the work of a visit. The
 * same page with other words in its address is loaded: nothing on it would show when it has changed.
 */
export async function follow(page: Page, path: string): Promise<void> {
  const to = new URL(path, page.url());
  if (to.pathname === new URL(page.url()).pathname) {
    await page.goto(to.href);
    return;
  }
  await page.evaluate((address) => (window as unknown as Routed).next.router.push(address), path);
  await page.waitForURL(({ pathname }) => pathname === to.pathname);
  // Next takes the title of the page before away and brings the new one a moment later.
  await page.waitForFunction(() => document.title !== "");
}
