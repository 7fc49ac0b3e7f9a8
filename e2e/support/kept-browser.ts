import type { Browser, BrowserContext, CDPSession, Page } from "@playwright/test";
import { leaveSignIns } from "./sign-in.ts";

/** What a person leaves in a browser, but for the files of the portal, whose names change with what they hold. */
const LEFT = "local_storage,indexeddb,service_workers,cache_storage";

type Kept = { context: BrowserContext; empty: Page; cdp: CDPSession };
let kept: Kept | null = null;

/**
 * The one browser of a worker, with nobody signed in. A new one for each test fetches every file of the portal again, which is
 * a third of the portal's work.
 */
export async function openBrowser(browser: Browser): Promise<BrowserContext> {
  if (kept === null) {
    const context = await browser.newContext();
    // Stays when a test has closed its pages, so that there is always one to clear storage from.
    const empty = await context.newPage();
    kept = { context, empty, cdp: await context.newCDPSession(empty) };
  }
  return kept.context;
}

/** Closes what a test has opened and forgets what it has stored. */
export async function leaveBrowser(origins: readonly string[]): Promise<void> {
  if (kept === null) return;
  const { context, empty, cdp } = kept;
  for (const page of context.pages()) if (page !== empty) await page.close();
  await context.unrouteAll();
  await context.clearPermissions();
  await context.clearCookies();
  for (const origin of origins) await cdp.send("Storage.clearDataForOrigin", { origin, storageTypes: LEFT });
  leaveSignIns(context);
}
