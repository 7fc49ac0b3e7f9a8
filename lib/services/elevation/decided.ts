import "server-only";
import type { PimRequestRow, PimStageRow } from "@/lib/azure/pim-ports";
import type { DecidedRow } from "@/lib/domain/elevation/api";
import { azureNow } from "@/lib/domain/elevation/clock";
import { phaseOf } from "@/lib/domain/elevation/request-status";
import { mustStop } from "../access/gaps";
import { inLanes } from "../access/lanes";
import type { ServiceContext } from "../context";
import { clockOf } from "./mine";
import { principalRefOf, roleRefOf, scopeRefOf } from "./rows";
import { decisionOf } from "./stages";

const LANES = 4;
/** Each costs a request to Azure whenever the inbox is read. */
const READ_AT_MOST = 6;
const SHOWN_MS = 24 * 3_600_000;
/** A request can be decided for 24 hours, so one that was decided in the last 24 is no older than two days. */
const OLDEST_MS = 2 * SHOWN_MS;

function candidates(rows: readonly PimRequestRow[], nowMs: number): PimRequestRow[] {
  return rows
    .filter(({ status, approvalId, createdAt }) => {
      const ageMs = createdAt === null ? Number.POSITIVE_INFINITY : nowMs - Date.parse(createdAt);
      return approvalId !== null && ageMs <= OLDEST_MS && phaseOf(status) !== "needsDecision";
    })
    .sort((a, b) => (b.createdAt ?? "").localeCompare(a.createdAt ?? ""))
    .slice(0, READ_AT_MOST);
}

async function stagesOf(ctx: ServiceContext, approvalId: string): Promise<readonly PimStageRow[]> {
  try {
    return (await ctx.azure.pim.approvalStages(approvalId, { signal: ctx.signal })) ?? [];
  } catch (error) {
    // What others decided is shown beside the inbox; the inbox itself does not depend on it.
    if (mustStop(error, ctx)) throw error;
    return [];
  }
}

/** Requests of my inbox that an approver decided in the last 24 hours, the newest first: who, what and why. */
export async function decidedLately(args: { ctx: ServiceContext; rows: readonly PimRequestRow[] }): Promise<DecidedRow[]> {
  const { ctx, rows } = args;
  const nowMs = azureNow(clockOf(ctx), ctx.clock.now()).getTime();
  const decided: DecidedRow[] = [];
  await inLanes(candidates(rows, nowMs), LANES, async (row) => {
    const by = row.approvalId === null ? null : decisionOf(await stagesOf(ctx, row.approvalId));
    if (by === null || (by.at !== null && nowMs - Date.parse(by.at) > SHOWN_MS)) return;
    const scope = scopeRefOf(row.scope, row.names.scope);
    decided.push({ id: row.name, requester: principalRefOf(row), role: roleRefOf(row), scope, by });
  });
  return decided.sort((a, b) => (b.by.at ?? "").localeCompare(a.by.at ?? "") || a.id.localeCompare(b.id));
}
