import { type AccessDecision, decideAccess } from "../core/rbac.ts";
import { textOf } from "../core/text.ts";
import { signAppAccessToken } from "../entra/tokens.ts";
import { certificateAt } from "../world/certificate.ts";
import { machineResourceId } from "../world/ids.ts";
import { stableGuid } from "../world/random.ts";
import { CONTOSO_TENANT_ID, LOCAL_AUTHORITY, type MachineSpec } from "../world/types.ts";
import { onboardWave } from "../world/wave.ts";
import type { ControlAnswer, ControlCall } from "./control-calls.ts";
import { readInput, refuse, text, wholeNumber } from "./input.ts";

/** POST /machine-tokens {machine, resource}: what the agent of the machine would get for its programs. */
export async function machineToken({ state, body }: ControlCall): Promise<ControlAnswer> {
  const input = readInput(body, ["machine", "resource"]);
  const name = (text(input, "machine") ?? "").toLowerCase();
  const { instance } = state;
  const { world, cloud, entra, options, wallNowMs } = instance;
  const spec = world.machines.find((row) => row.deletedAtMs === null && row.name.toLowerCase() === name);
  if (spec === undefined) throw refuse(404, `There is no machine '${name}'.`);
  const principal = identityOf(state, spec);
  const audience = text(input, "resource") ?? cloud.arm;
  const deps = { state: entra, cloud, options, wallNowMs, world: () => world };
  const resource = { kind: "arm" as const, audience, app: null };
  const args = { deps, origin: LOCAL_AUTHORITY, principal, resource, clientCapabilities: [] };
  const accessToken = await signAppAccessToken({ ...args, resourceId: machineResourceId(spec) });
  return { status: 200, body: { accessToken } };
}

function identityOf({ instance }: ControlCall["state"], spec: MachineSpec) {
  const principal = instance.world.servicePrincipals.get(spec.principalId ?? "");
  if (principal === undefined) throw refuse(409, `The machine '${spec.name}' has no identity.`);
  const { endMs } = certificateAt(spec, instance.clock.nowMs());
  if (endMs <= instance.clock.nowMs()) {
    throw refuse(409, `The identity of '${spec.name}' expired on ${new Date(endMs).toISOString()}. Its agent gets no token.`);
  }
  return principal;
}

type Question = {
  principalId?: unknown;
  tenantId?: unknown;
  action?: unknown;
  scope?: unknown;
  dataAction?: unknown;
  /** Another moment than now; what was there then and is still recorded counts. */
  atMs?: unknown;
};

/** POST /decisions {questions}: what local Azure itself would decide, for comparisons with another engine. */
export function decisions({ state, body }: ControlCall): ControlAnswer {
  const { questions } = readInput(body, ["questions"]);
  if (!Array.isArray(questions)) throw refuse(400, "'questions' is a list of {principalId, action, scope, dataAction?}.");
  const { world, clock } = state.instance;
  const nowMs = clock.nowMs();
  const answers = questions.map((row: Question) => {
    const { principalId, action, scope } = row;
    if (typeof principalId !== "string" || typeof action !== "string" || typeof scope !== "string") {
      throw refuse(400, "Every question names principalId, action and scope as texts.");
    }
    const principal = { tenantId: typeof row.tenantId === "string" ? row.tenantId : CONTOSO_TENANT_ID, objectId: principalId };
    const atMs = typeof row.atMs === "number" ? row.atMs : nowMs;
    return shown(decideAccess(world, atMs, { principal, action, scope, dataAction: row.dataAction === true }));
  });
  return { status: 200, body: { decisions: answers } };
}

function shown({ outcome, assignment, denyAssignment }: AccessDecision): object {
  return { outcome, assignment: assignment?.name ?? null, denyAssignment: denyAssignment?.name ?? null };
}

/** POST /groups {displayName, memberIds?}: a group that services learn of only after principalReplicationMs. */
export function addGroup({ state, body }: ControlCall): ControlAnswer {
  const input = readInput(body, ["displayName", "memberIds"]);
  const displayName = text(input, "displayName") ?? "";
  if (displayName === "") throw refuse(400, "'displayName' is missing.");
  const { world, clock } = state.instance;
  const id = stableGuid(world.seed, `group:control:${world.groups.length}:${world.revision}`);
  const memberIds = Array.isArray(input.memberIds) ? input.memberIds.map(String) : [];
  const createdAtMs = clock.nowMs();
  world.groups.push({ id, tenantId: CONTOSO_TENANT_ID, displayName, securityEnabled: true, memberIds, createdAtMs });
  world.revision += 1;
  return { status: 201, body: { id } };
}

/** PATCH /groups/{id} {add?, remove?}: members come and go. */
export function changeGroup({ state, body, name }: ControlCall): ControlAnswer {
  const input = readInput(body, ["add", "remove"]);
  const { world } = state.instance;
  const group = world.groups.find((row) => row.id === name.toLowerCase());
  if (group === undefined) throw refuse(404, `There is no group '${name}'.`);
  const list = (value: unknown): string[] => (Array.isArray(value) ? value.map((id) => textOf(id).toLowerCase()) : []);
  const gone = new Set(list(input.remove));
  group.memberIds = [...new Set([...group.memberIds.filter((id) => !gone.has(id)), ...list(input.add)])];
  world.revision += 1;
  return { status: 200, body: { id: group.id, members: group.memberIds.length } };
}

/** DELETE /principals/{id}: a person, group or service principal leaves the directory; its assignments stay. */
export function removePrincipal({ state, name }: ControlCall): ControlAnswer {
  const { world } = state.instance;
  const id = name.toLowerCase();
  const known = world.users.some((row) => row.id === id) || world.groups.some((row) => row.id === id);
  if (!known && !world.servicePrincipals.has(id)) throw refuse(404, `There is no principal '${name}'.`);
  world.users = world.users.filter((row) => row.id !== id);
  world.groups = world.groups.filter((row) => row.id !== id);
  world.servicePrincipals.delete(id);
  for (const group of world.groups) group.memberIds = group.memberIds.filter((member) => member !== id);
  world.revision += 1;
  return { status: 204 };
}

const MOST_ONBOARDED = 1_000;

/** POST /machines {subscriptionId, resourceGroup, count}: servers that come together, alone in a new resource group. */
export function addMachines({ state, body }: ControlCall): ControlAnswer {
  const input = readInput(body, ["subscriptionId", "resourceGroup", "count"]);
  const subscriptionId = (text(input, "subscriptionId") ?? "").toLowerCase();
  const resourceGroup = text(input, "resourceGroup") ?? "";
  const count = wholeNumber(input, "count", { from: 1, to: MOST_ONBOARDED }) ?? 1;
  if (!/^[\w-]{1,60}$/.test(resourceGroup)) throw refuse(400, "'resourceGroup' is a name of letters, digits, _ and -.");
  const names = onboardWave(state.instance.world, { subscriptionId, resourceGroup, count });
  if (names === null) throw refuse(409, `The group '${resourceGroup}' exists, or there is no such subscription with machines.`);
  return { status: 201, body: { names } };
}
