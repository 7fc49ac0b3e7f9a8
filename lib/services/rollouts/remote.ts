import "server-only";
import type { AzureClients } from "@/lib/azure/ports";
import type { Database } from "@/lib/db/database";
import { machinesBySubscription } from "@/lib/db/rollout-read";
import type { RolloutRow, RolloutTaskRow } from "@/lib/db/rollouts";
import type { Cloud } from "@/lib/domain/clouds";
import { AppError } from "@/lib/domain/errors";
import { decodeFailure } from "@/lib/domain/extension-failure";
import type { MachineExtension } from "@/lib/domain/machine";
import { failedOutcome } from "@/lib/domain/rollout/causes";
import { hasSucceeded } from "@/lib/domain/rollout/kinds/extension-work";
import type { TaskOutcome } from "@/lib/domain/rollout/types";
import { workKind } from "@/lib/domain/rollout/work-kinds";
import type { RolloutRemote, TaskSighting } from "@/lib/jobs/rollout-remote";
import type { Clock, Logger } from "../context";
import { createPostChecks } from "./post-checks";
import { extensionIn, graphRows, sightingOfExtension, sightingOfRemoval } from "./remote-reads";
import {
  assignmentIdAt,
  extensionOfTask,
  FINAL_START,
  grantOf,
  needsStanding,
  requestOfTask,
  sendExact,
  sendGrant,
  sendRemoval,
} from "./remote-writes";
import { storedPlan, storedTarget, storedWork } from "./stored";
import { connectedQuery, extensionsAtQuery } from "./target-queries";

export type RemoteArgs = { azure: AzureClients; cloud: Cloud; clock: Clock; log: Logger; db: Database; rolloutId: string };

/** A single read is good for the check that follows it, not for one much later. */
const SEEN_MS = 60_000;

/** Azure has taken the request of the task. */
function isAccepted(task: RolloutTaskRow): boolean {
  return task.acceptedAt !== null || task.operationUrl !== null;
}

type Subject = {
  work: ReturnType<typeof storedWork>;
  target: ReturnType<typeof storedTarget>;
  /** Null for work that writes no extension. */
  extensionName: string | null;
};

function subjectOf(args: RemoteArgs, rollout: RolloutRow, task: RolloutTaskRow): Subject {
  const work = storedWork(rollout);
  const target = storedTarget(task);
  const extensionName = extensionOfTask({ cloud: args.cloud, rolloutId: rollout.id, work, target, standing: null });
  return { work, target, extensionName };
}

function extensionIdOf({ target, extensionName }: Subject): string {
  return `${target.machineId}/extensions/${extensionName ?? ""}`;
}

async function isGone(azure: AzureClients, subject: Subject): Promise<boolean> {
  try {
    await azure.hybridCompute.getMachine(subject.target);
    return false;
  } catch (error) {
    if (error instanceof AppError && error.code === "not_found") return true;
    throw error;
  }
}

/** The role stands when the assignment of that name is there, or another one for the same principal and role at the machine. */
async function lookAtAssignment(azure: AzureClients, rollout: RolloutRow, subject: Subject): Promise<TaskSighting> {
  const { work, target } = subject;
  if (work.kind !== "role.assign") return { seen: "nothing" };
  const scope = target.machineId;
  const id = assignmentIdAt(rollout.id, scope);
  const done: TaskSighting = { seen: "succeeded", azureStatus: "Assigned", ours: true };
  if ((await azure.access.roleAssignment(id)) !== null) return done;
  const role = work.roleDefinitionId.slice(work.roleDefinitionId.lastIndexOf("/") + 1).toLowerCase();
  const rows = await azure.access.roleAssignments(scope, { atScope: true });
  const same = rows.some(
    (row) =>
      row.scope.toLowerCase() === scope.toLowerCase() &&
      row.principalId.toLowerCase() === work.principal.id.toLowerCase() &&
      row.roleDefinitionId.toLowerCase().endsWith(`/${role}`),
  );
  if (same) return done;
  return (await isGone(azure, subject)) ? { seen: "gone" } : { seen: "nothing" };
}

async function endedOperation(
  azure: AzureClients,
  task: RolloutTaskRow,
  type: string | null,
): Promise<TaskOutcome | "succeeded" | null> {
  const { operationUrl, locationUrl } = task;
  if (operationUrl === null && locationUrl === null) return null;
  try {
    const { phase, failure, azureStatus } = await azure.hybridCompute.pollOperation({ operationUrl, locationUrl });
    if (phase === "succeeded") return "succeeded";
    if (phase === "running") return null;
    const words = { code: failure?.code ?? azureStatus, message: failure?.message ?? null };
    return failedOutcome(decodeFailure({ ...words, extensionType: type }), failure);
  } catch (error) {
    // Azure forgets operations after some days; the extension itself then tells how it ended.
    if (error instanceof AppError && error.code === "not_found") return null;
    throw error;
  }
}

/** Azure has taken the request, and what stands there is as it was before: the operation may not have begun, or not have worked. */
function looksUntouched(extension: MachineExtension, work: Subject["work"]): boolean {
  if (!hasSucceeded(extension)) return false;
  if (work.kind.endsWith(".uninstall")) return true;
  return work.kind.endsWith(".upgrade") && !workKind(work.kind).ours({ extension, assigned: null }, work);
}

function sightingBeforeEffect(ended: TaskOutcome | "succeeded" | null, extension: MachineExtension): TaskSighting {
  const azureStatus = extension.provisioningState;
  if (ended === null) return { seen: "running", azureStatus, ours: true };
  return ended === "succeeded"
    ? { seen: "succeeded", azureStatus, ours: true }
    : { seen: "failed", azureStatus, ours: true, outcome: ended };
}

/** Calls of one roll-out with the rights of one person or identity. None carries a request's signal: the browser may leave. */
export function createRolloutRemote(args: RemoteArgs): RolloutRemote {
  const { azure } = args;
  const signal = new AbortController().signal;
  const ctx = { azure, signal };
  /** What single reads have shown just now: the check after success need not ask again. */
  const seen = new Map<string, { extension: MachineExtension | null; at: number }>();
  const subscriptions = async () => [...(await machinesBySubscription(args.db, args.rolloutId)).keys()];
  const checks = createPostChecks({ ...args, subscriptions, signal, seen });

  async function read(subject: Subject): Promise<MachineExtension | null> {
    const extension = await azure.hybridCompute.getExtension(subject.target, subject.extensionName ?? "");
    const key = extensionIdOf(subject).toLowerCase();
    const now = args.clock.now().getTime();
    for (const [other, { at }] of seen) if (now - at > SEEN_MS) seen.delete(other);
    seen.set(key, { extension, at: now });
    return extension;
  }

  return {
    async send(rollout, task) {
      const { work, target, extensionName } = subjectOf(args, rollout, task);
      const asked = extensionName !== null && needsStanding(work, target);
      const standing = asked ? await azure.hybridCompute.getExtension(target, extensionName) : null;
      const request = requestOfTask({ cloud: args.cloud, rolloutId: rollout.id, work, target, standing });
      try {
        return await sendExact(azure, target, request);
      } catch (error) {
        const gone = request.method === "DELETE" && error instanceof AppError && error.code === "not_found";
        if (gone) return FINAL_START;
        throw error;
      }
    },

    async statusOf(rollout, tasks) {
      const subjects = tasks.map((task) => ({ task, subject: subjectOf(args, rollout, task) }));
      const found = new Map<number, TaskSighting>();
      const named = subjects.filter(({ subject }) => subject.extensionName !== null);
      const ids = named.map(({ subject }) => extensionIdOf(subject));
      const rows = ids.length === 0 ? new Map() : await graphRows(ctx, ids, extensionsAtQuery, "extensions");
      for (const { task, subject } of subjects) {
        const { work, extensionName } = subject;
        // A role assignment is final with its answer; the single read then confirms it.
        if (extensionName === null) found.set(task.position, { seen: "succeeded", azureStatus: "Assigned", ours: true });
        else {
          const extension = extensionIn(rows, extensionIdOf(subject));
          if (work.kind.endsWith(".uninstall")) found.set(task.position, sightingOfRemoval(extension, isAccepted(task)));
          else if (extension !== null) found.set(task.position, sightingOfExtension(extension, work, isAccepted(task)));
        }
      }
      return found;
    },

    async look(rollout, task) {
      const subject = subjectOf(args, rollout, task);
      const { work } = subject;
      if (subject.extensionName === null) {
        const sighting = await lookAtAssignment(azure, rollout, subject);
        if (sighting.seen === "succeeded") checks.granted(assignmentIdAt(rollout.id, subject.target.machineId));
        return sighting;
      }
      const extension = await read(subject);
      const accepted = isAccepted(task);
      if (extension !== null && accepted && looksUntouched(extension, work)) {
        return sightingBeforeEffect(await endedOperation(azure, task, extension.type), extension);
      }
      if (work.kind.endsWith(".uninstall")) return sightingOfRemoval(extension, accepted);
      if (extension !== null) return sightingOfExtension(extension, work, accepted);
      return (await isGone(azure, subject)) ? { seen: "gone" } : { seen: "nothing" };
    },

    ended(rollout, task) {
      const { work, target, extensionName } = subjectOf(args, rollout, task);
      if (extensionName === null || work.kind === "role.assign") return Promise.resolve("succeeded");
      const request = requestOfTask({ cloud: args.cloud, rolloutId: rollout.id, work, target, standing: null });
      const body = request.body as { properties?: { type?: string } } | null;
      return endedOperation(azure, task, body?.properties?.type ?? null);
    },

    async connected(_rollout, tasks) {
      const rows = await graphRows(
        ctx,
        tasks.map(({ machineId }) => machineId),
        connectedQuery,
        "machines",
      );
      const found = new Map<number, boolean>();
      for (const { position, machineKey } of tasks) {
        const status = rows.get(machineKey)?.status;
        if (typeof status === "string") found.set(position, status.toLowerCase() === "connected");
      }
      return found;
    },

    async grant(rollout, task) {
      const { grant } = storedPlan(rollout);
      if (grant === null) return null;
      const refusal = await sendGrant(azure, rollout.id, grant, task.machineId);
      if (refusal === null) checks.granted(grantOf(rollout.id, grant, task.machineId).id);
      return refusal;
    },

    check: (rollout, tasks) => checks.run(rollout, tasks),

    remove(rollout, task) {
      const { target, extensionName } = subjectOf(args, rollout, task);
      return extensionName === null ? Promise.resolve(FINAL_START) : sendRemoval(azure, target, extensionName);
    },
  };
}
