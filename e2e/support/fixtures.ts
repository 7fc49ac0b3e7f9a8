import { mkdirSync, writeFileSync } from "node:fs";
import { test as base, expect } from "@playwright/test";
import { type ControlClient, createControlClient } from "../../emulator/testing/control-client.ts";
import { apiToken, OPERATOR } from "./fleet.ts";
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
/** A test has given the world more machines than it began with. */
let grown = false;

/** A portal keeps a fleet it has read for minutes; what an earlier test had added is gone from Azure meanwhile. */
async function readFleetsAgain(stack: Stack, control: ControlClient): Promise<void> {
  for (const upn of ["ada.admin@contoso.example", OPERATOR]) {
    const token = await apiToken(control, upn);
    await (await fetch(`${stack.portal}/api/fleet`, { headers: { authorization: `Bearer ${token}` } })).text();
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
      const growing: Pick<ControlClient, "addMachines" | "reset"> = {
        addMachines: (wave) => {
          grown = true;
          return client.addMachines(wave);
        },
        reset: (input) => {
          grown = true;
          return client.reset(input);
        },
      };
      // What an earlier test has sent stays recorded for the judge, and is nothing this test has done.
      await use({ ...client, requests: (filter = {}) => client.requests({ since: before, ...filter }), ...growing });
    },
    { scope: "worker" },
  ],
  // Every test begins with the seeded world and without faults.
  freshWorld: [
    async ({ stack, control, stackOptions }, use) => {
      const wasGrown = grown;
      // What is not named stays as a test before has set it.
      await control.reset({ branches: stackOptions.branches ?? 0 });
      grown = false;
      if (wasGrown) await readFleetsAgain(stack, control);
      before = (await control.state()).requests;
      await use(undefined);
    },
    { auto: true },
  ],
  atEntra: [false, { option: true }],
  signIn: async ({ page, stack, atEntra }, use) => {
    const enter = atEntra ? signInAtEntra : signInAs;
    await use((persona, path = "/") => enter(page, stack, persona, path));
  },
});

export { expect };
