import { mkdirSync, writeFileSync } from "node:fs";
import { test as base, expect } from "@playwright/test";
import { type ControlClient, createControlClient } from "../../emulator/testing/control-client.ts";
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
      // What an earlier test has sent stays recorded for the judge, and is nothing this test has done.
      await use({ ...client, requests: (filter = {}) => client.requests({ since: before, ...filter }) });
    },
    { scope: "worker" },
  ],
  // Every test begins with the seeded world and without faults.
  freshWorld: [
    async ({ control, stackOptions }, use) => {
      // What is not named stays as a test before has set it.
      await control.reset({ branches: stackOptions.branches ?? 0 });
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
