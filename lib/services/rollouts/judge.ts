import "server-only";
import { createHash } from "node:crypto";
import type { RoleAssignmentRow } from "@/lib/azure/access-ports";
import type { AzureClients } from "@/lib/azure/ports";
import { lastSegment } from "@/lib/domain/access/scope";
import { canonicalJson } from "@/lib/domain/audit-event";
import type { Machine } from "@/lib/domain/machine";
import { MACHINE_ACTIONS } from "@/lib/domain/permissions";
import type { RolloutPreflightInput } from "@/lib/domain/rollout/api";
import { type JudgedTargets, judgeTargets, stampText, standingExtension, targetOf } from "@/lib/domain/rollout/preflight-many";
import type { TargetFacts } from "@/lib/domain/rollout/target-checks";
import type { RolloutPlan, RolloutTarget, Work } from "@/lib/domain/rollout/types";
import { workKind } from "@/lib/domain/rollout/work-kinds";
import { LINUX_SIGN_IN_TYPE, SIGN_IN_PUBLISHER, WINDOWS_SIGN_IN_TYPE } from "@/lib/domain/sign-in-extension";
import { assignmentsOfPrincipals } from "../access/assignment-rows";
import { mustStop } from "../access/gaps";
import { inLanes } from "../access/lanes";
import type { ServiceContext } from "../context";
import { logUnread } from "../log-unread";
import { type ReadTargets, readTargets } from "./read-targets";
import { rightsAtMachines } from "./target-rights";

const LANES = 6;

/** Everything that the preflight, and the start after it, know of the machines. */
export type JudgedRollout = {
  read: ReadTargets;
  facts: TargetFacts[];
  targets: RolloutTarget[];
  judged: JudgedTargets;
  stamp: string;
};

/** A fact of several: without it the checks that need it say so, and nothing else stops. */
async function orElse<T>(ctx: ServiceContext, what: string, otherwise: T, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (mustStop(error, ctx)) throw error;
    logUnread(ctx.log, "rollout.factUnread", error, { source: what });
    return otherwise;
  }
}

/** Versions of the extension that each region offers, by region in lower case. */
async function regionVersions(ctx: ServiceContext, work: Work, machines: readonly Machine[]): Promise<Map<string, string[]>> {
  const versions = new Map<string, string[]>();
  const { osFamily } = workKind(work.kind);
  if (osFamily === "any" || work.kind.endsWith(".uninstall")) return versions;
  const regions = new Map(machines.map(({ location, subscriptionId }) => [location.toLowerCase(), { location, subscriptionId }]));
  const type = osFamily === "linux" ? LINUX_SIGN_IN_TYPE : WINDOWS_SIGN_IN_TYPE;
  await inLanes([...regions], LANES, async ([key, place]) => {
    const found = await orElse(ctx, "extension versions", null, () =>
      ctx.azure.hybridCompute.extensionVersions({ ...place, publisher: SIGN_IN_PUBLISHER, type }, { signal: ctx.signal }),
    );
    if (found !== null) versions.set(key, found);
  });
  return versions;
}

async function tenantsOfSubscriptions(ctx: ServiceContext): Promise<Map<string, string>> {
  const rows = await orElse(ctx, "subscriptions", [], () => ctx.azure.resourceManager.listSubscriptions({ signal: ctx.signal }));
  return new Map(rows.map(({ id, tenantId }) => [id.toLowerCase(), tenantId]));
}

/** Scopes in lower case of the assignments of one role; ids name a role by their last part, with or without a scope before it. */
export function scopesOfRole(
  rows: readonly Pick<RoleAssignmentRow, "scope" | "roleDefinitionId">[],
  roleDefinitionId: string,
): Set<string> {
  const role = lastSegment(roleDefinitionId);
  return new Set(rows.filter((row) => lastSegment(row.roleDefinitionId) === role).map(({ scope }) => scope.toLowerCase()));
}

/** Scopes in lower case at which the wanted role stands already; null where the work assigns none, or it was not read. */
async function standingAssignments(ctx: ServiceContext, work: Work): Promise<Set<string> | null> {
  if (work.kind !== "role.assign") return null;
  return orElse(ctx, "role assignments", null, async () =>
    scopesOfRole(await assignmentsOfPrincipals(ctx, [work.principal.id]), work.roleDefinitionId),
  );
}

/** Actions that the roll-out needs at every machine; the role of the last step is asked for where it is assigned. */
export function actionsOf(work: Work, plan: RolloutPlan): string[] {
  const installs = work.kind.endsWith(".install");
  const grants = plan.grant !== null && plan.grant.at.kind === "machines";
  return [
    ...new Set([
      workKind(work.kind).action,
      ...(plan.removeFailed && installs ? [MACHINE_ACTIONS.deleteExtension] : []),
      ...(grants ? ["Microsoft.Authorization/roleAssignments/write"] : []),
    ]),
  ];
}

function stampOf(work: Work, targets: readonly RolloutTarget[], judged: JudgedTargets): string {
  return createHash("sha256")
    .update(`${canonicalJson(work)}\n${stampText(targets, judged)}`)
    .digest("hex");
}

/**
 * Reads and judges every machine of a roll-out. `worker` = the clients with which it would work: permissions are theirs. Throws
 * AppError when nothing can be read at all; a hole is in `read.completeness`.
 */
export async function judgeRollout(
  ctx: ServiceContext,
  input: Pick<RolloutPreflightInput, "work" | "targets" | "plan">,
  worker: AzureClients,
): Promise<JudgedRollout> {
  const { work, plan } = input;
  const [read, tenants, assigned] = await Promise.all([
    readTargets(ctx, input.targets),
    tenantsOfSubscriptions(ctx),
    standingAssignments(ctx, work),
  ]);
  const places = read.machines.map(({ id, subscriptionId, resourceGroup }) => ({ machineId: id, subscriptionId, resourceGroup }));
  const [rights, versions] = await Promise.all([
    rightsAtMachines({ azure: worker, signal: ctx.signal, log: ctx.log }, places, actionsOf(work, plan)),
    regionVersions(ctx, work, read.machines),
  ]);
  const isWhole = read.completeness.missing.length === 0;
  const facts = read.machines.map((machine): TargetFacts => {
    const key = machine.id.toLowerCase();
    return {
      machine,
      // Where a part of the list is missing, a machine without rows may have extensions all the same.
      extensions: read.extensions.get(key) ?? (isWhole ? [] : null),
      permission: rights.get(key) ?? null,
      subscriptionTenantId: tenants.get(machine.subscriptionId.toLowerCase()) ?? null,
      assigned: assigned === null ? null : assigned.has(key),
    };
  });
  const targets = facts.map((one) => targetOf(one, work));
  const judged = judgeTargets(facts, { work, cloud: ctx.config.cloud, regionVersions: versions, now: ctx.clock.now() });
  return { read, facts, targets, judged, stamp: stampOf(work, targets, judged) };
}

/** What stands at a target now, for its exact request. */
export function standingOf(judged: JudgedRollout, index: number, work: Work) {
  return standingExtension(judged.facts[index]?.extensions ?? [], workKind(work.kind).osFamily);
}
