import { randomUUID } from "node:crypto";
import type { Page } from "@playwright/test";
import type { ControlClient } from "../../emulator/testing/control-client.ts";
import { expect } from "./expect.ts";
import type { Stack } from "./stack.ts";

export const ADA = "ada.admin@contoso.example";
export const RENE = "rene.reader@contoso.example";
export const CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c";
const PIM = "2020-10-01";
const MACHINES = "2025-01-13";

type Json = Record<string, unknown>;
type Arm = { status: number; body: Json };

/** Calls local Azure's Resource Manager as a person, past the portal: what Azure itself says. */
export async function callArm(
  { stack, control }: { stack: Stack; control: ControlClient },
  order: { upn: string; method: string; path: string; apiVersion?: string; body?: unknown },
): Promise<Arm> {
  const token = await control.token({ upn: order.upn, resource: "arm" });
  const url = new URL(stack.localAzure + order.path);
  url.searchParams.set("api-version", order.apiVersion ?? PIM);
  const response = await fetch(url, {
    method: order.method,
    headers: {
      authorization: `Bearer ${token}`,
      "x-forwarded-host": "management.azure.com",
      ...(order.body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(order.body === undefined ? {} : { body: JSON.stringify(order.body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === "" ? {} : (JSON.parse(text) as Json) };
}

type Place = { stack: Stack; control: ControlClient };

const definitionOf = (role: string) => `/providers/Microsoft.Authorization/roleDefinitions/${role}`;

/** Makes a person eligible for a role at a scope, as an administrator would. */
export async function makeEligible(place: Place, person: string, role: string, scope: string, duration = "P30D"): Promise<void> {
  const { personas } = await place.control.state();
  const principalId = personas.find(({ signInName }) => signInName === person)?.objectId;
  const made = await callArm(place, {
    upn: ADA,
    method: "PUT",
    path: `${scope}/providers/Microsoft.Authorization/roleEligibilityScheduleRequests/${randomUUID()}`,
    body: {
      properties: {
        principalId,
        roleDefinitionId: scope + definitionOf(role),
        requestType: "AdminAssign",
        justification: "browser test",
        scheduleInfo: { expiration: { type: "AfterDuration", duration } },
      },
    },
  });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
}

/** Asks for an authentication context in a role's settings, beside what they ask for already. */
export async function demandContext(place: Place, role: string, scope: string, claimValue: string): Promise<void> {
  const filter = encodeURIComponent(`roleDefinitionId eq '${definitionOf(role)}'`);
  const list = await callArm(place, {
    upn: ADA,
    method: "GET",
    path: `${scope}/providers/Microsoft.Authorization/roleManagementPolicyAssignments?$filter=${filter}`,
  });
  const [row] = list.body.value as { properties: { policyId: string; effectiveRules: Json[] } }[];
  const rules = (row?.properties.effectiveRules ?? [])
    .filter(({ id }) => id === "AuthenticationContext_EndUser_Assignment")
    .map((rule) => ({ ...rule, isEnabled: true, claimValue }));
  const changed = await callArm(place, {
    upn: ADA,
    method: "PATCH",
    path: row?.properties.policyId ?? "",
    body: { properties: { rules } },
  });
  expect(changed.status, JSON.stringify(changed.body)).toBe(200);
}

export async function subscriptionScope({ control }: Place, displayName: string): Promise<string> {
  const { subscriptions } = await control.state();
  return `/subscriptions/${subscriptions.find((row) => row.displayName === displayName)?.id ?? "none"}`;
}

/** Tries to write a machine's tags as a person. 200 = the right works, 403 = it does not. */
export async function tryMachineWrite(place: Place, upn: string, machineId: string): Promise<number> {
  const { status } = await callArm(place, {
    upn,
    method: "PATCH",
    path: machineId,
    apiVersion: MACHINES,
    body: { tags: { touchedBy: "browser-test" } },
  });
  return status;
}

/** Confirms a stronger sign-in on Entra's page, and waits for the way back. */
export async function confirmSignIn(page: Page, stack: Stack): Promise<void> {
  await expect(page.getByRole("heading", { name: "Confirm that it is you" })).toBeVisible();
  await page.getByRole("button", { name: "Approve" }).click();
  await page.waitForURL((url) => url.origin === stack.portal && !url.pathname.startsWith("/auth/"));
}
