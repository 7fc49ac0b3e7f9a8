import "server-only";
import { toMachine } from "@/lib/azure/machine-mapper";
import type { AzureClients } from "@/lib/azure/ports";
import type { RolloutRow, RolloutTaskRow } from "@/lib/db/rollouts";
import type { RoleAssignmentInput } from "@/lib/domain/access/types";
import type { Cloud } from "@/lib/domain/clouds";
import { AppError } from "@/lib/domain/errors";
import { failureOfExtension } from "@/lib/domain/extension-failure";
import type { Machine, MachineExtension } from "@/lib/domain/machine";
import { hasSucceeded } from "@/lib/domain/rollout/kinds/extension-work";
import type { RolloutTarget, Work } from "@/lib/domain/rollout/types";
import { type DeviceFact, postCheck } from "@/lib/domain/rollout/verdict";
import { workKind } from "@/lib/domain/rollout/work-kinds";
import type { TaskVerdict } from "@/lib/jobs/rollout-remote";
import { mustStop } from "../access/gaps";
import { inLanes } from "../access/lanes";
import type { Clock, Logger } from "../context";
import { logUnread } from "../log-unread";
import { extensionIn, graphRows } from "./remote-reads";
import { assignmentIdAt, extensionOfTask, grantOf } from "./remote-writes";
import { createSignInReader, type SignInHolders, type SignInReader } from "./sign-in-holders";
import { storedPlan, storedTarget, storedWork } from "./stored";
import { extensionsAtQuery, machinesAtQuery } from "./target-queries";

type CheckArgs = {
  azure: AzureClients;
  cloud: Cloud;
  clock: Clock;
  log: Logger;
  /** Where the roll-out works. */
  subscriptions: () => Promise<string[]>;
  signal: AbortSignal;
  /** Extensions that single reads have just shown, by id in lower case. */
  seen: ReadonlyMap<string, { extension: MachineExtension | null; at: number }>;
};

const LANES = 6;
/** A single read this young need not be repeated. */
const FRESH_MS = 60_000;

type Item = { task: RolloutTaskRow; target: RolloutTarget; extensionId: string | null };
type Facts = {
  extensions: Map<number, MachineExtension | null>;
  machines: ReadonlyMap<string, Machine>;
  devices: Map<string, DeviceFact[] | null>;
  holders: ReadonlyMap<string, SignInHolders> | null;
};

function itemsOf(args: CheckArgs, rollout: RolloutRow, work: Work, tasks: readonly RolloutTaskRow[]): Item[] {
  return tasks.map((task) => {
    const target = storedTarget(task);
    const name = extensionOfTask({ cloud: args.cloud, rolloutId: rollout.id, work, target, standing: null });
    return { task, target, extensionId: name === null ? null : `${target.machineId}/extensions/${name}` };
  });
}

/** What stands at each machine. Resource Graph may lag behind: what it does not show as ended well is read by itself. */
async function readExtensions(args: CheckArgs, items: readonly Item[]): Promise<Map<number, MachineExtension | null>> {
  const found = new Map<number, MachineExtension | null>();
  const now = args.clock.now().getTime();
  const open: Item[] = [];
  for (const item of items) {
    const known = item.extensionId === null ? undefined : args.seen.get(item.extensionId.toLowerCase());
    if (item.extensionId === null) found.set(item.task.position, null);
    else if (known !== undefined && now - known.at <= FRESH_MS) found.set(item.task.position, known.extension);
    else open.push(item);
  }
  const ids = open.flatMap(({ extensionId }) => extensionId ?? []);
  const rows = ids.length === 0 ? new Map() : await graphRows(args, ids, extensionsAtQuery, "extensions");
  await inLanes(open, LANES, async ({ task, target, extensionId }) => {
    const shown = extensionIn(rows, extensionId ?? "");
    const name = (extensionId ?? "").slice((extensionId ?? "").lastIndexOf("/") + 1);
    const sure = shown !== null && hasSucceeded(shown);
    found.set(task.position, sure ? shown : await args.azure.hybridCompute.getExtension(target, name));
  });
  return found;
}

async function readMachines(args: CheckArgs, items: readonly Item[]): Promise<Map<string, Machine>> {
  const ids = items.map(({ target }) => target.machineId);
  const rows = await graphRows(args, ids, machinesAtQuery, "machines");
  const machines = [...rows.values()].map(toMachine).filter((machine) => machine !== null);
  return new Map(machines.map((machine) => [machine.id.toLowerCase(), machine]));
}

function computerName(machine: Machine | undefined, target: RolloutTarget): string {
  return machine?.computerName ?? target.name;
}

async function readDevices(args: CheckArgs, names: readonly string[]): Promise<Map<string, DeviceFact[] | null>> {
  const found = new Map<string, DeviceFact[] | null>();
  try {
    for (const { name, devices, error } of await args.azure.directory.devicesByNames(names, { signal: args.signal })) {
      if (error instanceof AppError && error.code === "unauthenticated") throw error;
      const facts = devices.map(({ deviceId, trustType }) => ({ deviceId, trustType }));
      found.set(name.toLowerCase(), error === null ? facts : null);
    }
  } catch (error) {
    if (mustStop(error, args)) throw error;
    logUnread(args.log, "rollout.devicesUnread", error);
  }
  return found;
}

/** `granted` = assignments that are known to stand. Throws AppError when Azure does not say. */
async function stands(args: CheckArgs, granted: ReadonlySet<string>, id: string): Promise<boolean> {
  return granted.has(id.toLowerCase()) || (await args.azure.access.roleAssignment(id)) !== null;
}

/** For what only adds to the verdict: null = Azure did not say. */
async function maybeStands(args: CheckArgs, granted: ReadonlySet<string>, id: string): Promise<boolean | null> {
  try {
    return await stands(args, granted, id);
  } catch (error) {
    if (mustStop(error, args)) throw error;
    logUnread(args.log, "rollout.grantUnread", error);
    return null;
  }
}

/** Assignments of the last step that stand although Resource Graph may not show them yet. `unread` = some could not be asked about. */
async function ownGrants(args: CheckArgs, granted: Set<string>, rollout: RolloutRow, items: readonly Item[]) {
  const { grant } = storedPlan(rollout);
  const own: { standing: RoleAssignmentInput[]; unread: boolean } = { standing: [], unread: false };
  if (grant === null) return own;
  const wanted = new Map(
    items.map(({ target }) => {
      const asked = grantOf(rollout.id, grant, target.machineId);
      return [asked.id.toLowerCase(), asked] as const;
    }),
  );
  await inLanes([...wanted.values()], LANES, async ({ id, scope, body }) => {
    const isStanding = await maybeStands(args, granted, id);
    if (isStanding === null) own.unread = true;
    if (isStanding !== true) return;
    granted.add(id.toLowerCase());
    const { roleDefinitionId, principalId, principalType } = body;
    own.standing.push({ id, scope, roleDefinitionId, principalId, principalType, condition: null, createdOn: null });
  });
  return own;
}

/** Checks after success for many machines at once: extensions, machines, devices and holders in a few requests together. */
export function createPostChecks(args: CheckArgs) {
  const granted = new Set<string>();
  let reader: { key: string; at: SignInReader } | null = null;

  function signInReader(rollout: RolloutRow): SignInReader {
    const { grant } = storedPlan(rollout);
    const named = grant === null ? [] : [{ id: grant.principal.id, type: grant.principal.type }];
    if (reader?.key !== rollout.id) {
      const { azure, clock, log, signal } = args;
      const ctx = { azure, clock, log, signal, traceId: rollout.traceId };
      reader = { key: rollout.id, at: createSignInReader(ctx, args.subscriptions, named) };
    }
    return reader.at;
  }

  async function readHolders(rollout: RolloutRow, items: readonly Item[], machines: ReadonlyMap<string, Machine>) {
    const inputs = items.map(({ target }) => ({
      id: target.machineId,
      name: target.name,
      principalId: machines.get(target.machineId.toLowerCase())?.identity.principalId ?? null,
    }));
    try {
      const { standing, unread } = await ownGrants(args, granted, rollout, items);
      const holders = await signInReader(rollout).at(inputs, standing);
      // Who holds nothing else may hold what could not be asked about.
      return unread ? new Map([...holders].map(([key, held]) => [key, { ...held, complete: false }])) : holders;
    } catch (error) {
      if (mustStop(error, args)) throw error;
      logUnread(args.log, "rollout.accessUnread", error);
      return null;
    }
  }

  async function gather(rollout: RolloutRow, work: Work, items: readonly Item[]): Promise<Facts> {
    const none: Facts = { extensions: new Map(), machines: new Map(), devices: new Map(), holders: null };
    if (!workKind(work.kind).checksSignIn) return { ...none, extensions: await readExtensions(args, items) };
    const [extensions, machines] = await Promise.all([readExtensions(args, items), readMachines(args, items)]);
    const names = items.map(({ target }) => computerName(machines.get(target.machineId.toLowerCase()), target));
    const windows = workKind(work.kind).osFamily === "windows";
    const [devices, holders] = await Promise.all([
      windows ? readDevices(args, names) : new Map<string, DeviceFact[] | null>(),
      readHolders(rollout, items, machines),
    ]);
    return { extensions, machines, devices, holders };
  }

  /** Whether the role of the work stands at the machine; null where the work assigns none. */
  async function readAssigned(rollout: RolloutRow, work: Work, items: readonly Item[]): Promise<Map<number, boolean>> {
    const found = new Map<number, boolean>();
    if (work.kind !== "role.assign") return found;
    await inLanes(items, LANES, async ({ task, target }) => {
      found.set(task.position, await stands(args, granted, assignmentIdAt(rollout.id, target.machineId)));
    });
    return found;
  }

  function verdictOf(work: Work, item: Item, facts: Facts, assigned: boolean | null): TaskVerdict {
    const { target, task } = item;
    const key = target.machineId.toLowerCase();
    const machine = facts.machines.get(key);
    const extension = facts.extensions.get(task.position) ?? null;
    const name = computerName(machine, target);
    const holders = facts.holders?.get(key) ?? null;
    return postCheck({
      work,
      machineName: name,
      standing: { extension, assigned },
      failure: extension !== null && !hasSucceeded(extension) ? failureOfExtension(extension) : null,
      devices: facts.devices.get(name.toLowerCase()) ?? null,
      signInHolders: holders === null ? null : { count: holders.now + holders.eligible, complete: holders.complete },
      domainName: machine?.domainName ?? null,
    });
  }

  return {
    /** Remembers that an assignment of this roll-out stands. */
    granted: (id: string) => void granted.add(id.toLowerCase()),
    /** One verdict a machine, by position. Throws AppError when the sign-in is refused or Azure does not answer. */
    async run(rollout: RolloutRow, tasks: readonly RolloutTaskRow[]): Promise<Map<number, TaskVerdict>> {
      const work = storedWork(rollout);
      const items = itemsOf(args, rollout, work, tasks);
      const [facts, assigned] = await Promise.all([gather(rollout, work, items), readAssigned(rollout, work, items)]);
      return new Map(
        items.map((item) => {
          const { position } = item.task;
          return [position, verdictOf(work, item, facts, assigned.get(position) ?? null)] as const;
        }),
      );
    },
  };
}
