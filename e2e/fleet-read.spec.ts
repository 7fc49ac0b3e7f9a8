import { armMachines } from "./support/azure.ts";
import { expect, test } from "./support/fixtures.ts";
import { apiToken, callApi } from "./support/fleet.ts";
import { fleetComplete, fleetGrid } from "./support/grid.ts";

const OLIVIA = "olivia\\.operator";

test("nothing moves under the pointer when a read begins and ends, and a reading is never called complete", async ({
  page,
  signIn,
}) => {
  await signIn(OLIVIA, "/machines");
  await fleetComplete(page);
  const places = async () => [
    await page.getByRole("button", { name: /^Roll out to all/ }).boundingBox(),
    await page.getByRole("list", { name: "Figures of the machines shown" }).boundingBox(),
    await fleetGrid(page).getByRole("rowheader").first().boundingBox(),
  ];
  const before = await places();
  const gate = Promise.withResolvers<void>();
  await page.route("**/api/fleet", async (route) => {
    await gate.promise;
    await route.continue();
  });
  await page.getByRole("button", { name: "Refresh" }).click();
  await expect(page.getByText("0 of 250 machines")).toBeVisible();
  await expect(page.getByText("All 250 loaded")).toHaveCount(0);
  expect(await places()).toEqual(before);
  gate.resolve();
  await fleetComplete(page);
  expect(await places()).toEqual(before);
});

test("a change in Azure is shown after a refresh, and a machine that is gone leaves the list", async ({
  page,
  stack,
  control,
  signIn,
}) => {
  await signIn(OLIVIA, "/machines?q=ams-app-000");
  await fleetComplete(page);
  await expect(fleetGrid(page).getByRole("row").filter({ hasText: "ams-app-0001" })).toContainText("Connected");
  await control.patchMachine("ams-app-0001", { status: "Disconnected" });
  const machine = (await armMachines(stack, control)).find(({ name }) => name === "ams-app-0002");
  const token = await control.token({ upn: "ada.admin@contoso.example", resource: "arm" });
  const deleted = await fetch(`${stack.localAzure}${machine?.id}?api-version=2024-07-10`, {
    method: "DELETE",
    headers: { authorization: `Bearer ${token}` },
  });
  expect(deleted.status).toBe(200);
  await page.getByRole("button", { name: "Refresh" }).click();
  await fleetComplete(page, 249);
  await expect(fleetGrid(page).getByRole("row").filter({ hasText: "ams-app-0001" })).toContainText("Disconnected");
  await expect(fleetGrid(page).getByRole("row").filter({ hasText: "ams-app-0002" })).toHaveCount(0);
  // The portal's own answer for the machine that is gone says so, and does not fail.
  const gone = await callApi(
    stack,
    await apiToken(control),
    "GET",
    `/api/machines/${machine?.id.split("/")[2]}/${machine?.id.split("/")[4]}/ams-app-0002`,
  );
  expect(gone.status).toBe(404);
});
