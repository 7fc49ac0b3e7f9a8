import { violationsIn } from "./support/axe.ts";
import { expect, test } from "./support/fixtures.ts";
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

// Rows of the grid share one component; three of them show what the others would.
const OTHER_ROWS = "[role=row][aria-rowindex]:nth-child(n+4)";

/** A folder: every screen that is walked is kept there as a picture, to be looked at. */
const { PICTURES } = process.env;

/** Shown at 1440 px only: they are drawn by the same components as a screen that is looked at in both widths. */
const WIDE_ONLY =
  /^(landing-refused|entra-return|not-found|palette-nothing|glossary|machine-(?!ams-app)|flow-blocked|operation-succeeded|.*-missing)/;

/** With parts that a wide screen does not have: the bar at the bottom, its sheet, the sheet of filters. */
const PHONE_ONLY = /^(overview|more|machines-filters)$/;

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

for (const width of [1440, 390]) {
  for (const { title, as, walks } of SCREENS) {
    test(`axe finds nothing in ${title} at ${width} px`, async ({ page, stack, control, signIn }) => {
      test.setTimeout(300_000);
      const narrow = width < 768;
      await page.setViewportSize({ width, height: narrow ? 844 : 900 });
      await page.emulateMedia({ reducedMotion: "reduce" });
      const found: string[] = [];
      const seen = new Set<string>();
      const look = async (name: string) => {
        if (seen.has(name) || (narrow && WIDE_ONLY.test(name))) return;
        seen.add(name);
        // The width moves boxes and hides some; colours change only where something is drawn on a phone alone.
        for (const dark of narrow && !PHONE_ONLY.test(name) ? [false] : [true, false]) {
          const violations = await violationsIn(page, { dark, part: { exclude: OTHER_ROWS } });
          if (PICTURES !== undefined) {
            await page.screenshot({ path: `${PICTURES}/${name}-${width}-${dark ? "dark" : "light"}.png` });
          }
          found.push(...violations.map((text) => `${name} ${text}`));
        }
        const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        if (tooWide > 0) found.push(`${name} is ${tooWide} px wider than the screen`);
      };
      if (as !== null) {
        await signIn(as, "/settings");
        await expect(page.getByRole("heading", { name: "Settings", level: 1 })).toBeVisible();
      }
      for (const step of walks) await step({ page, stack, control, look, narrow });
      expect(found).toEqual([]);
    });
  }
}
