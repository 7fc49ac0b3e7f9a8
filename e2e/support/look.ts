import type { Page } from "@playwright/test";
import { violationsIn } from "./axe.ts";
import type { AxePart } from "./axe-page.ts";
import { expect } from "./expect.ts";

type Size = { width: number; height: number };

/** What a page is opened at, and what it is looked at besides. */
export const DESK: Size = { width: 1440, height: 900 };
const PHONE: Size = { width: 390, height: 844 };

const LAYERS = "[role=dialog], [role=menu]";

export async function hasLayer(page: Page): Promise<boolean> {
  return (await page.locator(LAYERS).count()) > 0;
}

/** The layers that are open stay open, so that what is looked at is the same screen. */
async function resize(page: Page, size: Size): Promise<void> {
  const layers = await page.locator(LAYERS).count();
  await page.setViewportSize(size);
  // Lists measure themselves in the first frame and draw in the second.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  await expect(page.locator(LAYERS), `layers at ${size.width} px`).toHaveCount(layers);
}

/** Does something with the page as wide as a phone. */
export async function onPhone(page: Page, work: () => Promise<void>): Promise<void> {
  await resize(page, PHONE);
  await work();
  await resize(page, DESK);
}

/** Where pictures of all that is looked at are wanted, to be looked at by a person: `${PICTURES}/name-width-theme.png`. */
const { PICTURES } = process.env;
export const takesPictures = PICTURES !== undefined;

async function takePictures(page: Page, name: string): Promise<void> {
  for (const theme of ["dark", "light"]) {
    await page.evaluate((dark) => document.documentElement.classList.toggle("dark", dark), theme === "dark");
    await page.screenshot({ path: `${PICTURES}/${name}-${page.viewportSize()?.width}-${theme}.png` });
  }
}

async function lookAtWidth(page: Page, name: string, part: AxePart, headings: string | null = null) {
  const width = page.viewportSize()?.width ?? 0;
  const answer = await violationsIn(page, part, headings);
  const found = answer.found.map((text) => `${name} at ${width} px ${text}`);
  if (PICTURES !== undefined) await takePictures(page, name);
  const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  if (tooWide > 0) found.push(`${name} is ${tooWide} px wider than a screen of ${width} px`);
  return { found, headings: answer.headings };
}

export type Looking = {
  part: AxePart;
  /** Not looked at on a phone: it is drawn by the same components as a screen that is, or is not there. */
  deskOnly?: boolean;
  /** Of a page with a layer open only the layer is looked at: the page is a screen of its own. A phone is never looked at below one. */
  layerOnly?: boolean;
};

/**
 * What axe finds on a page, and whether it is wider than the screen: in both themes, at 1440 px and at 390 px. The
 * width moves boxes and hides some; the colours of a text stay, so those are looked at where the text is drawn on a phone alone.
 */
export async function lookAt(
  page: Page,
  name: string,
  { part, deskOnly = false, layerOnly = false }: Looking,
): Promise<string[]> {
  // Colours that are still changing into the other theme have no contrast of their own.
  await page.emulateMedia({ reducedMotion: "reduce" });
  const isPhone = page.viewportSize()?.width === PHONE.width;
  const layer = (await hasLayer(page)) ? { ...part, include: LAYERS } : part;
  const { found, headings } = await lookAtWidth(page, name, layerOnly || isPhone ? layer : part);
  if (isPhone || deskOnly) return found;
  await onPhone(page, async () => {
    found.push(...(await lookAtWidth(page, name, layer, headings)).found);
  });
  return found;
}

/** What axe finds in the content of a page at the width it has. */
export function violationsOn(page: Page, name: string): Promise<string[]> {
  return lookAt(page, name, { part: { include: "main" }, deskOnly: true });
}
