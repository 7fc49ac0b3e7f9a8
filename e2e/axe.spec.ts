import { violationsIn } from "./support/axe.ts";
import { expect, test } from "./support/fixtures.ts";
import { DESK, hasLayer, lookAt, onPhone, takesPictures } from "./support/look.ts";
import {
  type Walk,
  walkDeployment,
  walkMachine,
  walkMachines,
  walkMachinesInTrouble,
  walkRecords,
  walkShell,
  walkSignIn,
} from "./support/walk.ts";
import { walkAccessFleet } from "./support/walk-access.ts";
import { walkElevation } from "./support/walk-elevation.ts";
import { walkElevationManage } from "./support/walk-elevation-manage.ts";
import { walkHistory } from "./support/walk-history.ts";
import { walkRefusals } from "./support/walk-refusals.ts";
import { walkRolloutNew } from "./support/walk-rollout-new.ts";
import { walkRollouts } from "./support/walk-rollouts.ts";

// Rows of a list share one component; the first of them show what the others would.
const OTHER_ROWS = "[role=row][aria-rowindex]:nth-child(n+4), tbody tr:nth-child(n+13)";

/**
 * Looked at 1440 px only: drawn by the same components as a screen that is looked at in both widths, or looked at again on a phone.
 * Where pictures are wanted (e2e/support/look.ts), every screen is looked at in both.
 */
const DESK_ONLY = new RegExp(
  `^(${[
    "landing-refused|signed-out|entra-return|not-found|palette|palette-nothing|glossary|.*-export-menu|.*-missing",
    "machine-(?!ams-app).*|machines-(filtered|partial)|uninstall-dialog",
    "flow-blocked|operation-succeeded|overview|overview-running|audit-chain|history-(chain|nothing|date-empty)",
    "access-nothing-found|elevation-form|manage-(changes-empty|policies-forbidden)",
    "rollout-new-(no-machines|no-checks|refused|plan-wrong|templates)|rollout-nothing-found",
  ].join("|")})$`,
);

/** A phone has no such menu. */
const NOT_ON_A_PHONE = "machines-columns-menu";

// Every worker has a portal of its own, so the tests of this file may run beside each other.
test.describe.configure({ mode: "parallel" });

/** `as`: who walks; null = the walk signs in by itself. */
const SCREENS: { title: string; as: string | null; walks: ((walk: Walk) => Promise<void>)[] }[] = [
  { title: "the sign-in, overview, menus, palette, settings, glossary", as: null, walks: [walkSignIn, walkShell] },
  { title: "pages that turn a person away, and crashes", as: null, walks: [walkRefusals] },
  { title: "machines, their filters, menus and states", as: "olivia\\.operator", walks: [walkMachines, walkMachinesInTrouble] },
  { title: "machine pages and their dialogs", as: "olivia\\.operator", walks: [walkMachine] },
  { title: "access of the fleet, people, scopes, roles, findings", as: "ada\\.admin", walks: [walkAccessFleet] },
  { title: "my access, a request of roles, approvals", as: "olivia\\.operator", walks: [walkElevation] },
  { title: "the management of elevation", as: "olivia\\.operator", walks: [walkElevationManage] },
  { title: "a new roll-out from its first question to its start", as: "olivia\\.operator", walks: [walkRolloutNew] },
  { title: "the roll-outs, a held one, its log and report", as: "olivia\\.operator", walks: [walkRollouts] },
  { title: "the history, its report, and notices", as: "ada\\.admin", walks: [walkHistory] },
  { title: "the sign-in flow, operations, certificates, audit", as: "olivia\\.operator", walks: [walkDeployment, walkRecords] },
];

for (const { title, as, walks } of SCREENS) {
  test(`axe finds nothing in ${title}`, async ({ page, stack, control, signIn }) => {
    test.setTimeout(300_000);
    await page.setViewportSize(DESK);
    await page.emulateMedia({ reducedMotion: "reduce" });
    const found: string[] = [];
    const seen = new Set<string>();
    let layerOnly = false;
    const look = async (name: string) => {
      const screen = `${name} ${page.viewportSize()?.width}`;
      if (seen.has(screen)) return;
      seen.add(screen);
      const deskOnly = name === NOT_ON_A_PHONE || (DESK_ONLY.test(name) && !takesPictures);
      found.push(...(await lookAt(page, name, { part: { exclude: OTHER_ROWS }, deskOnly, layerOnly })));
      // One layer opens over a page as another does; the first of a walk shows what it does to the page below.
      layerOnly ||= await hasLayer(page);
    };
    const phone = (work: () => Promise<void>) => onPhone(page, work);
    if (as !== null) {
      await signIn(as, "/settings");
      await expect(page.getByRole("heading", { name: "Settings", level: 1 })).toBeVisible();
    }
    for (const step of walks) await step({ page, stack, control, look, phone });
    expect(found).toEqual([]);
  });
}

const STYLE = `
  body { background: white; color: black } .dark body { background: #111; color: white }
  a { color: #0000ee; text-decoration: underline }  .dark a { color: #9db9ff }
  .dark .dim { color: oklch(0.4 0 0) }
  .pale { color: #aaa } .dark .pale { color: #aaa }
  .veil { background: transparent } .dark .veil { background: rgb(255 255 255 / 0.8) }
  .grown { font-size: 32px; color: #888 } .dark .grown { color: #777 }
  .tiny { width: 12px; height: 12px; padding: 0; border: 0 }
  .dark .bare { text-decoration: none; color: #fdfdfd }`;
const THEMED: { what: string; html: string; finds: string[] }[] = [
  { what: "a text that is too dark in the dark", html: "<p class=dim>Dim words</p>", finds: ["dark color-contrast"] },
  { what: "a text that is too pale in the light", html: "<p class=pale>Pale words</p>", finds: ["light color-contrast"] },
  { what: "a ground that a parent lays", html: "<div class=veil><p>Veiled words</p></div>", finds: ["dark color-contrast"] },
  {
    what: "targets that lie too near each other",
    html: "<button class=tiny aria-label=One></button><button class=tiny aria-label=Two></button>",
    finds: ["light target-size", "light target-size"],
  },
  {
    what: "a part that scrolls and takes no key",
    html: `<div style="overflow: auto; height: 40px; width: 100px">${"<p>Many words</p>".repeat(20)}</div>`,
    finds: ["light scrollable-region-focusable"],
  },
  { what: "a large text, which needs less", html: "<p class=grown>Large words</p>", finds: [] },
  {
    what: "a link that is one in the light only",
    html: '<p>Words, <a class=bare href="#x">a link</a>, words</p>',
    finds: ["dark link-in-text-block"],
  },
];

test("what axe would find in one theme only is found", async ({ page }) => {
  for (const { what, html, finds } of THEMED) {
    await page.setContent(`<html lang=en><title>x</title><style>${STYLE}</style><main><h1>Heading</h1>${html}</main></html>`);
    const { found } = await violationsIn(page, { include: "main" });
    expect(
      found.map((text) => text.split(":")[0]),
      what,
    ).toEqual(finds);
  }
});

const NARROW = "@media (max-width: 400px)";
const ON_A_PHONE: { what: string; style: string; html: string; finds: string | null }[] = [
  { what: "nothing", style: "", html: "<p>Plain words</p>", finds: null },
  {
    what: "a pale text that the desk does not show",
    style: `.phone { display: none; color: #aaa } ${NARROW} { .phone { display: block } }`,
    html: "<p class=phone>Pale words</p>",
    finds: "color-contrast",
  },
  {
    what: "a button without a name that is drawn like one with a name",
    style: `.icon { width: 40px; height: 40px } div + div { display: none } ${NARROW} { div + div { display: block } }`,
    html: "<div><button class=icon aria-label=One></button></div><div><button class=icon></button></div>",
    finds: "button-name",
  },
  {
    what: "targets that come too near each other",
    style: `button { width: 40px; height: 40px } ${NARROW} { button { width: 12px; height: 12px; padding: 0; border: 0 } }`,
    html: "<button aria-label=One></button><button aria-label=Two></button>",
    finds: "target-size",
  },
  {
    what: "a part that scrolls and takes no key",
    style: `.list { overflow: auto; width: 500px } .list p { width: 500px } ${NARROW} { .list { width: 200px } }`,
    html: `<div class=list><p>${"Many words. ".repeat(40)}</p></div>`,
    finds: "scrollable-region-focusable",
  },
  {
    what: "a level of headings that is left out",
    style: `${NARROW} { h2 { display: none } }`,
    html: "<h2>Second</h2><h3>Third</h3>",
    finds: "heading-order",
  },
];

test("what axe would find on a phone only is found", async ({ page }) => {
  await page.setViewportSize(DESK);
  for (const { what, style, html, finds } of ON_A_PHONE) {
    const head = `<title>x</title><meta name=viewport content="width=device-width"><style>body { background: white } ${style}</style>`;
    await page.setContent(`<html lang=en>${head}<main><h1>Heading</h1>${html}</main></html>`);
    const found = await lookAt(page, "x", { part: { include: "main" } });
    const kinds = [...new Set(found.map((text) => text.split(":")[0]))];
    expect(kinds, what).toEqual(finds === null ? [] : [`x at 390 px light ${finds}`]);
  }
});
