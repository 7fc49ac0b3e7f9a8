import { mkdirSync, writeFileSync } from "node:fs";
import { test as base } from "@playwright/test";
import { type ControlClient, createControlClient } from "../../emulator/testing/control-client.ts";
import { expect } from "./expect.ts";
import { apiToken, OPERATOR } from "./fleet.ts";
import { leaveBrowser, openBrowser } from "./kept-browser.ts";
import { signInAs, signInAtEntra } from "./sign-in.ts";
import { type Stack, type StackOptions, startStack } from "./stack.ts";

export type WorkerFixtures = { stackOptions: StackOptions; stack: Stack; control: ControlClient };
export type TestFixtures = {
  /** True where the sign-in itself is looked at: nothing of an earlier one is used. */
  atEntra: boolean;
  signIn: (persona: string, path?: string) => Promise<void>;
  freshWorld: undefined;
};

/** Where the exchanges of a worker go; the judge project reads them at the end of the run. */
export const EXCHANGES = "test-results/exchanges";

/** The last request of local Azure before the present test; a worker has one local Azure at a time. */
let before = 0;
/** A test has given the world more machines than it began with, or has let Azure refuse a read. */
let disturbed = false;

/**
 * A portal keeps for minutes what it has read for a person: machines that an earlier test had added and that are gone from Azure
 * meanwhile, and that Azure has refused a read.
 */
async function readAgain(stack: Stack, control: ControlClient): Promise<void> {
  for (const upn of ["ada.admin@contoso.example", OPERATOR]) {
    const headers = { authorization: `Bearer ${await apiToken(control, upn)}` };
    for (const path of ["/api/fleet", "/api/access/inputs"]) await (await fetch(stack.portal + path, { headers })).text();
  }
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  stackOptions: [{}, { scope: "worker", option: true }],
  stack: [
    async ({ stackOptions }, use, workerInfo) => {
      const stack = await startStack(stackOptions);
      await use(stack);
      const exchanges = await (await fetch(`${stack.control}/requests`)).text();
      mkdirSync(EXCHANGES, { recursive: true });
      writeFileSync(`${EXCHANGES}/${workerInfo.workerIndex}-${Date.now()}.json`, exchanges);
      await stack.close();
    },
    { scope: "worker", timeout: 120_000 },
  ],
  control: [
    async ({ stack }, use) => {
      const client = createControlClient(stack.control);
      const disturbing: Pick<ControlClient, "addFault" | "addMachines" | "reset"> = {
        addFault: (rule) => {
          disturbed ||= rule.effect.kind === "respond" && rule.effect.status === 403;
          return client.addFault(rule);
        },
        addMachines: (wave) => {
          disturbed = true;
          return client.addMachines(wave);
        },
        reset: (input) => {
          disturbed = true;
          return client.reset(input);
        },
      };
      // What an earlier test has sent stays recorded for the judge, and is nothing this test has done.
      await use({ ...client, requests: (filter = {}) => client.requests({ since: before, ...filter }), ...disturbing });
    },
    { scope: "worker" },
  ],
  // Every test begins with the seeded world and without faults.
  freshWorld: [
    async ({ stack, control, stackOptions }, use) => {
      const wasDisturbed = disturbed;
      // What is not named stays as a test before has set it.
      await control.reset({ branches: stackOptions.branches ?? 0 });
      disturbed = false;
      if (wasDisturbed) await readAgain(stack, control);
      before = (await control.state()).requests;
      await use(undefined);
    },
    { auto: true },
  ],
  context: async ({ browser, stack }, use) => {
    await use(await openBrowser(browser));
    await leaveBrowser([stack.portal, stack.localAzure]);
  },
  atEntra: [false, { option: true }],
  signIn: async ({ page, stack, atEntra }, use) => {
    const enter = atEntra ? signInAtEntra : signInAs;
    await use((persona, path = "/") => enter(page, stack, persona, path));
  },
});

export { expect };
