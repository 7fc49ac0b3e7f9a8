import type { ControlClient } from "../../emulator/testing/control-client.ts";
import { OPERATOR } from "./fleet.ts";
import type { Stack } from "./stack.ts";

/** A machine as Resource Manager sends it: what the screen is compared with, past the portal. */
export type ArmMachine = {
  id: string;
  name: string;
  tags?: Record<string, string>;
  identity?: { type?: string; principalId?: string; tenantId?: string };
  properties: Record<string, unknown> & { status?: string | null; lastStatusChange?: string | null };
};

type Page = { value: unknown[]; nextLink?: string; "@odata.nextLink"?: string };

const DAY_MS = 86_400_000;
const WINDOW_DAYS = 45;
const STUCK_AFTER_MS = DAY_MS;

async function readAll(origin: string, path: string, token: string): Promise<unknown[]> {
  const found: unknown[] = [];
  let next: string | undefined = origin + path;
  while (next !== undefined) {
    const response: Response = await fetch(next, { headers: { authorization: `Bearer ${token}` } });
    if (!response.ok) throw new Error(`${next} answered ${response.status}: ${await response.text()}`);
    const page = (await response.json()) as Page;
    found.push(...page.value);
    const link: string | undefined = page.nextLink ?? page["@odata.nextLink"];
    if (link !== undefined) {
      const { pathname, search } = new URL(link);
      next = origin + pathname + search;
    } else next = undefined;
  }
  return found;
}

/** Every machine that the operator may read, from Resource Manager. */
export async function armMachines(stack: Stack, control: ControlClient, upn = OPERATOR): Promise<ArmMachine[]> {
  const token = await control.token({ upn, resource: "arm" });
  const subscriptions = (await readAll(stack.localAzure, "/subscriptions?api-version=2022-12-01", token)) as {
    subscriptionId: string;
  }[];
  const lists = await Promise.all(
    subscriptions.map(({ subscriptionId }) =>
      readAll(
        stack.localAzure,
        `/subscriptions/${subscriptionId}/providers/Microsoft.HybridCompute/machines?api-version=2025-01-13`,
        token,
      ),
    ),
  );
  return lists.flat() as ArmMachine[];
}

/** Certificates of each identity, by the principal's object id, from Graph. */
export async function keysOf(
  stack: Stack,
  control: ControlClient,
  upn = OPERATOR,
): Promise<Map<string, { endDateTime: string }[]>> {
  const token = await control.token({ upn, resource: "graph" });
  const filter = encodeURIComponent("servicePrincipalType eq 'ManagedIdentity'");
  const principals = (await readAll(
    stack.localAzure,
    `/v1.0/servicePrincipals?$filter=${filter}&$top=999&$select=id,keyCredentials`,
    token,
  )) as { id: string; keyCredentials?: { endDateTime: string }[] }[];
  return new Map(principals.map(({ id, keyCredentials }) => [id, keyCredentials ?? []]));
}

/** End of the newest certificate of each identity in ms, by the principal's object id. */
export async function certificateEnds(stack: Stack, control: ControlClient): Promise<Map<string, number>> {
  const ends = new Map<string, number>();
  for (const [id, keys] of await keysOf(stack, control)) {
    if (keys.length > 0) ends.set(id, Math.max(...keys.map((key) => Date.parse(key.endDateTime))));
  }
  return ends;
}

export async function graphPrincipal(stack: Stack, control: ControlClient, id: string) {
  const token = await control.token({ upn: OPERATOR, resource: "graph" });
  const response = await fetch(`${stack.localAzure}/v1.0/servicePrincipals/${id}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  if (!response.ok) throw new Error(`Graph answered ${response.status} for ${id}`);
  return (await response.json()) as { id: string; appId: string; displayName: string };
}

export type Lapse = { machine: ArmMachine; endsAt: number | null };
export type ExpectedHorizon = { beyond: Lapse[]; lapsing: Lapse[]; renews: Lapse[]; unknown: Lapse[] };

/** Where each machine stands if nobody does anything; Microsoft's rules written down a second time. */
export function expectedHorizon(machines: readonly ArmMachine[], ends: Map<string, number>, nowMs: number): ExpectedHorizon {
  const horizon: ExpectedHorizon = { beyond: [], lapsing: [], renews: [], unknown: [] };
  for (const machine of machines) {
    const status = machine.properties.status ?? "";
    const principal = machine.identity?.principalId;
    const endsAt = principal === undefined ? null : (ends.get(principal) ?? null);
    const lapse = { machine, endsAt };
    if (!(machine.identity?.type ?? "").includes("SystemAssigned") || status === "AwaitingConnection")
      horizon.unknown.push(lapse);
    else if (status === "Expired") horizon.beyond.push(lapse);
    else if (endsAt === null) horizon.unknown.push(lapse);
    else if (endsAt <= nowMs) horizon.beyond.push(lapse);
    else if (status === "Connected" && !isStuck(machine, endsAt, nowMs)) horizon.renews.push(lapse);
    else horizon.lapsing.push(lapse);
  }
  return horizon;
}

function isStuck(machine: ArmMachine, endsAt: number, nowMs: number): boolean {
  const opened = endsAt - WINDOW_DAYS * DAY_MS;
  const changed = Date.parse(machine.properties.lastStatusChange ?? "");
  const since = Number.isNaN(changed) ? opened : Math.max(opened, changed);
  return opened <= nowMs && nowMs - since > STUCK_AFTER_MS;
}

export function countBy<Item>(items: readonly Item[], key: (item: Item) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(key(item), (counts.get(key(item)) ?? 0) + 1);
  return counts;
}

/** Pages of machines by name, from one reading of the fleet. */
export function pagesOf(machines: readonly ArmMachine[]): (name: string) => string {
  return (name) => {
    const parts = machines.find((machine) => machine.name === name)?.id.split("/") ?? [];
    return `/machines/${[parts[2], parts[4], parts[8]].map((part) => encodeURIComponent(part ?? "")).join("/")}`;
  };
}
