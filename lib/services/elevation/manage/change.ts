import "server-only";
import { createHash } from "node:crypto";
import { type ChangeSetRow, findChangeSet, insertChangeSet, type NewChangeItem } from "@/lib/db/access-changes";
import { appendIntent } from "@/lib/db/audit";
import { canonicalJson } from "@/lib/domain/audit-event";
import type { ManageInput, ManagePreview, ManageSet, PreviewItem } from "@/lib/domain/elevation/manage/api";
import { type PolicySettings, settingsOf } from "@/lib/domain/elevation/manage/policy-settings";
import { type ManageRequest, targetOf } from "@/lib/domain/elevation/manage/requests";
import type { EndChoice } from "@/lib/domain/elevation/manage/schedule-form";
import { AppError } from "@/lib/domain/errors";
import type { AccessChangeRunner } from "@/lib/jobs/access-change-runner";
import { actionOf } from "@/lib/jobs/access-change-steps";
import { LEASE_MS } from "@/lib/jobs/operation-timing";
import { forgetInputs } from "../../access/inputs";
import type { ServiceContext } from "../../context";
import { storeOnce } from "../../store-once";
import { previewManage } from "./preview";
import type { RequestFacts } from "./preview-facts";
import { manageSetView } from "./view";

export type ManageOutcome = { ok: true; set: ManageSet } | { ok: false; preview: ManagePreview; error: AppError };

const hashOf = ({ requests }: ManageInput): string => createHash("sha256").update(canonicalJson(requests)).digest("hex");

async function repeatedSet(ctx: ServiceContext, runner: AccessChangeRunner, input: ManageInput): Promise<ManageSet | null> {
  const set = await findChangeSet(ctx.db, input.setId);
  if (set === null) return null;
  const { tenantId, objectId } = ctx.operator;
  const isMine = set.tenantId === tenantId && set.operatorObjectId === objectId && set.kind === "elevation";
  if (!isMine || set.requestHash !== hashOf(input)) {
    throw new AppError({
      code: "conflict",
      message: "This id belongs to another set of changes. Nothing was sent.",
      nextStep: "Start again from the preview.",
      fields: [{ field: "body.setId", message: "Already used." }],
    });
  }
  await runner.submit(set.id);
  return manageSetView(ctx.db, set, ctx.clock.now());
}

function refuseUnready({ items, confirmText }: ManagePreview, typed: string): void {
  const stopped = items.filter(({ verdict }) => verdict === "blocked" || verdict === "unchanged");
  if (stopped.length > 0) {
    const rightMissing = stopped.every(({ problems }) => problems.some(({ id }) => id === "noRight"));
    throw new AppError({
      code: rightMissing ? "forbidden" : "conflict",
      message: `The preview found what stops ${stopped.length} of ${items.length} changes. Nothing was sent.`,
      nextStep: "Leave these changes out, or mend what the preview says about them.",
      fields: stopped.map(({ index, problems, verdict }) => ({
        field: `body.requests.${index}`,
        message: problems.map(({ id }) => id).join(", ") || verdict,
      })),
    });
  }
  if (confirmText === null || typed.trim() === confirmText) return;
  throw new AppError({
    code: "invalid_input",
    message: `The changes must be confirmed by typing ${confirmText}. Nothing was sent.`,
    nextStep: "Read what the preview says about them, then type the words.",
    fields: [{ field: "body.confirmText", message: `Type ${confirmText}.` }],
  });
}

/** What a change of settings replaces. Mails that the change leaves alone are left alone by its undo too. */
function settingsBefore(before: PolicySettings, { mails }: PolicySettings): PolicySettings {
  const isMeant = ({ place, to }: { place: string; to: string }) => mails?.some((one) => one.place === place && one.to === to);
  return { ...before, mails: mails === null ? null : (before.mails?.filter(isMeant) ?? null) };
}

/** The request that puts back what stood there; null when nothing can, or when it is not for the portal to guess. */
function undoOf({ request, standing, policy, principal, schedule, coming }: RequestFacts): ManageRequest | null {
  if (request.kind === "policy") {
    return policy === null ? null : { ...request, settings: settingsBefore(settingsOf(policy.read), request.settings) };
  }
  if (request.kind === "convert" && standing !== null) {
    const { principalId, roleId, scope } = request;
    return {
      kind: "restore",
      assignmentName: standing.name,
      requestName: crypto.randomUUID(),
      principalId,
      principalType: standing.principalType || (principal?.kind === "group" ? "Group" : "User"),
      roleId,
      scope,
      description: standing.description,
      justification: "Undo of the conversion to eligible.",
    };
  }
  if (request.kind === "schedule" && (request.requestType === "AdminAssign" || request.requestType === "AdminRenew")) {
    return { ...request, requestType: "AdminRemove", requestName: crypto.randomUUID(), startsAt: null, end: { kind: "none" } };
  }
  if (request.kind === "schedule" && coming !== null) {
    const end: EndChoice = coming.endsAt === null ? { kind: "none" } : { kind: "at", endsAt: coming.endsAt };
    const { startsAt } = coming;
    return { ...request, requestType: "AdminAssign", requestName: crypto.randomUUID(), targetScheduleId: null, startsAt, end };
  }
  if (request.kind === "schedule" && schedule !== null) {
    // What was removed is given again; what was changed gets its old end back.
    const isRemoval = request.requestType === "AdminRemove";
    const end: EndChoice = schedule.endsAt === null ? { kind: "none" } : { kind: "at", endsAt: schedule.endsAt };
    const requestType = isRemoval ? "AdminAssign" : "AdminUpdate";
    const targetScheduleId = isRemoval ? null : request.targetScheduleId;
    return { ...request, requestType, requestName: crypto.randomUUID(), targetScheduleId, startsAt: null, end };
  }
  return null;
}

function toNewItem(item: PreviewItem, facts: RequestFacts): NewChangeItem {
  const before = { names: item.names, standing: facts.standing, rules: facts.policy?.wire.rules ?? null };
  return {
    target: targetOf(item.request),
    request: JSON.stringify(item.request),
    exact: JSON.stringify(item.steps),
    before: JSON.stringify(before),
    undo: JSON.stringify(undoOf(facts)),
  };
}

type Decided = { preview: ManagePreview; facts: readonly RequestFacts[] };

async function store(ctx: ServiceContext, input: ManageInput, { preview, facts }: Decided): Promise<void> {
  const { operator, traceId } = ctx;
  const at = ctx.clock.now();
  const common = { tenantId: operator.tenantId, operatorObjectId: operator.objectId, operatorName: operator.name, traceId };
  const set: ChangeSetRow = {
    ...common,
    id: input.setId,
    carrierObjectId: operator.objectId,
    requestHash: hashOf(input),
    startedAt: at,
    kind: "elevation",
  };
  const items = preview.items.flatMap((item, index) => {
    const one = facts[index];
    return one === undefined ? [] : [{ item, stored: toNewItem(item, one), before: one }];
  });
  await ctx.db.session.transaction(async (tx) => {
    for (const [position, { item, stored, before }] of items.entries()) {
      await appendIntent(tx, {
        ...common,
        at,
        action: actionOf(stored),
        targetId: stored.target,
        operationId: set.id,
        detail: {
          position,
          steps: item.steps,
          names: item.names,
          differences: item.differences,
          problems: item.problems.map(({ id }) => id),
          before: before.standing,
          stamp: input.stamp,
          confirmText: input.confirmText,
        },
      });
    }
    await insertChangeSet(
      tx,
      set,
      items.map(({ stored }) => stored),
      new Date(at.getTime() + LEASE_MS),
    );
  });
}

/**
 * Writes changes of Privileged Identity Management: fresh preview with the right, intent in the audit, requests, outcome in the
 * audit. When the state is not the one of the operator's preview, nothing is written and the preview as it is now comes back.
 */
export async function changeManage(args: {
  ctx: ServiceContext;
  runner: AccessChangeRunner;
  input: ManageInput;
}): Promise<ManageOutcome> {
  const { ctx, runner, input } = args;
  const repeated = await repeatedSet(ctx, runner, input);
  if (repeated !== null) return { ok: true, set: repeated };
  const { preview, facts } = await previewManage({ ctx, requests: input.requests });
  if (preview.stamp !== input.stamp) {
    const error = new AppError({
      code: "conflict",
      message: "What the preview showed has changed since. Nothing was sent.",
      nextStep: "Look at the preview as it is now, then decide again.",
    });
    return { ok: false, preview, error };
  }
  refuseUnready(preview, input.confirmText);
  await storeOnce({
    store: () => store(ctx, input, { preview, facts: facts.items }),
    primaryKey: "access_change_set_pkey",
  });
  const stored = await repeatedSet(ctx, runner, input);
  forgetInputs(ctx);
  if (stored === null) throw new AppError({ code: "internal", message: "The stored changes cannot be found again." });
  return { ok: true, set: stored };
}
