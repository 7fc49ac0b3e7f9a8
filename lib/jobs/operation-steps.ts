import "server-only";
import type { OperationRow } from "@/lib/db/operations";
import { AppError } from "@/lib/domain/errors";
import {
  acceptedSentence,
  azureFailureOf,
  needsPerson,
  type RecordDeps,
  recordMove,
  recordPatch,
  sentenceOf,
} from "./operation-record";
import type { OperationRemote, RemoteAccess, RemoteStatus, Sighting } from "./operation-remote";
import { FIRST_LOOK_MS, LEASE_MS, MAX_MISSES, pollDelayMs, RESEND_LIMIT_MS, SLOW_AFTER_MS } from "./operation-timing";
import { sendOutcome } from "./send-outcome";

export type StepDeps = RecordDeps & { access: RemoteAccess };

export const WAITING_FOR_OPERATOR = "an operator to sign in";

const after = (deps: StepDeps, ms: number): Date => new Date(deps.now().getTime() + ms);
const ageMs = (deps: StepDeps, row: OperationRow): number => deps.now().getTime() - row.startedAt.getTime();

async function afterFailedSend(deps: StepDeps, row: OperationRow, error: unknown): Promise<OperationRow | null> {
  switch (sendOutcome(error)) {
    case "notSent":
      return recordMove(deps, {
        row,
        to: "planned",
        detail: "Azure asked for a new or stronger sign-in first. Nothing was changed; the request is sent when it is repeated.",
        patch: { notBefore: after(deps, RESEND_LIMIT_MS), waitingFor: `${row.operatorName} to confirm the sign-in` },
      });
    case "refused":
      return recordMove(deps, { row, to: "refused", detail: sentenceOf(error), azure: azureFailureOf(error) });
    case "unknown":
      deps.log.error("operation.unanswered", error, { operationId: row.id });
      return recordMove(deps, {
        row,
        to: "unknown",
        detail: `${sentenceOf(error)} Whether the request arrived is not known; the portal asks Azure.`,
        azure: azureFailureOf(error),
        patch: { notBefore: after(deps, FIRST_LOOK_MS) },
      });
  }
}

/**
 * Sends the request of an operation that this process holds in planned or unknown. The state `submitting` is committed
 * before anything goes out. Rethrows a refused sign-in, so that a waiting browser can answer it.
 */
export async function sendNow(deps: StepDeps, row: OperationRow, remote: OperationRemote): Promise<OperationRow | null> {
  const submitting = await recordMove(deps, {
    row,
    to: "submitting",
    detail: row.sends === 0 ? "The request is being sent." : "Azure shows nothing of the request, so it is sent again.",
    patch: { sends: row.sends + 1, notBefore: after(deps, LEASE_MS), waitingFor: null, azure: null },
  });
  if (submitting === null) return null;
  try {
    const start = await remote.send(submitting);
    const delay = pollDelayMs({ polls: 0, ageMs: 0, retryAfterSeconds: start.retryAfterSeconds });
    return await recordMove(deps, {
      row: submitting,
      to: "provisioning",
      detail: acceptedSentence(start.requestId),
      patch: {
        operationUrl: start.operationUrl,
        locationUrl: start.locationUrl,
        azureStatus: "Accepted",
        notBefore: after(deps, start.operationUrl === null && start.locationUrl === null ? 0 : delay),
      },
    });
  } catch (error) {
    const result = await afterFailedSend(deps, submitting, error);
    if (sendOutcome(error) === "notSent") throw error;
    return result;
  }
}

/** Sends again only what its own operator decided lately; anything else waits or ends, visibly. */
async function sendAgain(deps: StepDeps, row: OperationRow, remote: OperationRemote): Promise<void> {
  if (ageMs(deps, row) > RESEND_LIMIT_MS) {
    const detail =
      "Azure shows nothing of the request, and the decision is older than 30 minutes, so it is not sent again. Start a new one.";
    await recordMove(deps, { row, to: "canceled", detail });
    return;
  }
  if (row.carrierObjectId !== row.operatorObjectId) {
    const waitingFor = `${row.operatorName} to sign in`;
    await recordPatch(deps, row, { waitingFor, carrierObjectId: row.operatorObjectId, notBefore: after(deps, RESEND_LIMIT_MS) });
    return;
  }
  await sendNow(deps, row, remote).catch((error: unknown) => {
    if (!(error instanceof AppError && error.code === "unauthenticated")) throw error;
  });
}

async function settle(deps: StepDeps, row: OperationRow, sighting: Sighting, reported: RemoteStatus | null): Promise<void> {
  const azureStatus = sighting.azureStatus ?? reported?.azureStatus ?? row.azureStatus;
  const failed = sighting.seen === "failed" || reported?.phase === "failed";
  if (failed) {
    const failure = sighting.seen === "failed" ? sighting.failure : null;
    const detail =
      reported?.phase === "succeeded" ? "Azure first reported success, then the extension failed." : "Azure reports failure.";
    const decoded = failure ?? reported?.decoded ?? null;
    await recordMove(deps, {
      row,
      to: "failed",
      detail,
      failure: decoded,
      azure: reported?.failure ?? null,
      patch: { azureStatus },
    });
  } else if (sighting.seen === "canceled" || reported?.phase === "canceled") {
    await recordMove(deps, {
      row,
      to: "canceled",
      detail: "Azure cancelled it.",
      azure: reported?.failure ?? null,
      patch: { azureStatus },
    });
  } else if (sighting.seen === "succeeded") {
    await recordMove(deps, { row, to: "succeeded", detail: "Azure confirms it.", azure: null, patch: { azureStatus } });
  } else if (sighting.seen === "nothing" && row.misses + 1 >= MAX_MISSES) {
    const detail = "Azure reported success, but the change cannot be seen. Look at the machine in the Azure portal.";
    await recordMove(deps, { row, to: "failed", detail, patch: { azureStatus } });
  } else {
    const misses = sighting.seen === "nothing" ? row.misses + 1 : 0;
    await keepWaiting(deps, row, { azureStatus, misses, retryAfterSeconds: null });
  }
}

async function keepWaiting(
  deps: StepDeps,
  row: OperationRow,
  found: { azureStatus: string | null; misses: number; retryAfterSeconds: number | null },
): Promise<void> {
  const age = ageMs(deps, row);
  const notBefore = after(deps, pollDelayMs({ polls: row.polls, ageMs: age, retryAfterSeconds: found.retryAfterSeconds }));
  const slow = age > SLOW_AFTER_MS && row.extensionName !== null;
  const waitingFor = slow ? "the server to answer: Azure hands the work to its agent when it is connected" : null;
  const news = found.azureStatus !== row.azureStatus ? `Azure says ${found.azureStatus ?? "nothing yet"}.` : undefined;
  await recordPatch(
    deps,
    row,
    { azureStatus: found.azureStatus, misses: found.misses, polls: row.polls + 1, notBefore, waitingFor },
    slow && row.waitingFor === null ? `Azure has not finished after 15 minutes. Waiting for ${waitingFor}.` : news,
  );
}

async function advanceProvisioning(deps: StepDeps, row: OperationRow, remote: OperationRemote): Promise<void> {
  const pollable = row.operationUrl !== null || row.locationUrl !== null;
  // After a first "succeeded" without a sighting the operation's address has told all it knows: only looking helps.
  if (!pollable || row.misses > 0) return settle(deps, row, await remote.look(row), null);
  let status: RemoteStatus;
  try {
    status = await remote.poll(row);
  } catch (error) {
    if (!(error instanceof AppError && error.code === "not_found")) throw error;
    // Azure forgets operations after a while; the target itself still tells how it ended.
    return settle(deps, row, await remote.look(row), null);
  }
  if (status.phase === "running") {
    return keepWaiting(deps, row, { azureStatus: status.azureStatus, misses: 0, retryAfterSeconds: status.retryAfterSeconds });
  }
  await settle(deps, row, await remote.look(row), status);
}

async function advanceUnknown(deps: StepDeps, row: OperationRow, remote: OperationRemote): Promise<void> {
  const sighting = await remote.look(row);
  if (sighting.seen === "nothing") return sendAgain(deps, row, remote);
  if (sighting.seen === "running") {
    const patch = {
      azureStatus: sighting.azureStatus,
      notBefore: after(deps, pollDelayMs({ polls: 0, ageMs: 0, retryAfterSeconds: null })),
    };
    await recordMove(deps, {
      row,
      to: "provisioning",
      detail: "The request had arrived: Azure is working on it.",
      patch,
      azure: null,
    });
    return;
  }
  await settle(deps, row, sighting, null);
}

/** An error of a read changes nothing in Azure: the operation stays as it is and is looked at again later. */
async function afterFailedRead(deps: StepDeps, row: OperationRow, error: unknown): Promise<void> {
  deps.log.warn("operation.read_failed", {
    operationId: row.id,
    reason: sentenceOf(error),
    azureCode: azureFailureOf(error)?.code ?? null,
  });
  if (needsPerson(error)) {
    if (error.code === "unauthenticated") deps.access.forget(row);
    const waitingFor = error.code === "forbidden" ? "an operator with the right to read this machine" : WAITING_FOR_OPERATOR;
    await recordPatch(
      deps,
      row,
      { waitingFor, notBefore: after(deps, LEASE_MS) },
      `${sentenceOf(error)} Waiting for ${waitingFor}.`,
    );
    return;
  }
  const retryAfterSeconds = azureFailureOf(error)?.retryAfterSeconds ?? null;
  const notBefore = after(deps, pollDelayMs({ polls: row.polls, ageMs: ageMs(deps, row), retryAfterSeconds }));
  await recordPatch(deps, row, { polls: row.polls + 1, notBefore });
}

/** Takes one claimed operation one step on. Throws only when the store fails: the lease then lets another try. */
export async function advance(deps: StepDeps, claimed: OperationRow): Promise<void> {
  const remote = deps.access.remoteFor(claimed);
  if (remote === null) return;
  let row = claimed;
  if (row.state === "submitting") {
    const moved = await recordMove(deps, {
      row,
      to: "unknown",
      detail: "The portal stopped while the request was on its way. Whether it arrived is not known; the portal asks Azure.",
    });
    if (moved === null) return;
    row = moved;
  }
  try {
    if (row.state === "planned") await sendAgain(deps, row, remote);
    else if (row.state === "unknown") await advanceUnknown(deps, row, remote);
    else if (row.state === "provisioning") await advanceProvisioning(deps, row, remote);
  } catch (error) {
    await afterFailedRead(deps, row, error);
  }
}
