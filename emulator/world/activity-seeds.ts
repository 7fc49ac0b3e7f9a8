import { DAY_MS } from "./certificate.ts";
import { machineResourceId } from "./ids.ts";
import { personaId } from "./personas.ts";
import { stableGuid, stableUnit } from "./random.ts";
import { tenantOfSubscription } from "./tenancy.ts";
import type { ActivityEvent, MachineSpec, World } from "./types.ts";
import { CONTOSO_TENANT_ID } from "./types.ts";

/** Machines that have a past in the activity log; more would only cost memory. */
const WITH_HISTORY = 300;
/** The log keeps 90 days; the seeds stay well inside, so that they live for a while under a moving clock. */
const OLDEST_DAYS = 80;

/** What happened before the world began: tags written and extensions deployed by the fleet operator. */
export function seedActivity(world: World, nowMs: number): ActivityEvent[] {
  const events: ActivityEvent[] = [];
  for (const spec of world.machines.slice(0, WITH_HISTORY)) {
    if (tenantOfSubscription(world, spec.subscriptionId) !== CONTOSO_TENANT_ID) continue;
    const id = machineResourceId(spec);
    const age = stableUnit(world.seed, `activity:${spec.name}`) * OLDEST_DAYS * DAY_MS;
    events.push(...pair(world, spec, id, "Microsoft.HybridCompute/machines/write", "PATCH", nowMs - age, "Succeeded"));
    for (const extension of spec.extensions?.values() ?? []) {
      const status =
        extension.provisioningState === "Failed" ? "Failed" : extension.provisioningState === "Creating" ? null : "Succeeded";
      const action = "Microsoft.HybridCompute/machines/extensions/write";
      events.push(...pair(world, spec, `${id}/extensions/${extension.name}`, action, "PUT", nowMs - age * 0.7, status));
    }
  }
  return events.sort((a, b) => (a.at < b.at ? -1 : 1));
}

/** Begin and end of one write; a write that still runs has no end. */
function pair(
  world: World,
  spec: MachineSpec,
  resourceId: string,
  operationName: string,
  method: string,
  atMs: number,
  end: string | null,
): ActivityEvent[] {
  const correlationId = stableGuid(world.seed, `correlation:${resourceId}`);
  const common = {
    tenantId: CONTOSO_TENANT_ID,
    subscriptionId: spec.subscriptionId,
    resourceId,
    operationName,
    method,
    caller: "olivia.operator@contoso.example",
    callerObjectId: personaId("olivia.operator"),
    correlationId,
  };
  const event = (status: string, ms: number): ActivityEvent => ({
    ...common,
    at: new Date(ms).toISOString(),
    status,
    eventDataId: stableGuid(world.seed, `event:${resourceId}:${status}`),
  });
  return end === null ? [event("Accepted", atMs)] : [event("Accepted", atMs), event(end, atMs + 140_000)];
}
