import "server-only";
import type { RoleDefinitionRow } from "@/lib/azure/access-ports";
import type { AzureClients } from "@/lib/azure/ports";
import { prepareAccess } from "@/lib/domain/access/access-index";
import { evaluateMachine } from "@/lib/domain/access/evaluate-machine";
import type { AccessInputs, AccessPath, MachineInput, RoleAssignmentInput } from "@/lib/domain/access/types";
import { isActionAllowed, MACHINE_DATA_ACTIONS } from "@/lib/domain/permissions";
import { assignmentsOfRolesQuery, definitionsFromGraph, toAssignment } from "../access/assignment-rows";
import { type NamedPrincipal, readDirectory } from "../access/directory";
import { createGaps, type Gaps } from "../access/gaps";
import { inLanes } from "../access/lanes";
import { queryPages, readScopes, type ScopeTree } from "../access/scopes";
import { allAsOf, toActiveInput, toAssignmentInput, toDefinitionInput, toDenyInput, toEligibleInput } from "../access/to-inputs";
import type { Clock, Logger } from "../context";

/** Who may sign in to a machine: how many people now, and how many after they activate a role. */
export type SignInHolders = {
  now: number;
  eligible: number;
  /** False: something could not be read, so there are at least so many. */
  complete: boolean;
};

export type HoldersContext = { azure: AzureClients; clock: Clock; log: Logger; traceId: string; signal: AbortSignal };

const LANES = 6;
const NO_SCOPES: ScopeTree = { managementGroups: [], subscriptions: [] };
const SIGN_IN = ["signInUser", "signInAdmin"] as const;

function givesSignIn(role: RoleDefinitionRow): boolean {
  const { signInAsUser, signInAsAdministrator } = MACHINE_DATA_ACTIONS;
  return [signInAsUser, signInAsAdministrator].some((action) => isActionAllowed(role.permissions, action, "dataAction"));
}

type Rules = Omit<AccessInputs, "machines" | "incomplete"> & { gaps: Gaps };

async function readAssignments(ctx: HoldersContext, gaps: Gaps, roles: readonly RoleDefinitionRow[]) {
  return gaps.orElse("assignments", null, "Role assignments", [], async () => {
    const rows: RoleAssignmentInput[] = [];
    const query = assignmentsOfRolesQuery(roles.map(({ name }) => name));
    for await (const page of queryPages(ctx, { query, subject: "role assignments", withAssignmentsAbove: true })) {
      for (const raw of page.rows) {
        const row = toAssignment(raw);
        if (row !== null) rows.push(toAssignmentInput(row));
      }
    }
    return rows;
  });
}

/** Only what concerns signing in: a few roles, who holds them, and those people; never the access of the whole tenant. */
async function readRules(
  ctx: HoldersContext,
  subscriptions: readonly string[],
  named: readonly NamedPrincipal[],
): Promise<Rules> {
  const gaps = createGaps(ctx);
  const asOf = ctx.clock.now().toISOString();
  const options = { signal: ctx.signal };
  const { access } = ctx.azure;
  const [tree, definitions] = await Promise.all([
    gaps.orElse("scopes", null, "Management groups", NO_SCOPES, () => readScopes(ctx)),
    gaps.orElse("roleDefinitions", null, "Role definitions", [], () => definitionsFromGraph(ctx)),
  ]);
  const roles = definitions.filter(givesSignIn);
  const names = new Set(roles.map(({ name }) => name.toLowerCase()));
  const isSignIn = ({ roleDefinitionId }: { roleDefinitionId: string }) =>
    names.has(roleDefinitionId.slice(roleDefinitionId.lastIndexOf("/") + 1).toLowerCase());
  const assignments = roles.length === 0 ? [] : await readAssignments(ctx, gaps, roles);
  const [deny, active, eligible]: [
    AccessInputs["denyAssignments"][number][],
    AccessInputs["activeInstances"][number][],
    AccessInputs["eligibleInstances"][number][],
  ] = [[], [], []];
  const seen = new Set<string>();
  const fresh = ({ id }: { id: string }) => !seen.has(id.toLowerCase()) && seen.add(id.toLowerCase()) !== undefined;
  await inLanes(subscriptions, LANES, async (subscription) => {
    const scope = `/subscriptions/${subscription}`;
    const all = { atScope: false };
    const [denies, actives, eligibles] = await Promise.all([
      gaps.orElse("denyAssignments", scope, "Deny assignments", [], () => access.denyAssignments(scope, all, options)),
      gaps.orElse("activeInstances", scope, "Active roles", [], () =>
        access.pimActive(scope, { ...all, onlyEnding: true }, options),
      ),
      gaps.orElse("eligibleInstances", scope, "Eligible roles", [], () => access.pimEligible(scope, all, options)),
    ]);
    deny.push(...denies.filter(fresh).map(toDenyInput));
    active.push(...actives.filter(isSignIn).filter(fresh).map(toActiveInput));
    eligible.push(...eligibles.filter(isSignIn).filter(fresh).map(toEligibleInput));
  });
  const holders = [...assignments, ...active, ...eligible].map(({ principalId, principalType }) => ({
    id: principalId,
    type: principalType,
  }));
  const denied = deny.flatMap((row) => [...row.principalIds, ...row.excludePrincipalIds].map((id) => ({ id, type: null })));
  const directory = await readDirectory(ctx, gaps, [...holders, ...denied, ...named]);
  return {
    ...tree,
    ...directory,
    roleDefinitions: roles.map(toDefinitionInput),
    assignments,
    activeInstances: active,
    eligibleInstances: eligible,
    denyAssignments: deny,
    asOf: allAsOf(asOf),
    gaps,
  };
}

function isNow(path: AccessPath): boolean {
  return path.kind.kind !== "eligible" && path.condition.kind === "none";
}

function holdersOf(index: ReturnType<typeof prepareAccess>, machineId: string): SignInHolders {
  const access = evaluateMachine(index, machineId);
  const [now, later] = [new Set<string>(), new Set<string>()];
  for (const capability of SIGN_IN) {
    for (const { principal, paths } of access.answers[capability].holders) (paths.some(isNow) ? now : later).add(principal.id);
  }
  const eligible = [...later].filter((id) => !now.has(id)).length;
  return { now: now.size, eligible, complete: access.atLeast.length === 0 };
}

export type SignInReader = {
  /** Who may sign in, by machine id in lower case. `granted` = assignments that the roll-out itself has just made. */
  at(machines: readonly MachineInput[], granted: readonly RoleAssignmentInput[]): Promise<Map<string, SignInHolders>>;
};

/** What is read is taken for so long by everything that is checked meanwhile. */
const KEPT_MS = 60_000;

/**
 * Reads who may sign in on some subscriptions, once a minute however many machines are asked about. `named` = principals to
 * whom the roll-out itself gives a role. Throws AppError.
 */
export function createSignInReader(
  ctx: HoldersContext,
  subscriptions: () => Promise<readonly string[]>,
  named: readonly NamedPrincipal[],
): SignInReader {
  let kept: { at: number; rules: Promise<Rules> } | null = null;

  function rules(): Promise<Rules> {
    const nowMs = ctx.clock.now().getTime();
    if (kept !== null && nowMs - kept.at < KEPT_MS) return kept.rules;
    const read = subscriptions().then((ids) => readRules(ctx, ids, named));
    kept = { at: nowMs, rules: read };
    read.catch(() => {
      if (kept?.rules === read) kept = null;
    });
    return read;
  }

  return {
    async at(machines, granted) {
      const { gaps, assignments, ...rest } = await rules();
      const ids = new Set(assignments.map(({ id }) => id.toLowerCase()));
      const own = granted.filter(({ id }) => !ids.has(id.toLowerCase()));
      const inputs: AccessInputs = {
        ...rest,
        assignments: [...assignments, ...own],
        machines: [...machines],
        incomplete: gaps.incomplete(),
      };
      const index = prepareAccess(inputs, ctx.clock.now());
      return new Map(machines.map(({ id }) => [id.toLowerCase(), holdersOf(index, id)]));
    },
  };
}
