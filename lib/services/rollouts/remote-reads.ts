import "server-only";
import { toMachineExtension } from "@/lib/azure/extension-mapper";
import type { AzureClients } from "@/lib/azure/ports";
import { failureOfExtension } from "@/lib/domain/extension-failure";
import type { MachineExtension } from "@/lib/domain/machine";
import { toSignInState } from "@/lib/domain/machine-mapping";
import { failedOutcome } from "@/lib/domain/rollout/causes";
import type { Work } from "@/lib/domain/rollout/types";
import { workKind } from "@/lib/domain/rollout/work-kinds";
import type { TaskSighting } from "@/lib/jobs/rollout-remote";
import { inLanes } from "../access/lanes";
import { queryPages } from "../access/scopes";

/** Machines in one query, as many as one page answers. */
const MACHINES_PER_QUERY = 1_000;
const LANES = 4;

export type ReadContext = { azure: AzureClients; signal: AbortSignal };

async function rowsById(
  ctx: ReadContext,
  ids: readonly string[],
  queryOf: (ids: readonly string[]) => string,
  subject: string,
): Promise<Record<string, unknown>[]> {
  const parts: string[][] = [];
  for (let at = 0; at < ids.length; at += MACHINES_PER_QUERY) parts.push(ids.slice(at, at + MACHINES_PER_QUERY));
  const rows: Record<string, unknown>[] = [];
  await inLanes(parts, LANES, async (part) => {
    for await (const page of queryPages(ctx, { query: queryOf(part), subject })) for (const row of page.rows) rows.push(row);
  });
  return rows;
}

/** Rows of Resource Graph by id in lower case, perhaps more than were asked for. Throws AppError. */
export async function graphRows(
  ctx: ReadContext,
  ids: readonly string[],
  queryOf: (ids: readonly string[]) => string,
  subject: string,
): Promise<Map<string, Record<string, unknown>>> {
  const rows = await rowsById(ctx, ids, queryOf, subject);
  return new Map(rows.flatMap((row) => (typeof row.id === "string" ? [[row.id.toLowerCase(), row] as const] : [])));
}

/** An extension among rows of Resource Graph; null = not shown. */
export function extensionIn(rows: ReadonlyMap<string, Record<string, unknown>>, id: string): MachineExtension | null {
  const row = rows.get(id.toLowerCase());
  return row === undefined ? null : toMachineExtension(row);
}

/**
 * How an extension stands with respect to the work. `accepted` = Azure has taken this task's request: while it works, what
 * stands there is the task's, even where it still shows the version from before.
 */
export function sightingOfExtension(extension: MachineExtension, work: Work, accepted: boolean): TaskSighting {
  const azureStatus = extension.provisioningState;
  const isUpgrade = work.kind.endsWith(".upgrade");
  const ours = workKind(work.kind).ours({ extension, assigned: null }, work) || (accepted && isUpgrade);
  switch (toSignInState(azureStatus)) {
    case "succeeded":
      return { seen: "succeeded", azureStatus, ours };
    case "failed":
    case "canceled":
      return { seen: "failed", azureStatus, ours, outcome: failedOutcome(failureOfExtension(extension), null) };
    default:
      return { seen: "running", azureStatus, ours };
  }
}

/** The same for a removal: absent is success, anything but "Deleting" is an extension that still stands. */
export function sightingOfRemoval(extension: MachineExtension | null, accepted: boolean): TaskSighting {
  if (extension === null) return { seen: "succeeded", azureStatus: "Deleted", ours: true };
  const azureStatus = extension.provisioningState;
  const state = toSignInState(azureStatus);
  if (state === "deleting") return { seen: "running", azureStatus, ours: true };
  if (!accepted) return { seen: "nothing" };
  if (state === "failed" || state === "canceled") {
    return { seen: "failed", azureStatus, ours: true, outcome: failedOutcome(failureOfExtension(extension), null) };
  }
  return { seen: "running", azureStatus, ours: true };
}
