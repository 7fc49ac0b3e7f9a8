import "server-only";
import type { ClaimedElevation, ElevationItemPatch } from "@/lib/db/elevation";
import { SHORTEST_MINUTES } from "@/lib/domain/elevation/clock";
import { stateOfPhase } from "@/lib/domain/elevation/item-state";
import { type RefusalId, refusalOf, refusalOfStatus } from "@/lib/domain/elevation/refusals";
import { authenticationContextOf } from "@/lib/domain/elevation/step-up";
import { AppError } from "@/lib/domain/errors";
import { readElevationEffect } from "./elevation-effect";
import { decidedText, type ElevationDeps, moveElevation, refusalText } from "./elevation-record";
import type { ElevationRemote, KnownRefusal, TakenRequest } from "./elevation-remote";
import { azureFailureOf, sentenceOf } from "./operation-record";
import { LEASE_MS, RESEND_LIMIT_MS } from "./operation-timing";
import { sendOutcome } from "./send-outcome";

const MAX_SENDS = 6;
const FIRST_LOOK_MS = 3_000;
const SLOWEST_LOOK_MS = 60_000;
const SCHEDULED_LOOK_MS = 5 * 60_000;

const later = (deps: ElevationDeps, ms: number): Date => new Date(deps.now().getTime() + ms);
const dateOf = (text: string | null): Date | null => (text === null ? null : new Date(text));

/** Azure decides in seconds or a person in hours: quick at first, a minute at most. */
export function lookDelayMs(looks: number): number {
  return Math.min(SLOWEST_LOOK_MS, Math.round(1_500 * 1.3 ** Math.min(looks, 20)));
}

/** A request that begins later is looked at now and then: the clocks may be apart, and it may be taken back elsewhere. */
function nextLook(deps: ElevationDeps, taken: TakenRequest, looks: number): Date {
  const soon = later(deps, lookDelayMs(looks));
  const start = dateOf(taken.startsAt);
  if (taken.phase !== "scheduled" || start === null || start <= soon) return soon;
  return new Date(Math.min(start.getTime(), later(deps, SCHEDULED_LOOK_MS).getTime()));
}

/** Brings an item to what Azure has of its request. */
async function settle(deps: ElevationDeps, claimed: ClaimedElevation, result: TakenRequest | KnownRefusal): Promise<void> {
  const { item } = claimed;
  if (result.kind === "refused") {
    const patch = {
      refusal: refusalText(result.refusal, result.values),
      decidedBy: decidedText(result.decidedBy),
      waitingFor: null,
    };
    await moveElevation(deps, claimed, { ...patch, state: "refused" }, `Not done: ${result.refusal}.`);
    return;
  }
  const state = stateOfPhase(result.phase);
  const common: ElevationItemPatch = {
    azureStatus: result.status,
    // What was said about a lost answer is no longer true once Azure shows the request.
    refusal: null,
    startsAt: dateOf(result.startsAt) ?? item.startsAt,
    endsAt: dateOf(result.endsAt) ?? item.endsAt,
    waitingFor: null,
  };
  if (state === "waiting" || state === "scheduled") {
    const patch = { ...common, state, looks: item.looks + 1, notBefore: nextLook(deps, result, item.looks) };
    await moveElevation(deps, claimed, patch, `Azure has the request: ${result.status}.`);
  } else if (state === "done") {
    const hasEffect = item.kind === "activate" || item.kind === "deactivate";
    const at = deps.now();
    const patch: ElevationItemPatch = { ...common, state, acceptedAt: at, effect: hasEffect ? "waiting" : "none", notBefore: at };
    await moveElevation(deps, claimed, patch, `Azure did it: ${result.status}.`);
  } else {
    const refusal = state === "canceled" ? "canceledByOther" : (refusalOfStatus(result.status) ?? "unknown");
    const patch = { ...common, state, refusal: refusalText(refusal), decidedBy: item.decidedBy };
    await moveElevation(deps, claimed, patch, `Azure ended it: ${result.status}.`);
  }
}

/**
 * Names the sign-in that was too weak for a context; null when the page was not asked for this one, so that an answer to
 * another context does not count as an answer to it.
 */
export type ChallengeMark = (context: string | null) => string | null;

export const noMark: ChallengeMark = () => null;

async function afterChallenge(
  deps: ElevationDeps,
  claimed: ClaimedElevation,
  error: AppError,
  markFor: ChallengeMark,
): Promise<"again" | "over"> {
  const { item, batch } = claimed;
  const context = authenticationContextOf(error.claims ?? "") ?? item.context;
  const mark = markFor(context);
  const azure = azureFailureOf(error);
  if (item.challengedWith !== null && mark !== null && item.challengedWith !== mark) {
    const refusal = refusalText("stepUpRepeated", { context: context ?? "?" }, azure);
    await moveElevation(deps, claimed, { state: "refused", refusal, context, waitingFor: null }, sentenceOf(error));
    return "over";
  }
  const patch: ElevationItemPatch = {
    state: "stepUp",
    context,
    challengedWith: mark ?? item.challengedWith,
    waitingFor: `${batch.operatorName} to confirm the sign-in`,
    notBefore: later(deps, RESEND_LIMIT_MS),
  };
  await moveElevation(deps, claimed, patch, "Azure asked for a stronger sign-in. Nothing was sent to a decision.");
  return "again";
}

/** What the sentence of a refusal needs. Five minutes from now are over whenever the activation began. */
function valuesOf(deps: ElevationDeps, id: RefusalId, rules: readonly string[]): Record<string, string> {
  if (id === "tooSoonToEnd") return { canEndFrom: later(deps, SHORTEST_MINUTES * 60_000).toISOString() };
  return rules.length === 0 ? {} : { rules: rules.join(", ") };
}

async function afterFailedSend(
  deps: ElevationDeps,
  claimed: ClaimedElevation,
  error: unknown,
  mark: ChallengeMark,
): Promise<"again" | "over"> {
  const { item, batch } = claimed;
  const azure = azureFailureOf(error);
  if (error instanceof AppError && error.claims !== undefined) return afterChallenge(deps, claimed, error, mark);
  if (azure?.status === 429 && item.sends < MAX_SENDS) {
    const waitMs = Math.max(1_000 * 2 ** item.sends, (azure.retryAfterSeconds ?? 0) * 1_000);
    const patch = { state: "planned" as const, refusal: null, notBefore: later(deps, waitMs) };
    await moveElevation(deps, claimed, patch, sentenceOf(error));
    return "over";
  }
  const outcome = sendOutcome(error);
  if (outcome === "notSent") {
    const waitingFor = `${batch.operatorName} to sign in again`;
    const patch = { state: "planned" as const, waitingFor, notBefore: later(deps, RESEND_LIMIT_MS) };
    await moveElevation(deps, claimed, patch, sentenceOf(error));
    return "again";
  }
  if (outcome === "refused") {
    const { id, rules } = azure === null ? { id: "unknown" as const, rules: [] } : refusalOf(azure);
    const isMalformed = id === "stepUpNeeded";
    const values = valuesOf(deps, id, rules);
    const refusal = refusalText(isMalformed ? "stepUpMalformed" : id, values, azure);
    await moveElevation(deps, claimed, { state: "refused", refusal }, sentenceOf(error));
    return "over";
  }
  deps.log.error("elevation.unanswered", error, { operationId: batch.id });
  const patch = {
    state: "unknown" as const,
    refusal: refusalText("azureDown", {}, azure),
    notBefore: later(deps, FIRST_LOOK_MS),
  };
  await moveElevation(
    deps,
    claimed,
    patch,
    `${sentenceOf(error)} Whether the request arrived is not known; the portal asks Azure.`,
  );
  return "over";
}

/**
 * Sends one item that this process holds; `submitting` is committed before anything goes out. Every request has its own name
 * at Azure, so the same one cannot be made twice. Rethrows only when the sign-in must be repeated first.
 */
export async function sendElevation(
  deps: ElevationDeps,
  claimed: ClaimedElevation,
  remote: ElevationRemote,
  mark: ChallengeMark,
): Promise<void> {
  const patch = {
    state: "submitting" as const,
    sends: claimed.item.sends + 1,
    notBefore: later(deps, LEASE_MS),
    waitingFor: null,
  };
  const submitting = await moveElevation(deps, claimed, patch, "The request is being sent.");
  if (submitting === null) return;
  let result: TakenRequest | KnownRefusal;
  try {
    result = await remote.send(submitting.item);
  } catch (error) {
    if ((await afterFailedSend(deps, submitting, error, mark)) === "again") throw error;
    return;
  }
  await settle(deps, submitting, result);
}

/** Marks an item that shares the context of one that was just challenged, without asking Azure for each. */
export function awaitStepUp(
  deps: ElevationDeps,
  claimed: ClaimedElevation,
  args: { mark: string | null },
): Promise<ClaimedElevation | null> {
  const patch: ElevationItemPatch = {
    state: "stepUp",
    challengedWith: args.mark,
    waitingFor: `${claimed.batch.operatorName} to confirm the sign-in`,
    notBefore: later(deps, RESEND_LIMIT_MS),
  };
  return moveElevation(deps, claimed, patch, "The same stronger sign-in is needed. Nothing was sent.");
}

/** Leaves an item for the next step-up of its batch. */
export function awaitTurn(deps: ElevationDeps, claimed: ClaimedElevation): Promise<ClaimedElevation | null> {
  const waitingFor = `${claimed.batch.operatorName} to confirm the sign-in`;
  return moveElevation(deps, claimed, { waitingFor, notBefore: later(deps, RESEND_LIMIT_MS) }, "It waits for its turn.");
}

async function settleUnknown(deps: ElevationDeps, claimed: ClaimedElevation, remote: ElevationRemote): Promise<void> {
  const found = await remote.look(claimed.item);
  if (found !== null) return settle(deps, claimed, found);
  if (deps.now().getTime() - claimed.batch.startedAt.getTime() <= RESEND_LIMIT_MS) {
    return sendElevation(deps, claimed, remote, noMark);
  }
  const refusal = refusalText("notSeenTooLate");
  await moveElevation(deps, claimed, { state: "failed", refusal }, "Azure shows nothing of it, and it is older than 30 minutes.");
}

async function follow(deps: ElevationDeps, claimed: ClaimedElevation, remote: ElevationRemote): Promise<void> {
  const found = await remote.look(claimed.item);
  if (found !== null) return settle(deps, claimed, found);
  const { looks } = claimed.item;
  const gone = { state: "failed" as const, refusal: refusalText("requestGone") };
  const again = { looks: looks + 1, notBefore: later(deps, lookDelayMs(looks)) };
  // A list that lags behind may miss a request for a moment; five times in a row is an answer.
  await moveElevation(deps, claimed, looks >= 5 ? gone : again, "Azure does not show the request.");
}

/** An error of a read changes nothing in Azure: the item stays as it is and is looked at again later. */
async function afterFailedRead(deps: ElevationDeps, claimed: ClaimedElevation, error: unknown): Promise<void> {
  const { item, batch } = claimed;
  deps.log.warn("elevation.readFailed", { operationId: batch.id, reason: sentenceOf(error) });
  const needsPerson = error instanceof AppError && error.code === "unauthenticated";
  const patch: ElevationItemPatch = {
    looks: item.looks + 1,
    ...(needsPerson ? { waitingFor: `${batch.operatorName} to sign in` } : {}),
    notBefore: later(deps, needsPerson ? LEASE_MS : lookDelayMs(item.looks)),
  };
  await moveElevation(deps, claimed, patch, sentenceOf(error));
}

/** Takes one claimed item one step on. Throws only when the store fails: the lease then lets another try. */
export async function advanceElevation(deps: ElevationDeps, claimed: ClaimedElevation, remote: ElevationRemote): Promise<void> {
  let current: ClaimedElevation | null = claimed;
  if (claimed.item.state === "submitting") {
    const sentence = "The portal stopped while the request was on its way; it asks Azure whether it arrived.";
    current = await moveElevation(deps, claimed, { state: "unknown" }, sentence);
    if (current === null) return;
  }
  const { item } = current;
  try {
    if (item.state === "stepUp" || (item.state === "planned" && item.waitingFor !== null)) {
      const patch = { state: "failed" as const, refusal: refusalText("signInNotConfirmed"), waitingFor: null };
      await moveElevation(deps, current, patch, "The sign-in was not confirmed within 30 minutes. Nothing was sent.");
    } else if (item.state === "planned") await sendElevation(deps, current, remote, noMark);
    else if (item.state === "unknown") await settleUnknown(deps, current, remote);
    else if (item.state === "waiting" || item.state === "scheduled") await follow(deps, current, remote);
    else if (item.state === "done") await readElevationEffect(deps, current, remote);
  } catch (error) {
    // A challenge in the background has left the item in stepUp; nothing else follows a send that threw.
    if (item.state === "planned") return;
    await afterFailedRead(deps, current, error);
  }
}
