import { armMachines, pagesOf } from "./support/azure.ts";
import { armWrites, forceDeployment, goToReview } from "./support/deploy.ts";
import { expect, test } from "./support/fixtures.ts";
import { apiToken, machinePage, machineRef } from "./support/fleet.ts";
import { follow } from "./support/follow.ts";

const OLIVIA = "olivia\\.operator";

/** `byPage: false` proves the refusal of the forced call only; the words of the same check are proven by another machine. */
type Blocked = { name: string; id: string; title: string; evidence: RegExp; byPage?: false };

const BLOCKED: readonly Blocked[] = [
  {
    name: "fra-sql-0007",
    id: "osBuild",
    title: "Operating system and build",
    evidence: /Windows Server 2022.*needs build 26100 or newer.*exit code 51/s,
  },
  { name: "fra-core-0010", id: "desktopExperience", title: "Desktop Experience", evidence: /this is Server Core/ },
  {
    name: "ams-wrt-0044",
    id: "identityTenant",
    title: "Identity in the right tenant",
    evidence: /belongs to tenant 10ca1a2e-0000-4000-8000-0000000000ff/,
  },
  { name: "fra-mon-0030", id: "monitorMode", title: "Agent mode", evidence: /mode monitor.*config\.mode full/s },
  {
    name: "fra-allow-0031",
    byPage: false,
    id: "agentLists",
    title: "Allow and block lists of the agent",
    evidence: /names only: Microsoft\.Azure\.Monitor\/AzureMonitorWindowsAgent/,
  },
  {
    name: "fra-block-0033",
    id: "agentLists",
    title: "Allow and block lists of the agent",
    evidence: /block list names Microsoft\.Azure\.ActiveDirectory\/AADLoginForWindows/,
  },
  {
    name: "fra-off-0034",
    id: "extensionsEnabled",
    title: "Extensions enabled on the agent",
    evidence: /azcmagent config set extensions\.enabled true/,
  },
  { name: "lon-new-0036", byPage: false, id: "connected", title: "Agent connected", evidence: /has never connected/ },
  { name: "dub-exp-0020", id: "connected", title: "Agent connected", evidence: /certificate is over/ },
];

test("[C01 C14 C29] what stops a deployment is named with its evidence, cannot be overruled, and nothing is sent by page or by force", async ({
  page,
  stack,
  control,
  signIn,
}) => {
  test.setTimeout(120_000);
  const token = await apiToken(control);
  const pathOf = pagesOf(await armMachines(stack, control));
  await control.clearRequests();
  let first = true;
  for (const { name, id, title, evidence, byPage } of BLOCKED) {
    await test.step(name, async () => {
      const [, , subscriptionId = "", resourceGroup = ""] = pathOf(name).split("/").map(decodeURIComponent);
      const ref = { subscriptionId, resourceGroup, name };
      const plain = await forceDeployment(stack, token, ref);
      expect(plain.status).toBe(409);
      expect(plain.json).toMatchObject({ code: "conflict" });
      expect(JSON.stringify(plain.json.fields)).toContain(`preflight.${id}`);
      const overruled = await forceDeployment(stack, token, ref, { overrides: [id], typedMachineName: name });
      expect(overruled.status).toBe(400);
      expect(String(overruled.json.detail)).toContain("cannot be overruled");
      expect(await armWrites(control)).toEqual([]);
      if (byPage === false) return;

      const path = `${pathOf(name)}/sign-in`;
      if (first) await signIn(OLIVIA, path);
      else await follow(page, path);
      first = false;
      await expect(page.getByText(/At least one check blocks the deployment/)).toBeVisible();
      const check = page.getByRole("listitem").filter({ has: page.getByRole("heading", { name: title, exact: true }) });
      await expect(check).toContainText("Blocks");
      await expect(check).toContainText(evidence);
      await expect(check.getByRole("checkbox", { name: "Overrule this check" })).toHaveCount(0);
      await goToReview(page);
      await expect(page.getByRole("button", { name: `Deploy to ${name}` })).toBeDisabled();
      await expect(page.getByText(new RegExp(`Blocked by: .*${title}`))).toBeVisible();
      expect(await armWrites(control)).toEqual([]);
    });
  }
});

test("[C09 C13] deploying waits for the consent that names the effect, and the open question of Conditional Access is shown", async ({
  page,
  stack,
  control,
  signIn,
}) => {
  await control.clearRequests();
  await signIn(OLIVIA, `${await machinePage(stack, control, "ams-app-0001")}/sign-in`);
  await expect(page.getByText("Nothing is in the way.").or(page.getByText(/some points need your confirmation/))).toBeVisible();
  const note = page.getByRole("listitem").filter({ has: page.getByRole("heading", { name: "Conditional Access", exact: true }) });
  await expect(note).toContainText("Azure (public) disagree whether Conditional Access applies");
  await expect(note).toContainText("Source:");
  await goToReview(page);
  const deploy = page.getByRole("button", { name: "Deploy to ams-app-0001" });
  await expect(deploy).toBeEnabled();
  await page.getByRole("button", { name: "Back", exact: true }).click();
  await expect(
    page.getByText("ams-app-0001 becomes Entra joined. It can then not join an Active Directory domain."),
  ).toBeVisible();
  await expect(page.getByText(/Never clone a machine after this/)).toBeVisible();
  await page.getByRole("checkbox", { name: /becomes Entra joined/ }).uncheck();
  await page.getByRole("button", { name: "Next" }).click();
  await expect(deploy).toBeDisabled();
  await expect(page.getByText("Tick the consent first.")).toBeVisible();
  const withoutConsent = await forceDeployment(stack, await apiToken(control), await machineRef(stack, control, "ams-app-0001"), {
    consent: false,
  });
  expect(withoutConsent.status).toBe(400);
  expect(JSON.stringify(withoutConsent.json)).toContain("consent");
  expect(await armWrites(control)).toEqual([]);
});

test("a half-filled form survives a reload, and a wrong setting is named before anything can be sent", async ({
  page,
  stack,
  control,
  signIn,
}) => {
  await signIn(OLIVIA, `${await machinePage(stack, control, "ams-app-0001")}/sign-in`);
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByLabel("Extension name").fill("bad name!");
  await expect(page.getByText(/Use letters, digits/)).toBeVisible();
  await page.getByLabel("Extension name").fill("EntraLogin");
  await page.getByRole("radio", { name: /^Another product/ }).check();
  await page.getByLabel(/Application id of your management product/).fill("not-a-guid");
  await expect(page.getByText(/Enter an application id/)).toBeVisible();
  await page.getByLabel(/Application id of your management product/).fill("11111111-2222-3333-4444-555555555555");
  await page.reload();
  await expect(page.getByLabel("Extension name")).toHaveValue("EntraLogin");
  await expect(page.getByLabel(/Application id of your management product/)).toHaveValue("11111111-2222-3333-4444-555555555555");
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByRole("button", { name: "Next" }).click();
  await expect(page.getByText(/extensions\/EntraLogin/).first()).toBeVisible();
  await expect(page.getByText(/"mdmId": "11111111-2222-3333-4444-555555555555"/).first()).toBeVisible();
});
