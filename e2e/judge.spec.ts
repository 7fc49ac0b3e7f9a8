import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { createWireJudge } from "../emulator/conformance/wire-judge.ts";
import { EXCHANGES } from "./support/fixtures.ts";

test("every request the portal sent in the browser tests follows Azure's official specification", async () => {
  // A whole run holds thousands of exchanges, each checked against the specification.
  test.setTimeout(300_000);
  const judge = await createWireJudge();
  const totals = { checked: 0, requestErrors: [] as unknown[], responseErrors: [] as unknown[], skipped: 0 };
  for (const file of readdirSync(EXCHANGES)) {
    const { exchanges } = JSON.parse(readFileSync(`${EXCHANGES}/${file}`, "utf8")) as {
      exchanges: Parameters<typeof judge.judge>[0];
    };
    const verdict = await judge.judge(exchanges);
    totals.checked += verdict.checked;
    totals.skipped += Object.values(verdict.skipped).reduce((sum, count) => sum + count, 0);
    totals.requestErrors.push(...verdict.requestErrors);
    totals.responseErrors.push(...verdict.responseErrors);
  }
  console.log(
    `conformance browser tests: ${totals.checked} exchanges checked, ${totals.requestErrors.length} request errors, ${totals.responseErrors.length} response errors, ${totals.skipped} without an official description`,
  );
  expect(totals.checked).toBeGreaterThan(100);
  expect(totals.requestErrors).toEqual([]);
  expect(totals.responseErrors).toEqual([]);
});
