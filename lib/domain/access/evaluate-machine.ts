import { type AccessIndex, atLeastReasons } from "./access-index";
import { type AccessCapabilityId, ATOM_IDS, ATOMS, type AtomId, CAPABILITY_IDS, capabilityRule } from "./capabilities";
import type { Deny } from "./deny";
import type { Grant } from "./grants";
import type { GroupChain } from "./groups";
import { SIGN_IN_ATOMS } from "./masks";
import { conditionUnderDeny, denyVerdict, pathOf, sortPaths } from "./paths";
import { type Decision, LIMITED_BIT } from "./roles";
import { normaliseScope } from "./scope";
import type {
  AccessPath,
  BlockedHolder,
  BlockReason,
  CapabilityAnswer,
  Holder,
  MachineAccess,
  MachineInput,
  PrincipalInput,
} from "./types";

/** Why a principal cannot use an atom whatever its roles say. */
export function personBlocks(principal: PrincipalInput, atom: AtomId): BlockReason[] {
  if (principal.kind === "deleted") return [{ reason: "deleted" }];
  const blocks: BlockReason[] = principal.enabled === false ? [{ reason: "disabled" }] : [];
  const signsIn = (SIGN_IN_ATOMS & (1 << ATOM_IDS.indexOf(atom))) !== 0;
  if (!signsIn || principal.kind === "user" || principal.kind === "unknown") return blocks;
  return [...blocks, principal.kind === "guest" ? { reason: "guest" } : { reason: "notAPerson" }];
}

/** Members of one group mostly have the same path: it is made once per grant, atom and way up. */
type SharedPaths = Map<Grant, Map<AtomId, Map<GroupChain | null, AccessPath>>>;

type Context = { index: AccessIndex; target: string; shared: SharedPaths };

/** A grant of the chain with all bits that its role gives, a cheap sieve before the full decision. */
type Given = { grant: Grant; bits: number };

/** One principal with what reaches the machine: grants by any of its groups, denies that name it. */
type Candidate = { leaf: PrincipalInput; given: Given[]; denies: readonly Deny[] };

type Attempt = { path: AccessPath; blocked: readonly BlockReason[] };

function sharedPath(context: Context, leaf: PrincipalInput, grant: Grant, atom: AtomId, decision: Decision): AccessPath {
  const { index, target, shared } = context;
  const chain = index.directory.chain(leaf.id, grant.principalId);
  const ofGrant = shared.get(grant) ?? new Map<AtomId, Map<GroupChain | null, AccessPath>>();
  shared.set(grant, ofGrant);
  const ofAtom = ofGrant.get(atom) ?? new Map<GroupChain | null, AccessPath>();
  ofGrant.set(atom, ofAtom);
  const { action, isDataAction } = ATOMS[atom];
  const path = ofAtom.get(chain) ?? pathOf(index, { grant, decision, action, isDataAction }, chain, target, decision.condition);
  ofAtom.set(chain, path);
  return path;
}

function tryAtom(
  context: Context,
  leaf: PrincipalInput,
  denies: readonly Deny[],
  grant: Grant,
  atom: AtomId,
  decision: Decision,
): Attempt {
  const { index, target } = context;
  const { action, isDataAction, at } = ATOMS[atom];
  const path = sharedPath(context, leaf, grant, atom, decision);
  const blocks = personBlocks(leaf, atom);
  if (denies.length === 0) return { path, blocked: blocks };
  const reaching = at === "machine" ? denies : denies.filter((deny) => deny.scope !== target);
  const verdict = denyVerdict(index, reaching, action, isDataAction);
  const condition = conditionUnderDeny(decision.condition, verdict.maybeBy);
  return { path: condition === path.condition ? path : { ...path, condition }, blocked: [...blocks, ...verdict.denied] };
}

/** The surest open way, an open way that depends on a condition beside it; when nothing is open, the first blocked one. */
function chooseAttempts(attempts: readonly Attempt[]): readonly Attempt[] {
  const [only] = attempts;
  if (only === undefined || (attempts.length === 1 && only.blocked.length === 0)) return attempts;
  const open = attempts.filter((attempt) => attempt.blocked.length === 0);
  const isDepends = (attempt: Attempt) => attempt.path.condition.kind === "depends";
  const chosen = [open.find((attempt) => !isDepends(attempt)), open.find(isDepends)].filter((attempt) => attempt !== undefined);
  return chosen.length > 0 ? chosen : attempts.slice(0, 1);
}

function tryGrant(
  context: Context,
  leaf: PrincipalInput,
  denies: readonly Deny[],
  grant: Grant,
  capability: AccessCapabilityId,
): readonly Attempt[] {
  const rule = capabilityRule(capability);
  const attempts: Attempt[] = [];
  for (const atom of rule.anyOf) {
    if (ATOMS[atom].at === "resourceGroup" && grant.scope === context.target) continue;
    const decision = context.index.roles.decideAtom(grant.roleId, grant.condition, atom);
    if (decision === null) continue;
    const isLimited = decision.condition.kind === "limitsRoles";
    if (atom === "assignRoles" && isLimited !== (rule.limited === true)) continue;
    attempts.push(tryAtom(context, leaf, denies, grant, atom, decision));
  }
  return chooseAttempts(attempts);
}

function distinctReasons(attempts: readonly Attempt[]): BlockReason[] {
  const byKey = new Map<string, BlockReason>();
  for (const { blocked } of attempts) for (const reason of blocked) byKey.set(JSON.stringify(reason), reason);
  return [...byKey.values()];
}

/** Bits that a grant can have for a capability. */
function capabilityBits(capability: AccessCapabilityId): number {
  const rule = capabilityRule(capability);
  if (rule.limited === true) return LIMITED_BIT;
  return rule.anyOf.reduce((mask, atom) => mask | (1 << ATOM_IDS.indexOf(atom)), 0);
}

function answerFor(context: Context, candidates: readonly Candidate[], capability: AccessCapabilityId): CapabilityAnswer {
  const holders: Holder[] = [];
  const blocked: BlockedHolder[] = [];
  const bits = capabilityBits(capability);
  for (const { leaf, given, denies } of candidates) {
    const grants = given.filter((one) => (one.bits & bits) !== 0);
    const attempts = grants.flatMap(({ grant }) => tryGrant(context, leaf, denies, grant, capability));
    const open = attempts.filter((attempt) => attempt.blocked.length === 0);
    if (open.length > 0) holders.push({ principal: leaf, paths: sortPaths(open.map((attempt) => attempt.path)) });
    else if (attempts.length > 0) {
      const paths = sortPaths(attempts.map((attempt) => attempt.path));
      blocked.push({ principal: leaf, paths, blocked: distinctReasons(attempts) });
    }
  }
  return { capability, holders, blocked };
}

/** Everybody whom a grant of the chain reaches, by name and then by id. */
function candidatesOf(index: AccessIndex, grants: readonly Grant[], denies: readonly Deny[]): Candidate[] {
  const byLeaf = new Map<string, Given[]>();
  for (const grant of grants) {
    const masks = index.roles.masks(grant.roleId, grant.condition);
    const given = { grant, bits: masks.sure | masks.depends };
    if (given.bits === 0) continue;
    for (const leaf of index.directory.leavesOf(grant.principalId)) {
      const list = byLeaf.get(leaf);
      if (list === undefined) byLeaf.set(leaf, [given]);
      else list.push(given);
    }
  }
  const candidates = [...byLeaf].flatMap(([id, given]) => {
    const leaf = index.directory.find(id);
    if (leaf === undefined) return [];
    const applying = denies.filter((deny) => deny.appliesTo(index.directory.groupsOf(id)));
    return [{ key: `${leaf.displayName} ${id}`, leaf, given, denies: applying }];
  });
  return candidates.sort((a, b) => (a.key < b.key ? -1 : 1));
}

/**
 * Who has each capability on one machine, by which paths, and who would have it but is blocked. Works for a machine that is
 * not in the inputs too, as long as its id is right. `only` keeps the work to some capabilities; the others come back empty.
 */
export function evaluateMachine(
  index: AccessIndex,
  machineId: string,
  only: readonly AccessCapabilityId[] = CAPABILITY_IDS,
): MachineAccess {
  const target = normaliseScope(machineId);
  const machine: MachineInput = index.machine(machineId) ?? {
    id: machineId,
    name: target.slice(target.lastIndexOf("/") + 1),
    principalId: null,
  };
  const chain = index.scopes.chain(target);
  const grants = chain.flatMap((scope) => index.grantsAt(scope));
  const denies = chain.flatMap((scope) => index.deniesAt(scope)).filter((deny) => deny.reaches(target));
  const candidates = candidatesOf(index, grants, denies);
  const shared: SharedPaths = new Map();
  const answers = Object.fromEntries(
    CAPABILITY_IDS.map((capability) => [
      capability,
      only.includes(capability)
        ? answerFor({ index, target, shared }, candidates, capability)
        : { capability, holders: [], blocked: [] },
    ]),
  );
  return {
    machine,
    answers: answers as MachineAccess["answers"],
    atLeast: atLeastReasons(index, chain, grants),
    asOf: index.inputs.asOf,
  };
}
