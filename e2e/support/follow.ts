import type { Page } from "@playwright/test";

/** Goes to a page of the portal as a link in it does: nothing is loaded anew, which is most of the work of a visit. */
export async function follow(page: Page, path: string): Promise<void> {
  await page.evaluate((to) => {
    (window as unknown as { next: { router: { push: (path: string) => void } } }).next.router.push(to);
  }, path);
  await page.waitForURL(({ pathname }) => pathname === path.split("?")[0]);
  // Next takes the title of the page before away and brings the new one a moment later.
  await page.waitForFunction(() => document.title !== "");
}
