import "server-only";
import { createHash } from "node:crypto";
import { type ChangeSetRow, findChangeSet, insertChangeSet, type NewChangeItem } from "@/lib/db/access-changes";
import { appendIntent } from "@/lib/db/audit";
import type { AccessChangeInput, AccessChangeSet, AccessPreview } from "@/lib/domain/access/api";
import { assignmentIdOf, exactRequest, roleScopeOf, undoOf, undoOfRole } from "@/lib/domain/access/write-request";
import { canonicalJson } from "@/lib/domain/audit-event";
import { AppError } from "@/lib/domain/errors";
import type { AccessChangeRunner } from "@/lib/jobs/access-change-runner";
import { actionOf } from "@/lib/jobs/access-change-steps";
import { LEASE_MS } from "@/lib/jobs/operation-timing";
import type { ServiceContext } from "../context";
import { storeOnce } from "../store-once";
import type { ChangeFacts } from "./change-facts";
import { changeSetView } from "./change-view";
import { forgetInputs } from "./inputs";
import { previewAccess, sentPrincipalType } from "./preview";

/** The written set, or the preview as it is now when the state is not the one the operator saw. */
export type ChangeOutcome = { ok: true; set: AccessChangeSet } | { ok: false; preview: AccessPreview; error: AppError };

function hashOf(input: AccessChangeInput): string {
  return createHash("sha256").update(canonicalJson(input.changes)).digest("hex");
}

async function repeatedSet(
  ctx: ServiceContext,
  runner: AccessChangeRunner,
  input: AccessChangeInput,
): Promise<AccessChangeSet | null> {
  const set = await findChangeSet(ctx.db, input.changeSetId);
  if (set === null) return null;
  const { tenantId, objectId } = ctx.operator;
  if (set.tenantId !== tenantId || set.operatorObjectId !== objectId || set.requestHash !== hashOf(input)) {
    throw new AppError({
      code: "conflict",
      message: "This id belongs to another set of changes. Nothing was sent.",
      nextStep: "Start again from the preview.",
      fields: [{ field: "body.changeSetId", message: "Already used." }],
    });
  }
  await runner.submit(set.id);
  return changeSetView(ctx.db, set, ctx.clock.now());
}

function refuseWithoutRight(facts: readonly ChangeFacts[]): void {
  const missing = facts.find(({ right }) => right.allowed === false);
  if (missing === undefined) return;
  const { action, smallestRole } = missing.right;
  const role = smallestRole === null ? "a role that holds it" : `the role ${smallestRole.name}`;
  throw new AppError({
    code: "forbidden",
    message: `Azure does not grant you ${action} at ${missing.scope}. Nothing was sent.`,
    nextStep: `Ask for ${role} at this scope or above it, or activate it, then try again.`,
  });
}

function refuseBlocked(preview: AccessPreview, confirmed: boolean): void {
  if (preview.verdict === "ready" || (preview.verdict === "confirm" && confirmed)) return;
  const shown = preview.warnings.filter(({ blocks }) => blocks || preview.verdict === "confirm");
  const names = [...new Set(shown.map(({ id }) => id))].join(", ");
  throw new AppError({
    code: preview.verdict === "blocked" ? "conflict" : "invalid_input",
    message:
      preview.verdict === "blocked"
        ? `The preview found what stops the change: ${names}. Nothing was sent.`
        : `The preview has warnings that must be confirmed: ${names}. Nothing was sent.`,
    nextStep: "Look at the preview again; it says what each of them means.",
    fields: shown.map(({ id, change }) => ({ field: `body.changes.${change}`, message: id })),
  });
}

function targetOf({ request }: ChangeFacts): string {
  if (request.kind === "assign") return assignmentIdOf(request);
  if (request.kind === "remove") return request.assignmentId;
  const scope = roleScopeOf(request);
  return `${scope === "/" ? "" : scope}/providers/Microsoft.Authorization/roleDefinitions/${request.roleId}`;
}

function toNewItem(ctx: ServiceContext, fact: ChangeFacts): NewChangeItem {
  const { request, standing, role, principal } = fact;
  const names = {
    principal: principal?.displayName ?? null,
    role: request.kind === "defineRole" ? request.roleName : (role?.roleName ?? null),
  };
  const before = { standing: request.kind === "defineRole" ? role : standing, names };
  return {
    target: targetOf(fact),
    request: JSON.stringify(request),
    exact: JSON.stringify(exactRequest(ctx.config.cloud, request, sentPrincipalType(fact))),
    before: JSON.stringify(before),
    undo: JSON.stringify(request.kind === "defineRole" ? undoOfRole(role) : undoOf(request, standing)),
  };
}

/** Facts of the decision for the audit: what was wanted, what stood there, and what the operator was shown. */
function auditDetail(fact: ChangeFacts, item: NewChangeItem, position: number, input: AccessChangeInput, preview: AccessPreview) {
  const { principal, role, standing } = fact;
  return {
    position,
    request: JSON.parse(item.exact),
    principal:
      principal === null
        ? (standing?.principalId ?? null)
        : { id: principal.id, name: principal.displayName, kind: principal.kind },
    role: role === null ? null : { id: role.name, name: role.roleName },
    before: standing,
    stamp: input.stamp,
    confirmed: input.confirmed,
    warnings: preview.warnings.filter(({ change }) => change === position).map(({ id }) => id),
    shown: preview.totals,
  };
}

async function store(
  ctx: ServiceContext,
  input: AccessChangeInput,
  facts: readonly ChangeFacts[],
  preview: AccessPreview,
): Promise<void> {
  const { operator, traceId } = ctx;
  const at = ctx.clock.now();
  const set: ChangeSetRow = {
    id: input.changeSetId,
    tenantId: operator.tenantId,
    operatorObjectId: operator.objectId,
    operatorName: operator.name,
    carrierObjectId: operator.objectId,
    requestHash: hashOf(input),
    traceId,
    startedAt: at,
    kind: "access",
  };
  const items = facts.map((fact) => toNewItem(ctx, fact));
  await ctx.db.session.transaction(async (tx) => {
    for (const [position, fact] of facts.entries()) {
      const item = items[position];
      if (item === undefined) continue;
      await appendIntent(tx, {
        at,
        tenantId: operator.tenantId,
        operatorObjectId: operator.objectId,
        operatorName: operator.name,
        action: actionOf(item),
        targetId: item.target,
        operationId: set.id,
        traceId,
        detail: auditDetail(fact, item, position, input, preview),
      });
    }
    await insertChangeSet(tx, set, items, new Date(at.getTime() + LEASE_MS));
  });
}

function staleError(): AppError {
  return new AppError({
    code: "conflict",
    message: "What the preview showed has changed since. Nothing was sent.",
    nextStep: "Look at the preview as it is now, then decide again.",
  });
}

/**
 * Writes changes of access: right, fresh preview, intent in the audit, requests, outcome in the audit. When the state is not
 * the one of the operator's preview, nothing is written and the preview as it is now comes back. The same id is the same set.
 */
export async function changeAccess(args: {
  ctx: ServiceContext;
  runner: AccessChangeRunner;
  input: AccessChangeInput;
}): Promise<ChangeOutcome> {
  const { ctx, runner, input } = args;
  const repeated = await repeatedSet(ctx, runner, input);
  if (repeated !== null) return { ok: true, set: repeated };
  const { preview, facts } = await previewAccess({ ctx, changes: input.changes });
  refuseWithoutRight(facts);
  if (preview.stamp !== input.stamp) return { ok: false, preview, error: staleError() };
  refuseBlocked(preview, input.confirmed);
  await storeOnce({ store: () => store(ctx, input, facts, preview), primaryKey: "access_change_set_pkey" });
  forgetInputs(ctx);
  const stored = await repeatedSet(ctx, runner, input);
  if (stored === null) throw new AppError({ code: "internal", message: "The stored changes cannot be found again." });
  return { ok: true, set: stored };
}
