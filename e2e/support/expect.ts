import { expect as base, type Locator } from "@playwright/test";

/**
 * Playwright describes the whole page each time that it looks for something and does not see it yet, for the words of a failure
 * that mostly does not come: a tenth of the browser's work. Waiting first costs a look; who waits in vain is told as ever.
 */
export const expect = base.extend({
  async toBeVisible(locator: Locator, options: { timeout?: number } = {}) {
    const timeout = options.timeout ?? this.timeout;
    const isThere = await locator.waitFor({ state: this.isNot ? "hidden" : "visible", timeout }).then(
      () => true,
      () => false,
    );
    const found = { pass: !this.isNot, message: () => "" };
    if (isThere) return found;
    const told = this.isNot ? base(locator).not : base(locator);
    return told.toBeVisible({ timeout: 1 }).then(
      () => found,
      (error: Error) => ({ pass: this.isNot, message: () => `Waited for ${timeout} ms. ${error.message}` }),
    );
  },
});
