import { planFixture } from "@/lib/domain/rollout/plan-fixture";
import type { RolloutPlan, RolloutTarget, Work } from "@/lib/domain/rollout/types";
import type { Database } from "./database";
import { insertRollout, type NewRollout } from "./rollouts";

/** Roll-outs for tests only. */

export const SUBSCRIPTIONS = ["10ca1a2e-0000-4000-8000-000000000001", "10ca1a2e-0000-4000-8000-000000000002"] as const;
export const START = new Date("2026-03-01T10:00:00.000Z");

const PLAN = planFixture({ concurrency: 200, threshold: { unit: "percent", value: 100 }, retryAfterMinutes: 10 });

const INSTALL: Work = { kind: "windowsSignIn.install", extensionName: "AADLoginForWindows", mdmId: "", version: null };

export function testTarget(number: number, subscriptionId: string = SUBSCRIPTIONS[0], resourceGroup = "rg-prod"): RolloutTarget {
  const name = `WIN-${String(number).padStart(5, "0")}`;
  return {
    machineId: `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.HybridCompute/machines/${name}`,
    name,
    subscriptionId,
    resourceGroup,
    location: "westeurope",
    osFamily: "windows",
    extensionName: null,
  };
}

type Shape = Omit<Partial<NewRollout>, "plan" | "waves"> & {
  plan?: Partial<RolloutPlan>;
  machines?: number;
  /** Sizes of the waves; absent = one wave with all. */
  sizes?: readonly number[];
};

export function newRollout(shape: Shape = {}): NewRollout {
  const { machines = 3, sizes, plan, ...over } = shape;
  const targets = over.targets ?? Array.from({ length: machines }, (_, index) => testTarget(index));
  return {
    id: crypto.randomUUID(),
    tenantId: "t1",
    name: "Sign-in for production",
    describedAs: "a test",
    requestHash: "hash",
    actsAs: "operator",
    operatorObjectId: "ada",
    operatorName: "Ada",
    traceId: "trace",
    work: INSTALL,
    ...over,
    plan: { ...PLAN, ...plan },
    targets,
    waves: (sizes ?? [targets.length]).map((size, index) => ({ number: index + 1, kind: "wave", size })),
  };
}

/** Stores a roll-out and returns its id. */
export async function storeRollout(db: Database, shape: Shape = {}, at: Date = START): Promise<string> {
  const values = newRollout(shape);
  await db.session.transaction((tx) => insertRollout(tx, values, at));
  return values.id;
}
