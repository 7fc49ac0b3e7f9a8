import "server-only";
import type { ActivityEntry, Known, MachineDetail, MachineUnavailable, ServicePrincipalInfo } from "@/lib/domain/api";
import { certificateVerdict } from "@/lib/domain/certificate-state";
import { AppError } from "@/lib/domain/errors";
import { failureOfExtension } from "@/lib/domain/extension-failure";
import { joinState } from "@/lib/domain/join-state";
import { type Machine, type MachineExtension, type MachineRef, machineId } from "@/lib/domain/machine";
import { toSignInState } from "@/lib/domain/machine-mapping";
import { operatorPermissions } from "@/lib/domain/permissions";
import { problemOf } from "@/lib/domain/problem";
import { findSignInExtension, isMdmIdMissing } from "@/lib/domain/sign-in-extension";
import type { ServiceContext } from "../context";
import { operationsOnMachine } from "../operations/on-machine";
import { known, valueIfKnown } from "./known";
import { lastKnownMachine } from "./last-known";
import { portalActivity } from "./portal-activity";

const DAY_MS = 86_400_000;
/** Azure keeps the activity log this long. */
const ACTIVITY_DAYS = 90;

const ARM = "Azure Resource Manager";
const GRAPH = "Microsoft Graph";

export type MachineAnswer = { ok: true; detail: MachineDetail } | { ok: false; unavailable: MachineUnavailable };

async function readServicePrincipal(ctx: ServiceContext, machine: Machine): Promise<Known<ServicePrincipalInfo>> {
  const { principalId } = machine.identity;
  if (principalId === null) return { known: false, reason: "The machine has no system-assigned identity." };
  const part = await known(ctx, GRAPH, () => ctx.azure.graph.getServicePrincipal(principalId, { signal: ctx.signal }));
  if (!part.known) return part;
  const { value } = part;
  if (value !== null) return { ...part, value };
  return {
    known: false,
    reason: `Microsoft Entra has no service principal ${principalId}: it was deleted, or belongs to another tenant.`,
  };
}

async function readActivity(ctx: ServiceContext, id: string): Promise<ActivityEntry[]> {
  const from = new Date(ctx.clock.now().getTime() - ACTIVITY_DAYS * DAY_MS);
  const [azure, portal] = await Promise.all([
    ctx.azure.resourceManager.listActivity(id, from, { signal: ctx.signal }),
    portalActivity(ctx, id),
  ]);
  return [...azure, ...portal].sort((a, b) => (a.at < b.at ? 1 : -1));
}

async function readSubscriptionName(ctx: ServiceContext, subscriptionId: string): Promise<string | null> {
  const rows = await ctx.azure.resourceManager.listSubscriptions({ signal: ctx.signal });
  return rows.find((row) => row.id.toLowerCase() === subscriptionId.toLowerCase())?.name ?? null;
}

function signInOf(machine: Machine, extensions: Known<MachineExtension[]>): MachineDetail["signIn"] {
  // Without the list nothing may be claimed: "not installed" would invite a second installation.
  if (!extensions.known) return { state: "unknown", extension: null, failure: null, mdmIdMissing: false };
  const extension = findSignInExtension(extensions.value, machine.osFamily);
  const state = toSignInState(extension?.provisioningState ?? null);
  const failure = extension !== null && state === "failed" ? failureOfExtension(extension) : null;
  return { state, extension, failure, mdmIdMissing: isMdmIdMissing(extension) };
}

function nameMatches(machine: Machine, principal: ServicePrincipalInfo | null): boolean | null {
  return principal === null ? null : principal.displayName.toLowerCase() === machine.name.toLowerCase();
}

async function unavailable(ctx: ServiceContext, id: string, error: unknown): Promise<MachineUnavailable> {
  const problem = problemOf(error, ctx.traceId);
  try {
    return { ...problem, lastKnown: await lastKnownMachine(ctx, id) };
  } catch (cause) {
    ctx.log.error("machine.lastKnownFailed", cause, { traceId: ctx.traceId });
    return { ...problem, lastKnown: null };
  }
}

async function readMachine(ctx: ServiceContext, ref: MachineRef) {
  try {
    return { ok: true as const, answer: await ctx.azure.hybridCompute.getMachine(ref, { signal: ctx.signal }) };
  } catch (error) {
    // The caller's own sign-in is not a fact about the machine.
    if (!(error instanceof AppError) || error.code === "unauthenticated" || ctx.signal.aborted) throw error;
    return { ok: false as const, error };
  }
}

/**
 * Everything about one machine. The machine itself decides: without it the answer is the problem with what an earlier read
 * of the fleet knew. Every other part is read at the same time and may be missing with its reason.
 */
export async function getMachine(args: { ctx: ServiceContext; input: MachineRef }): Promise<MachineAnswer> {
  const { ctx, input: ref } = args;
  const id = machineId(ref);
  const { signal } = ctx;
  const reading = readMachine(ctx, ref);
  const parts = Promise.all([
    known(ctx, ARM, () => ctx.azure.hybridCompute.listExtensions(ref, { signal })),
    known(ctx, ARM, async () => operatorPermissions(await ctx.azure.authorization.permissionsAtMachine(ref, { signal }))),
    known(ctx, ARM, () => readActivity(ctx, id)),
    known(ctx, ARM, () => readSubscriptionName(ctx, ref.subscriptionId)),
    operationsOnMachine(ctx, ref),
  ]);
  // When the machine cannot be read, nobody waits for the parts, and their errors say nothing new.
  parts.catch(() => undefined);
  const read = await reading;
  if (!read.ok) return { ok: false, unavailable: await unavailable(ctx, id, read.error) };
  const { machine, raw, asOf } = read.answer;
  const [servicePrincipal, [extensions, permissions, activity, subscriptionName, runningOperations]] = await Promise.all([
    readServicePrincipal(ctx, machine),
    parts,
  ]);
  const principal = valueIfKnown(servicePrincipal);
  const signIn = signInOf(machine, extensions);
  const certificate = certificateVerdict({
    keys: principal?.keys ?? null,
    status: machine.status,
    statusRaw: machine.statusRaw,
    lastStatusChangeAt: machine.lastStatusChangeAt,
    identityKind: machine.identity.kind,
    now: ctx.clock.now(),
  });
  const detail: MachineDetail = {
    machine,
    raw,
    asOf,
    joinState: joinState({ domainName: machine.domainName, osFamily: machine.osFamily, signIn: signIn.state }),
    subscriptionName: valueIfKnown(subscriptionName),
    servicePrincipal,
    nameMatches: nameMatches(machine, principal),
    certificate,
    extensions,
    signIn,
    permissions,
    activity,
    runningOperations,
  };
  return { ok: true, detail };
}
