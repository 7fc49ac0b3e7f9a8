import { walkCloud } from "./support/cloud-journey.ts";
import { test } from "./support/fixtures.ts";

test.use({ atEntra: true, stackOptions: { cloud: "usgov", machines: 60, firstStart: true } });

test("[C15] [C17] [C18] Azure Government: its hosts on the screen and on the wire, and none of the public cloud", async ({
  page,
  stack,
  control,
  signIn,
}) => {
  test.setTimeout(120_000);
  await walkCloud("usgov", { page, stack, control, signIn });
});
