import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import type { ControlClient } from "../../emulator/testing/control-client.ts";
import { expect } from "./fixtures.ts";
import { machinePage } from "./fleet.ts";
import type { Stack } from "./stack.ts";

type CloudFacts = {
  id: string;
  label: string;
  azCliName: string;
  azcmagentCloud: string;
  authority: string;
  arm: string;
  graph: string;
  portal: string;
  windowsLogin: { registration: string; login: string; deviceLogin: string; rbac: string };
  agentHosts: string[];
};

const CLOUDS: CloudFacts[] = JSON.parse(readFileSync(new URL("./clouds.json", import.meta.url), "utf8")) as CloudFacts[];

/** Hosts of the public cloud. `schema.management.azure.com` names a format, and two download hosts serve every cloud. */
const PUBLIC_ONLY =
  /(?<!schema\.)management\.azure\.com|login\.microsoftonline\.com|graph\.microsoft\.com|portal\.azure\.com|pas\.windows\.net|\benterpriseregistration\.windows\.net|\.his\.arc\.azure\.com|guestconfiguration\.azure\.com|servicebus\.windows\.net|blob\.core\.windows\.net|sts\.windows\.net/;

const host = (origin: string) => new URL(origin).host;

async function expectNoPublicHost(page: Page, what: string): Promise<void> {
  const html = await page.evaluate(() => {
    const links = [...document.querySelectorAll("a[href]")].map((link) => link.getAttribute("href"));
    return `${document.body.innerText}\n${document.body.textContent}\n${links.join("\n")}`;
  });
  expect(PUBLIC_ONLY.exec(html)?.[0] ?? null, what).toBeNull();
}

export type CloudJourney = {
  page: Page;
  stack: Stack;
  control: ControlClient;
  signIn: (persona: string, path: string) => Promise<void>;
};

/** A walk through every page that names hosts, in a cloud that is not the public one, and the wire behind it. */
export async function walkCloud(id: string, { page, stack, control, signIn }: CloudJourney): Promise<void> {
  const cloud = CLOUDS.find((row) => row.id === id);
  if (cloud === undefined) throw new Error(`no facts about ${id}`);
  await control.clearRequests();
  const machine = await machinePage(stack, control, "ams-app-0001");
  await signIn("olivia\\.operator", "/settings");
  const card = page.getByRole("region", { name: "Cloud and hosts" });
  await expect(card).toContainText(cloud.label);
  for (const origin of [cloud.authority, cloud.arm, cloud.graph, cloud.portal, ...Object.values(cloud.windowsLogin)]) {
    await expect(card).toContainText(origin);
  }
  for (const agentHost of cloud.agentHosts) await expect(card).toContainText(agentHost);
  await expectNoPublicHost(page, "settings");

  await page.goto(stack.portal + machine);
  const network = page.getByRole("region", { name: "Network" });
  for (const origin of Object.values(cloud.windowsLogin)) await expect(network).toContainText(host(origin));
  await expect(network).toContainText(`azcmagent check --cloud ${cloud.azcmagentCloud} --location `);
  await page.getByText("Hosts of the Arc agent").click();
  for (const agentHost of cloud.agentHosts) await expect(network).toContainText(agentHost);
  await expect(page.getByRole("link", { name: "Open in the Azure portal" })).toHaveAttribute(
    "href",
    new RegExp(`^${cloud.portal}/#@[\\w-]+/resource/subscriptions/`),
  );
  await expectNoPublicHost(page, "machine");

  await page.goto(`${stack.portal}${machine}/sign-in`);
  await page
    .getByRole("navigation", { name: "Steps" })
    .getByRole("button", { name: /Review/ })
    .click();
  await expect(page.getByText(`${cloud.arm}/subscriptions/`).first()).toBeVisible();
  await page.getByRole("tab", { name: "az CLI" }).click();
  await expect(page.getByText(`az cloud set --name ${cloud.azCliName}`)).toBeVisible();
  await expectNoPublicHost(page, "az CLI");
  await page.getByRole("tab", { name: "PowerShell" }).click();
  await expect(page.getByText(`Connect-AzAccount -Environment ${cloud.azCliName}`)).toBeVisible();
  await expectNoPublicHost(page, "PowerShell");

  // Each call left the portal for a host of this cloud; only its origin was rewritten to local Azure.
  const exchanges = await control.requests();
  const meant = (face: string) => [
    ...new Set(
      exchanges.filter((exchange) => exchange.face === face).map((exchange) => exchange.requestHeaders["x-forwarded-host"]),
    ),
  ];
  expect(meant("arm")).toEqual([host(cloud.arm)]);
  expect(meant("resourceGraph")).toEqual([host(cloud.arm)]);
  expect(meant("graph")).toEqual([host(cloud.graph)]);
  const scopes = exchanges
    .filter((exchange) => exchange.face === "entra" && exchange.requestBody.includes("on_behalf_of"))
    .map((exchange) => new URLSearchParams(exchange.requestBody).get("scope")?.split(" ")[0]);
  expect([...new Set(scopes)].toSorted()).toEqual([`${cloud.arm}/.default`, `${cloud.graph}/.default`].toSorted());
  expect(
    exchanges.filter((exchange) => PUBLIC_ONLY.test(exchange.url + exchange.requestBody)).map((exchange) => exchange.url),
  ).toEqual([]);
}
