import "server-only";
import type { PimRequestRow, PimStageRow } from "@/lib/azure/pim-ports";
import { type ClaimedElevation, itemsOfPeople } from "@/lib/db/elevation";
import { lastSegment } from "@/lib/domain/access/scope";
import type { ApprovalCount, ApprovalInbox, ApprovalRow, RequesterHistory } from "@/lib/domain/elevation/api";
import { azureNow } from "@/lib/domain/elevation/clock";
import { decisionEndsAt, phaseOf } from "@/lib/domain/elevation/request-status";
import type { PimPrincipal, PolicyAnswer } from "@/lib/domain/elevation/write-api";
import { AppError } from "@/lib/domain/errors";
import { mustStop } from "../access/gaps";
import { inLanes } from "../access/lanes";
import type { ServiceContext } from "../context";
import { logUnread } from "../log-unread";
import { decidedLately } from "./decided";
import { clockOf } from "./mine";
import { createParts, type Parts } from "./parts";
import { approvalPairs, approvalPolicyOf, readPolicies } from "./policies";
import { endOf, minutesOf, principalRefOf, roleRefOf, scopeRefOf, ticketOf } from "./rows";
import { openStage, stageViewOf } from "./stages";
import { storedAction, storedFacts } from "./view";

const LANES = 4;
const HISTORY_SHOWN = 20;
const HISTORY_MS = 180 * 86_400_000;
const HISTORY_MAX = 500;
const EXTENSION = /^self(extend|renew)$/i;

type Facts = {
  mine: string;
  stages: Map<string, PimStageRow[] | null>;
  all: readonly PimRequestRow[];
  portal: readonly ClaimedElevation[];
};

/** Requests that wait for a person and may be mine to decide. */
export function undecided(rows: readonly PimRequestRow[]): PimRequestRow[] {
  return rows.filter(({ status }) => phaseOf(status) === "needsDecision");
}

async function readStages(ctx: ServiceContext, parts: Parts, rows: readonly PimRequestRow[]): Promise<Facts["stages"]> {
  const stages: Facts["stages"] = new Map();
  await inLanes(rows, LANES, async ({ approvalId, names }) => {
    if (approvalId === null) return;
    const label = `Decisions about the request of ${names.principal ?? "somebody"}`;
    const read = await parts.orElse<PimStageRow[] | null | "failed">("stages", label, "failed", () =>
      ctx.azure.pim.approvalStages(approvalId, { signal: ctx.signal }),
    );
    if (read !== "failed") stages.set(approvalId, read);
  });
  return stages;
}

function canDecide(row: PimRequestRow, facts: Facts): ApprovalRow["canDecide"] {
  const no = (why: ApprovalRow["canDecide"]["why"]) => ({ allowed: false, why });
  if (row.principalId.toLowerCase() === facts.mine || row.requestorId?.toLowerCase() === facts.mine) return no("ownRequest");
  if (EXTENSION.test(row.requestType) || row.approvalId === null) return no("extension");
  const stages = facts.stages.get(row.approvalId);
  if (stages === undefined) return no("stagesUnreadable");
  if (stages === null) return no("decided");
  return openStage(stages) === null ? no("notMine") : { allowed: true, why: "yes" };
}

function historyOf(row: PimRequestRow, facts: Facts): RequesterHistory {
  const role = lastSegment(row.roleDefinitionId);
  const person = row.principalId.toLowerCase();
  const rows = new Map<string, RequesterHistory["rows"][number]>();
  for (const one of facts.all) {
    const isSame = one.principalId.toLowerCase() === person && lastSegment(one.roleDefinitionId) === role;
    if (!isSame || one.name === row.name) continue;
    rows.set(one.name.toLowerCase(), {
      id: one.name,
      at: one.createdAt,
      status: one.status,
      phase: phaseOf(one.status),
      minutes: minutesOf(one),
      justification: one.justification,
      scope: scopeRefOf(one.scope, one.names.scope),
    });
  }
  const own = facts.portal.filter(({ item, batch }) => batch.operatorObjectId.toLowerCase() === person && item.roleId === role);
  for (const { item, batch } of own) {
    const action = storedAction(item);
    if (action.kind !== "activate" || item.id === row.name.toLowerCase() || rows.has(item.id)) continue;
    rows.set(item.id, {
      id: item.id,
      at: batch.startedAt.toISOString(),
      status: item.azureStatus ?? item.state,
      phase: item.state === "done" ? "done" : item.azureStatus === null ? "unknown" : phaseOf(item.azureStatus),
      minutes: action.minutes,
      justification: action.justification,
      scope: scopeRefOf(action.scope, storedFacts(item).names.scope),
    });
  }
  const sorted = [...rows.values()].sort((a, b) => (b.at ?? "").localeCompare(a.at ?? ""));
  return { rows: sorted.slice(0, HISTORY_SHOWN), total: sorted.length, sources: ["azure", "portal"], missing: null };
}

function approversOf(policy: PolicyAnswer): PimPrincipal[] {
  if (!policy.known) return [];
  return policy.policy.activation.approval.approvers.map(({ id, kind, name }) => ({ id, kind, name, detail: "" }));
}

function approvalRow(row: PimRequestRow, policy: PolicyAnswer, facts: Facts): ApprovalRow {
  const stages = row.approvalId === null ? null : (facts.stages.get(row.approvalId) ?? null);
  const isForAnother = row.requestorId !== null && row.requestorId.toLowerCase() !== row.principalId.toLowerCase();
  return {
    id: row.name,
    requestId: row.id,
    approvalId: row.approvalId ?? "",
    requester: principalRefOf(row),
    createdBy: isForAnother ? row.requestorId : null,
    role: roleRefOf(row),
    scope: scopeRefOf(row.scope, row.names.scope),
    requestType: row.requestType,
    status: row.status,
    createdAt: row.createdAt,
    startsAt: row.startsAt,
    minutes: minutesOf(row),
    endsAt: endOf(row),
    justification: row.justification,
    ticket: ticketOf(row),
    expiresAt: decisionEndsAt(row.status, row.createdAt),
    canDecide: canDecide(row, facts),
    stages: (stages ?? []).map(stageViewOf),
    approvers: approversOf(policy),
    reasonRequired: policy.known ? policy.policy.activation.approval.approverReasonRequired : null,
    policy,
    history: historyOf(row, facts),
  };
}

/** Requests for approval on all scopes, soonest end of their window first, with what a decision needs. */
export async function approvalInbox(args: { ctx: ServiceContext }): Promise<ApprovalInbox> {
  const { ctx } = args;
  const asOf = ctx.clock.now();
  const parts = createParts(ctx);
  const { pim } = ctx.azure;
  const options = { signal: ctx.signal };
  const [activations, extensions] = await Promise.all([
    parts.orElse("approvals", "Requests for you to decide", [], () => pim.requests("activation", "asApprover", options)),
    parts.orElse("extensions", "Requests to extend eligibilities", [], () => pim.requests("eligibility", "asApprover", options)),
  ]);
  const all = [...activations, ...extensions];
  const rows = undecided(all);
  const people = [...new Set(rows.map(({ principalId }) => principalId))];
  const since = new Date(asOf.getTime() - HISTORY_MS);
  const { tenantId } = ctx.operator;
  const [stages, policies, portal, decided] = await Promise.all([
    readStages(ctx, parts, rows),
    readPolicies(ctx, rows.flatMap(approvalPairs)),
    itemsOfPeople(ctx.db, { tenantId, objectIds: people, kinds: ["activate"], since, limit: HISTORY_MAX }),
    decidedLately({ ctx, rows: activations }),
  ]);
  for (const { scope, error } of policies.failures) {
    // An approver needs no right at the scope, so settings that may not be read are normal; the row itself says so.
    if (error instanceof AppError && (error.code === "forbidden" || error.code === "not_found")) continue;
    parts.note("policies", `Role settings of ${scope}`, error);
  }
  const facts: Facts = { mine: ctx.operator.objectId.toLowerCase(), stages, all, portal };
  const shown = rows.map((row) => approvalRow(row, approvalPolicyOf(policies, row), facts));
  shown.sort((a, b) => (a.expiresAt ?? "9").localeCompare(b.expiresAt ?? "9") || a.id.localeCompare(b.id));
  return {
    rows: shown,
    decided,
    clock: clockOf(ctx),
    notice: parts.notice(),
    completeness: parts.completeness(asOf.toISOString(), shown.length),
  };
}

/** How many requests wait for this person; own requests do not. null = could not be read. */
export async function approvalCount(args: { ctx: ServiceContext }): Promise<ApprovalCount> {
  const { ctx } = args;
  const mine = ctx.operator.objectId.toLowerCase();
  try {
    const rows = undecided(await ctx.azure.pim.requests("activation", "asApprover", { signal: ctx.signal }));
    const waiting = rows.filter(({ principalId }) => principalId.toLowerCase() !== mine).length;
    return { waiting, asOf: azureNow(clockOf(ctx), ctx.clock.now()).toISOString() };
  } catch (error) {
    if (mustStop(error, ctx)) throw error;
    logUnread(ctx.log, "elevation.countUnreadable", error);
    return { waiting: null, asOf: ctx.clock.now().toISOString() };
  }
}
