import "server-only";
import type { ChangeItemPatch, ChangeItemRow, ClaimedItem } from "@/lib/db/access-changes";
import { patchChangeItem } from "@/lib/db/access-changes";
import { appendAudit } from "@/lib/db/audit";
import type { Database } from "@/lib/db/database";
import type { AuditAction, AuditOutcome } from "@/lib/domain/api";
import { AppError } from "@/lib/domain/errors";
import type { AccessChangeRemote } from "./access-change-remote";
import { azureFailureOf, needsPerson, type RunnerLog, sentenceOf } from "./operation-record";
import { LEASE_MS, RESEND_LIMIT_MS } from "./operation-timing";
import { sendOutcome } from "./send-outcome";

export type ChangeDeps = { db: Database; now: () => Date; log: RunnerLog };

/** Sightings in a row after which a change counts as in force: replicas answer in turn. */
export const SIGHTINGS = 3;
/** Azure documents up to 10 minutes until a role assignment is in force everywhere. Source: RBAC troubleshooting. */
export const LATE_AFTER_MS = 10 * 60_000;
/** Reading ends then; the change stays late. */
const GIVE_UP_MS = 60 * 60_000;
const READ_EVERY_MS = 1_000;
const SLOWEST_READ_MS = 30_000;
const MAX_SENDS = 6;
const FIRST_LOOK_MS = 3_000;
const STEP_EVERY_MS = 1_000;

const AUDITED: Partial<Record<ChangeItemRow["state"], Exclude<AuditOutcome, "intent">>> = {
  done: "done",
  refused: "refused",
  failed: "failed",
  unknown: "unknown",
};

const later = (deps: ChangeDeps, ms: number): Date => new Date(deps.now().getTime() + ms);

/** Moves an item with its audit entry in one transaction. Null when another holder has taken it. */
async function move(
  deps: ChangeDeps,
  claimed: ClaimedItem,
  patch: ChangeItemPatch & { detail: string },
): Promise<ClaimedItem | null> {
  const { item, set } = claimed;
  const at = deps.now();
  const after = await deps.db.session.transaction(async (tx) => {
    const moved = await patchChangeItem(tx, item, at, patch);
    const outcome = moved === null || moved.state === item.state ? undefined : AUDITED[moved.state];
    if (moved !== null && outcome !== undefined) {
      await appendAudit(tx, {
        at,
        tenantId: set.tenantId,
        operatorObjectId: set.operatorObjectId,
        operatorName: set.operatorName,
        action: actionOf(item),
        targetId: item.target,
        outcome,
        operationId: set.id,
        traceId: set.traceId,
        detail: {
          position: item.position,
          sentence: patch.detail,
          requestsSent: moved.sends,
          ...(moved.azure === null ? {} : { azure: JSON.parse(moved.azure) }),
        },
      });
    }
    return moved;
  });
  if (after === null) deps.log.warn("accessChange.lost", { operationId: set.id });
  return after === null ? null : { item: after, set };
}

const ACTION_OF: Readonly<Record<string, AuditAction>> = {
  assign: "access.assign",
  remove: "access.remove",
  defineRole: "access.defineRole",
  schedule: "pimAdmin.schedule",
  convert: "pimAdmin.convert",
  restore: "pimAdmin.restore",
  policy: "pimAdmin.policy",
};

/** The audit's name of a change. */
export function actionOf(item: Pick<ChangeItemRow, "request">): AuditAction {
  const { kind } = JSON.parse(item.request) as { kind: string };
  return ACTION_OF[kind] ?? "access.defineRole";
}

/** A new principal is not everywhere at once: Azure then says so although the type is set, and the same request works later. */
function isReplicating(error: unknown): boolean {
  return error instanceof AppError && error.azure?.status === 400 && error.azure.code === "PrincipalNotFound";
}

function retryDelayMs(sends: number): number {
  return Math.min(30_000, 1_000 * 2 ** sends);
}

async function afterFailedSend(deps: ChangeDeps, claimed: ClaimedItem, error: unknown): Promise<void> {
  const { item, set } = claimed;
  const azure = azureFailureOf(error);
  const stored = azure === null ? null : JSON.stringify(azure);
  const throttled = azure?.status === 429;
  if ((isReplicating(error) || throttled) && item.sends < MAX_SENDS) {
    const detail = throttled
      ? sentenceOf(error)
      : `${sentenceOf(error)} A new principal reaches all of Azure after a while; it is sent again.`;
    const waitMs = Math.max(retryDelayMs(item.sends), (azure?.retryAfterSeconds ?? 0) * 1000);
    await move(deps, claimed, { state: "planned", detail, azure: stored, notBefore: later(deps, waitMs) });
    return;
  }
  const outcome = sendOutcome(error);
  if (outcome === "notSent") {
    const detail = "Azure asked for a new or stronger sign-in first. Nothing was changed.";
    const waitingFor = `${set.operatorName} to confirm the sign-in`;
    await move(deps, claimed, { state: "planned", detail, waitingFor, notBefore: later(deps, RESEND_LIMIT_MS) });
  } else if (outcome === "refused") {
    await move(deps, claimed, { state: "refused", detail: sentenceOf(error), azure: stored });
  } else {
    deps.log.error("accessChange.unanswered", error, { operationId: set.id });
    const detail = `${sentenceOf(error)} Whether the request arrived is not known; the portal asks Azure.`;
    await move(deps, claimed, { state: "unknown", detail, azure: stored, notBefore: later(deps, FIRST_LOOK_MS) });
  }
}

async function accepted(deps: ChangeDeps, claimed: ClaimedItem, detail: string): Promise<void> {
  const at = deps.now();
  await move(deps, claimed, {
    state: "done",
    detail,
    azure: null,
    acceptedAt: at,
    effect: "waiting",
    notBefore: at,
    waitingFor: null,
  });
}

/** A change of several steps waits for Azure to show one of them; past the decision's age the real state is asked instead. */
async function goOnLater(deps: ChangeDeps, claimed: ClaimedItem, detail: string): Promise<void> {
  const isOld = deps.now().getTime() - claimed.set.startedAt.getTime() > RESEND_LIMIT_MS;
  const waitMs = Math.min(SLOWEST_READ_MS, STEP_EVERY_MS * 1.2 ** Math.min(claimed.item.sends, 30));
  await move(deps, claimed, { state: isOld ? "unknown" : "planned", detail, azure: null, notBefore: later(deps, waitMs) });
}

/**
 * Sends one item that this process holds in planned or unknown; `submitting` is committed before anything goes out. Every
 * write names its own id, so sending it again changes nothing more. Rethrows a refused sign-in.
 */
export async function sendItem(deps: ChangeDeps, claimed: ClaimedItem, remote: AccessChangeRemote): Promise<void> {
  const { item } = claimed;
  const submitting = await move(deps, claimed, {
    state: "submitting",
    detail: item.sends === 0 ? "The request is being sent." : "The request is sent again.",
    sends: item.sends + 1,
    notBefore: later(deps, LEASE_MS),
    waitingFor: null,
  });
  if (submitting === null) return;
  try {
    const answer = await remote.send(submitting.item);
    if (answer === undefined) await accepted(deps, submitting, "Azure accepted it.");
    else await goOnLater(deps, submitting, answer.pending);
  } catch (error) {
    await afterFailedSend(deps, submitting, error);
    if (sendOutcome(error) === "notSent") throw error;
  }
}

async function settleUnknown(deps: ChangeDeps, claimed: ClaimedItem, remote: AccessChangeRemote): Promise<void> {
  if (await remote.isInForce(claimed.item)) return accepted(deps, claimed, "The request had arrived: Azure shows the change.");
  if (deps.now().getTime() - claimed.set.startedAt.getTime() <= RESEND_LIMIT_MS) return sendItem(deps, claimed, remote);
  const detail = "Azure shows nothing of the request, and the decision is older than 30 minutes, so it is not sent again.";
  await move(deps, claimed, { state: "failed", detail });
}

/** One reading of the real state. In force = seen three times in a row, timed from Azure's acceptance to the first of them. */
async function readEffect(deps: ChangeDeps, claimed: ClaimedItem, remote: AccessChangeRemote): Promise<void> {
  const { item } = claimed;
  const isSeen = await remote.isInForce(item);
  const now = deps.now();
  const acceptedMs = (item.acceptedAt ?? now).getTime();
  const waitedMs = now.getTime() - acceptedMs;
  const seen = isSeen ? item.effectSeen + 1 : 0;
  const since = isSeen ? (item.effectSeen === 0 ? now : (item.effectSince ?? now)) : null;
  const common = { effectSeen: seen, effectReads: item.effectReads + 1, effectSince: since, effectReadAt: now };
  if (seen >= SIGHTINGS && since !== null) {
    const effectMs = since.getTime() - acceptedMs;
    await move(deps, claimed, { ...common, effect: "effective", effectMs, detail: "In force: seen three times in a row." });
    return;
  }
  const isLate = waitedMs > LATE_AFTER_MS;
  const restMs =
    waitedMs > GIVE_UP_MS ? 24 * 3_600_000 : Math.min(SLOWEST_READ_MS, READ_EVERY_MS * 1.2 ** Math.min(item.effectReads, 30));
  const detail = isLate ? "Not seen in force within 10 minutes." : item.detail;
  await move(deps, claimed, {
    ...common,
    effect: isLate ? "late" : "waiting",
    detail,
    notBefore: later(deps, isSeen ? READ_EVERY_MS : restMs),
  });
}

/** An error of a read changes nothing in Azure: the item stays as it is and is looked at again later. */
async function afterFailedRead(deps: ChangeDeps, claimed: ClaimedItem, error: unknown): Promise<void> {
  const { item, set } = claimed;
  const waits = needsPerson(error);
  deps.log.warn("accessChange.readFailed", { operationId: set.id, reason: sentenceOf(error) });
  await move(deps, claimed, {
    detail: item.detail,
    ...(waits ? { waitingFor: `${set.operatorName} to sign in with the right to read role assignments` } : {}),
    notBefore: later(deps, waits ? LEASE_MS : SLOWEST_READ_MS / 3),
  });
}

/** Takes one claimed item one step on. Throws only when the store fails: the lease then lets another try. */
export async function advanceItem(deps: ChangeDeps, claimed: ClaimedItem, remote: AccessChangeRemote): Promise<void> {
  let current: ClaimedItem | null = claimed;
  if (claimed.item.state === "submitting") {
    const detail = "The portal stopped while the request was on its way. Whether it arrived is not known; the portal asks Azure.";
    current = await move(deps, claimed, { state: "unknown", detail });
    if (current === null) return;
  }
  const isWaitingForPerson = current.item.state === "planned" && current.item.waitingFor !== null;
  try {
    if (isWaitingForPerson) {
      await move(deps, current, {
        state: "failed",
        detail: "The sign-in was not confirmed within 30 minutes. Nothing was sent.",
        waitingFor: null,
      });
    } else if (current.item.state === "planned") await sendItem(deps, current, remote);
    else if (current.item.state === "unknown") await settleUnknown(deps, current, remote);
    else if (current.item.state === "done") await readEffect(deps, current, remote);
  } catch (error) {
    if (current.item.state === "planned") return;
    await afterFailedRead(deps, current, error);
  }
}
