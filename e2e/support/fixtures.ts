import { mkdirSync, writeFileSync } from "node:fs";
import { test as base, expect, type Page } from "@playwright/test";
import { type ControlClient, createControlClient } from "../../emulator/testing/control-client.ts";
import { type Stack, type StackOptions, startStack } from "./stack.ts";

export type WorkerFixtures = { stackOptions: StackOptions; stack: Stack; control: ControlClient };
export type TestFixtures = { signIn: (persona: string, path?: string) => Promise<void>; freshWorld: undefined };

/** Where the exchanges of a worker go; the judge project reads them at the end of the run. */
export const EXCHANGES = "test-results/exchanges";

export async function signInAs(page: Page, stack: Stack, persona: string, path: string): Promise<void> {
  await page.goto(stack.portal + path);
  await page.getByRole("button", { name: "Sign in with Microsoft" }).click();
  await page.getByRole("button", { name: new RegExp(persona, "i") }).click();
  await page.waitForURL((url) => url.origin === stack.portal && !url.pathname.startsWith("/auth/"));
  // Back on the page the code is still to be redeemed; leaving before that leaves without a sign-in.
  const isRedeemed = () =>
    Object.entries(sessionStorage).some(([key, value]) => key.includes(".token.keys.") && value.includes("|accesstoken|"));
  await expect(async () => expect(await page.evaluate(isRedeemed)).toBe(true)).toPass({ timeout: 20_000 });
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
  control: [async ({ stack }, use) => use(createControlClient(stack.control)), { scope: "worker" }],
  // Every test begins with the seeded world and without faults.
  freshWorld: [
    async ({ control }, use) => {
      await control.reset({});
      await use(undefined);
    },
    { auto: true },
  ],
  signIn: async ({ page, stack }, use) => {
    await use((persona, path = "/") => signInAs(page, stack, persona, path));
  },
});

export { expect };
