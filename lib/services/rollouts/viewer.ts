import "server-only";
import { rolloutPlaces } from "@/lib/db/rollout-places";
import { findRollout, type RolloutRow } from "@/lib/db/rollouts";
import { AppError } from "@/lib/domain/errors";
import type { ServiceContext } from "../context";
import { perStore } from "../per-store";
import { actionsOf } from "./judge";
import { storedPlan, storedWork } from "./stored";
import { rightsAtMachines } from "./target-rights";

/**
 * What a person is to a roll-out. owner: started it. admin: may act on any. carrier: Azure grants the person its work at every
 * machine, so that it may go on with that sign-in. auditor: only sees.
 */
export type Viewer = "owner" | "admin" | "carrier" | "auditor";

const KEPT_MS = 60_000;
/** A refusal is kept shorter: who has just activated a role wants to go on. */
const REFUSAL_KEPT_MS = 10_000;
const MAX_KEPT = 5_000;
/** Answers of Azure by person and roll-out: a live page asks every few seconds. */
const keptOf = perStore(() => new Map<string, { may: Promise<boolean>; at: number }>());

type CarryContext = Pick<ServiceContext, "azure" | "db" | "operator" | "clock" | "signal" | "log">;

/**
 * At one machine first: whoever only guesses the address of a roll-out must not make the portal ask Azure about every place of
 * it. Several requests may wait for this answer, so one browser that leaves does not end it for the others.
 */
async function askAzure(ctx: CarryContext, row: RolloutRow): Promise<boolean> {
  const places = await rolloutPlaces(ctx.db, row.id);
  const lasting = { ...ctx, signal: new AbortController().signal };
  const actions = actionsOf(storedWork(row), storedPlan(row));
  for (const asked of [places.slice(0, 1), places]) {
    const answers = await rightsAtMachines(lasting, asked, actions);
    if (asked.length === 0 || asked.some(({ machineId }) => answers.get(machineId.toLowerCase()) !== true)) return false;
  }
  return true;
}

/** Whether Azure grants this person the roll-out's work at all of its machines. What Azure cannot say is no. */
export async function mayCarry(ctx: CarryContext, row: RolloutRow): Promise<boolean> {
  if (row.actsAs !== "operator" || row.tenantId !== ctx.operator.tenantId) return false;
  const key = `${ctx.operator.tenantId}/${ctx.operator.objectId}/${row.id}`;
  const now = ctx.clock.now().getTime();
  const kept = keptOf(ctx.db);
  const known = kept.get(key);
  if (known !== undefined && now - known.at < KEPT_MS && now >= known.at) return known.may;
  const may = askAzure(ctx, row);
  if (kept.size >= MAX_KEPT) kept.clear();
  const entry = { may, at: now };
  kept.set(key, entry);
  may.then(
    (yes) => {
      if (!yes) entry.at = now - KEPT_MS + REFUSAL_KEPT_MS;
    },
    () => undefined,
  );
  // An answer that did not come is asked for again, by whoever comes next.
  may.catch(() => kept.delete(key));
  return may;
}

function notFound(): AppError {
  return new AppError({
    code: "not_found",
    message: "There is no such roll-out, or you may not see it.",
    nextStep: "Open it from the list of roll-outs.",
  });
}

/**
 * The roll-out when this person may see it: an own one, any as auditor or administrator of the portal, or one whose work Azure
 * grants the person. Everything else is "not found", so that ids tell nothing.
 */
export async function visibleRollout(ctx: ServiceContext, id: string): Promise<{ row: RolloutRow; viewer: Viewer }> {
  const row = await findRollout(ctx.db, id);
  const { operator } = ctx;
  if (row === null || row.tenantId !== operator.tenantId) throw notFound();
  if (operator.portalRoles.includes("Portal.Admin")) return { row, viewer: "admin" };
  if (row.operatorObjectId === operator.objectId) return { row, viewer: "owner" };
  if (await mayCarry(ctx, row)) return { row, viewer: "carrier" };
  if (operator.portalRoles.includes("Portal.Auditor")) return { row, viewer: "auditor" };
  throw notFound();
}
