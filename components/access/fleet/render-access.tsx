import { render } from "@testing-library/react";
import { NuqsTestingAdapter, type OnUrlUpdateFunction } from "nuqs/adapters/testing";
import type { ReactNode } from "react";
import { vi } from "vitest";
import { accessMessages, accessStream } from "@/lib/client/access/access-fixture";
import {
  assign,
  deny,
  eligible,
  G1,
  MACHINE_1,
  MACHINE_3,
  PROD,
  principal,
  ROLES,
  role,
  S2,
  tenant,
} from "@/lib/domain/access/access-fixture";
import type { AccessInputs } from "@/lib/domain/access/types";

const ONBOARDING = "b64e21ea-ac4e-4cdf-9dc9-5b892992bee7";
const MACHINES = "Microsoft.HybridCompute/machines";

/** A tenant that has one of everything that the screens show. */
export const TENANT: AccessInputs = tenant({
  principals: [
    principal("ada", "user", { displayName: "Ada Admin", detail: "ada@contoso.example" }),
    principal("ben", "user", { displayName: "Ben Berg", detail: "ben@contoso.example" }),
    principal("gus", "guest", { displayName: "Gus Guest" }),
    principal("off", "user", { displayName: "Otto Off", enabled: false }),
    principal("inner", "group", { displayName: "On call" }),
    principal("outer", "group", { displayName: "Operations" }),
  ],
  groups: [
    { groupId: "outer", memberIds: ["inner"], transitive: false },
    { groupId: "inner", memberIds: ["ada"], transitive: false },
  ],
  roleDefinitions: [
    ...Object.values(ROLES),
    role(
      "custom-runner",
      { actions: [`${MACHINES}/runcommands/write`] },
      {
        name: "Script runner",
        type: "CustomRole",
        description: "Runs scripts",
        assignableScopes: [PROD],
      },
    ),
    role(
      ONBOARDING,
      { actions: [`${MACHINES}/read`, `${MACHINES}/write`, `${MACHINES}/addExtensions/action`] },
      {
        name: "Azure Connected Machine Onboarding",
      },
    ),
  ],
  assignments: [
    assign("outer", "admin-login", PROD),
    assign("ben", "contributor", G1),
    assign("gus", "user-login", MACHINE_3),
    assign("off", "user-login", MACHINE_1),
  ],
  eligibleInstances: [eligible("ben", "admin-login", S2)],
  denyAssignments: [deny(MACHINE_1, { actions: ["*/delete"] }, ["ben"], { name: "Keep" })],
});

/** Lets the virtual grid draw rows: jsdom measures nothing. */
export function giveElementsSize(): void {
  Object.defineProperty(HTMLElement.prototype, "clientHeight", { configurable: true, get: () => 700 });
  Object.defineProperty(HTMLElement.prototype, "clientWidth", { configurable: true, get: () => 1200 });
  window.matchMedia ??= (query: string) =>
    ({
      matches: false,
      media: query,
      addEventListener: () => undefined,
      removeEventListener: () => undefined,
    }) as unknown as MediaQueryList;
}

export function streamResponse(inputs: AccessInputs): Response {
  return new Response(accessStream(accessMessages(inputs)));
}

/** Draws a page with a session of its own, at an address. `onUrl` hears what the page writes into it. */
export async function showAccess(load: () => Promise<ReactNode>, search = "", onUrl: OnUrlUpdateFunction = () => undefined) {
  vi.resetModules();
  const page = await load();
  return render(
    <NuqsTestingAdapter searchParams={search} onUrlUpdate={onUrl} hasMemory>
      {page}
    </NuqsTestingAdapter>,
  );
}
