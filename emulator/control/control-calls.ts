import { randomUUID } from "node:crypto";
import { FEWEST_MACHINES, MOST_ASSIGNMENTS, MOST_BRANCHES, MOST_GROUPS, MOST_MACHINES } from "../core/limits.ts";
import { applyOptions, defaultOptions } from "../core/options.ts";
import { findByLoginName } from "../entra/directory.ts";
import { revokeSessions } from "../entra/state.ts";
import { createWorld } from "../world/create-world.ts";
import { type MachinePatch, patchMachine, replaceWorld, restoreWorld, snapshotWorld } from "../world/mutate.ts";
import { CONTOSO_TENANT_ID } from "../world/types.ts";
import type { ControlState } from "./control-state.ts";
import { readFaultRule } from "./fault-input.ts";
import { readInput, refuse, text, wholeNumber } from "./input.ts";
import { issueToken } from "./token-desk.ts";

export type ControlCall = { state: ControlState; body: string; query: URLSearchParams; name: string };
export type ControlAnswer = { status: number; body?: unknown };

const MOST_MS = 8_640_000_000_000_000;
const SEEDS = { from: 0, to: 4_294_967_295 };

/** GET /state */
export function readState({ state }: ControlCall): ControlAnswer {
  const { instance } = state;
  const { world } = instance;
  const body = {
    cloud: instance.cloud.name,
    seed: state.seed,
    machines: state.machines,
    now: new Date(instance.clock.nowMs()).toISOString(),
    nowMs: instance.clock.nowMs(),
    tenants: world.tenants,
    subscriptions: world.subscriptions,
    personas: world.users.flatMap((user) =>
      user.persona === undefined
        ? []
        : [
            {
              ...user.persona,
              tenantId: user.tenantId,
              objectId: user.id,
              displayName: user.displayName,
              signInName: user.mail ?? user.userPrincipalName,
            },
          ],
    ),
    options: instance.options,
    faults: instance.faults.list(),
    requests: instance.recorder.list({ since: Number.MAX_SAFE_INTEGER }).lastSeq,
  };
  return { status: 200, body };
}

/** POST /reset: a fresh world, clock and options, no faults and full quotas. Sign-ins, keys and recorded requests stay. */
export function reset({ state, body }: ControlCall): ControlAnswer {
  const input = readInput(body, ["machines", "assignments", "groups", "branches", "seed", "nowMs"]);
  const machines = wholeNumber(input, "machines", { from: FEWEST_MACHINES, to: MOST_MACHINES }) ?? state.machines;
  const assignments = wholeNumber(input, "assignments", { from: 0, to: MOST_ASSIGNMENTS }) ?? state.assignments;
  const groups = wholeNumber(input, "groups", { from: 0, to: MOST_GROUPS }) ?? state.groups;
  const branches = wholeNumber(input, "branches", { from: 0, to: MOST_BRANCHES }) ?? state.branches;
  const seed = wholeNumber(input, "seed", SEEDS) ?? state.seed;
  const nowMs = wholeNumber(input, "nowMs", { from: 0, to: MOST_MS }) ?? state.startedAtMs;
  const { instance } = state;
  Object.assign(state, { machines, assignments, groups, branches });
  state.seed = seed;
  instance.clock.set(nowMs);
  const { portalHost, portalApp } = state;
  const hosted = { portalApp, ...(portalHost === undefined ? {} : { portalHost }) };
  const size = { machines, assignments, groups, branches };
  replaceWorld(instance.world, createWorld({ seed, ...size, ...hosted, nowMs, cloud: instance.cloud.name }));
  resetOptions(state);
  instance.faults.clear();
  instance.throttle.reset();
  return { status: 200, body: { ...size, seed, nowMs } };
}

function resetOptions(state: ControlState): void {
  const { options } = state.instance;
  const fresh = defaultOptions();
  for (const name of Object.keys(options)) if (!(name in fresh)) delete (options as Record<string, unknown>)[name];
  Object.assign(options, fresh);
  applyOptions(options, state.startOptions);
}

/** POST /snapshot */
export function snapshot({ state }: ControlCall): ControlAnswer {
  const { instance } = state;
  const id = randomUUID();
  const options = structuredClone(instance.options);
  state.snapshots.set(id, { world: snapshotWorld(instance.world), options, nowMs: instance.clock.nowMs() });
  return { status: 201, body: { id } };
}

/** POST /restore {id} */
export function restore({ state, body }: ControlCall): ControlAnswer {
  const id = text(readInput(body, ["id"]), "id") ?? "";
  const found = state.snapshots.get(id);
  if (found === undefined) throw refuse(404, `There is no snapshot '${id}'.`);
  state.instance.clock.set(found.nowMs);
  restoreWorld(state.instance.world, found.world);
  Object.assign(state.instance.options, structuredClone(found.options));
  return { status: 200, body: { id } };
}

/** POST /save: writes the state file, from which a later start goes on. */
export async function save({ state }: ControlCall): Promise<ControlAnswer> {
  await state.save();
  return { status: 204 };
}

/** GET /clock */
export function readClock({ state }: ControlCall): ControlAnswer {
  const nowMs = state.instance.clock.nowMs();
  return { status: 200, body: { now: new Date(nowMs).toISOString(), nowMs } };
}

/** POST /clock {now | advanceMs} */
export function changeClock(call: ControlCall): ControlAnswer {
  const { clock, world } = call.state.instance;
  const input = readInput(call.body, ["now", "advanceMs"]);
  const advanceMs = wholeNumber(input, "advanceMs", { from: -MOST_MS, to: MOST_MS });
  if (advanceMs !== undefined) clock.advance(advanceMs);
  else if (typeof input.now === "string" && Number.isFinite(Date.parse(input.now))) clock.set(Date.parse(input.now));
  else if (typeof input.now === "number") clock.set(wholeNumber(input, "now", { from: 0, to: MOST_MS }) ?? 0);
  else throw refuse(400, "Give 'now' (ISO time or milliseconds) or 'advanceMs'.");
  world.settle(clock.nowMs());
  return readClock(call);
}

/** GET /options */
export function readOptions({ state }: ControlCall): ControlAnswer {
  return { status: 200, body: state.instance.options };
}

/** PATCH /options */
export function changeOptions(call: ControlCall): ControlAnswer {
  applyOptions(call.state.instance.options, readInput(call.body, null));
  return readOptions(call);
}

/** POST /faults */
export function addFault({ state, body }: ControlCall): ControlAnswer {
  return { status: 201, body: { id: state.instance.faults.add(readFaultRule(body)) } };
}

/** GET /faults */
export function listFaults({ state }: ControlCall): ControlAnswer {
  return { status: 200, body: { faults: state.instance.faults.list() } };
}

/** DELETE /faults */
export function clearFaults({ state }: ControlCall): ControlAnswer {
  state.instance.faults.clear();
  return { status: 204 };
}

/** DELETE /faults/{id} */
export function removeFault({ state, name }: ControlCall): ControlAnswer {
  if (!state.instance.faults.remove(name)) throw refuse(404, `There is no fault '${name}'.`);
  return { status: 204 };
}

/** GET /requests?since=&face=&path= */
export function listRequests({ state, query }: ControlCall): ControlAnswer {
  const since = Number(query.get("since") ?? "0");
  if (!Number.isFinite(since)) throw refuse(400, "'since' is the number of a recorded request.");
  const face = query.get("face");
  const path = query.get("path");
  const filter = { since, ...(face === null ? {} : { face }), ...(path === null ? {} : { path }) };
  return { status: 200, body: state.instance.recorder.list(filter) };
}

/** DELETE /requests */
export function clearRequests({ state }: ControlCall): ControlAnswer {
  state.instance.recorder.clear();
  state.instance.tally.clear();
  return { status: 204 };
}

/** GET /tally */
export function readTally({ state }: ControlCall): ControlAnswer {
  return { status: 200, body: { rows: state.instance.tally.rows() } };
}

/** POST /sessions/revoke {upn?} */
export function revoke({ state, body }: ControlCall): ControlAnswer {
  const upn = text(readInput(body, ["upn"]), "upn");
  const user = upn === undefined ? null : findByLoginName(state.instance.world, upn);
  if (upn !== undefined && user === null) throw refuse(404, `There is no user '${upn}'.`);
  const revoked = revokeSessions(state.instance.entra, user?.homeObjectId ?? null, state.instance.wallNowMs());
  return { status: 200, body: { revoked } };
}

/** POST /keys/rotate */
export async function rotateKeys({ state }: ControlCall): Promise<ControlAnswer> {
  return { status: 200, body: { kid: await state.instance.entra.keys.rotate() } };
}

/** PATCH /machines/{name} */
export function changeMachine({ state, body, name }: ControlCall): ControlAnswer {
  const known = [
    "overrides",
    "extensionOutcome",
    "status",
    "offlineForMs",
    "certificateDaysLeft",
    "renewalStuck",
    "identity",
    "registrationBlocked",
    "identityEndpointSilent",
    "hasOldLoginPackage",
    "joinedWithoutDevice",
    "extension",
    "deviceRemoved",
    "deleted",
  ];
  const patch = readInput(body, known) as MachinePatch;
  const { world, clock } = state.instance;
  world.settle(clock.nowMs());
  if (!patchMachine(world, name, patch)) throw refuse(404, `There is no machine '${name}'.`);
  return { status: 200, body: { name } };
}

/** POST /users/{upn} {accountEnabled} */
export function changeUser({ state, body, name }: ControlCall): ControlAnswer {
  const { accountEnabled } = readInput(body, ["accountEnabled"]);
  if (typeof accountEnabled !== "boolean") throw refuse(400, "'accountEnabled' is true or false.");
  const { world } = state.instance;
  const user = findByLoginName(world, name);
  if (user === null) throw refuse(404, `There is no user '${name}'.`);
  user.accountEnabled = accountEnabled;
  // Entra tells the services at once that an account was switched off, like a revocation.
  if (!accountEnabled) revokeSessions(state.instance.entra, user.homeObjectId, state.instance.wallNowMs());
  world.revision += 1;
  return { status: 200, body: { id: user.id, accountEnabled } };
}

/** POST /tokens {upn, resource, ...}: a token as a sign-in would give it, for tests that call a service themselves. */
export async function mintToken({ state, body }: ControlCall): Promise<ControlAnswer> {
  const input = readInput(body, ["upn", "resource", "tenantId", "acrs", "amr", "capabilities"]);
  const resource = text(input, "resource") ?? "arm";
  if (resource !== "arm" && resource !== "graph" && resource !== "api") throw refuse(400, "'resource' is arm, graph or api.");
  const lists = Object.fromEntries(
    ["acrs", "amr", "capabilities"].flatMap((name) => (Array.isArray(input[name]) ? [[name, input[name].map(String)]] : [])),
  );
  const accessToken = await issueToken(state.instance, {
    upn: text(input, "upn") ?? "",
    resource,
    tenantId: text(input, "tenantId") ?? CONTOSO_TENANT_ID,
    ...lists,
  });
  return { status: 200, body: { accessToken } };
}
