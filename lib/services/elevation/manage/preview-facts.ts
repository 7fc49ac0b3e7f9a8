import "server-only";
import type { RoleAssignmentRow } from "@/lib/azure/access-ports";
import type { PimPolicyRules } from "@/lib/azure/pim-manage";
import type { PimScheduleRow } from "@/lib/azure/pim-ports";
import { lastSegment, normaliseScope } from "@/lib/domain/access/scope";
import type { AccessInputs, PrincipalInput } from "@/lib/domain/access/types";
import { roleDefinitionIdAt } from "@/lib/domain/access/write-request";
import type { PolicyPeople } from "@/lib/domain/elevation/manage/policy-preflight";
import type { ManageRequest } from "@/lib/domain/elevation/manage/requests";
import { type ElevationPolicy, readPolicy } from "@/lib/domain/elevation/policy";
import type { PermissionSet } from "@/lib/domain/permissions";
import { type NamedPrincipal, readDirectory } from "../../access/directory";
import { createGaps, mustStop } from "../../access/gaps";
import { permissionsOf } from "../../access/rights";
import type { ServiceContext } from "../../context";
import { logUnread } from "../../log-unread";
import { type Coming, type Ended, readComing, readRenewable } from "./ended";
import { type FleetFacts, type Names, namesOf, readFleetFacts } from "./fleet";

/** Assignments for a preview may be this old; what a change is about is read anew. */
const INPUTS_AGE_MS = 2 * 60_000;

/** What Azure says just now about the thing that one request is about. */
export type RequestFacts = {
  request: ManageRequest;
  permissions: PermissionSet[] | null;
  principal: PrincipalInput | null;
  /** policy only; null = Azure has no such policy. */
  policy: { wire: PimPolicyRules; read: ElevationPolicy; people: PolicyPeople } | null;
  /** convert only; null = it is gone. */
  standing: RoleAssignmentRow | null;
  /** schedule only: the instance that is changed; null for a new one, or when it is gone. */
  schedule: PimScheduleRow | null;
  /** AdminRenew only: what ended; null when nothing can be renewed, unread when Azure did not say. */
  ended: Ended | "unread" | null;
  /** AdminRemove only: what was given and has not begun, so that no instance of it exists. */
  coming: Coming | null;
  /** schedule and convert: what administrators may give; null = could not be read. */
  given: ElevationPolicy | null;
};

type PolicyRequest = Extract<ManageRequest, { kind: "policy" }>;
export type PreviewFacts = { fleet: FleetFacts; names: Names; items: RequestFacts[] };

function remembered<T>(ask: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const known = new Map<string, Promise<T>>();
  return (key) => {
    const running = known.get(key) ?? ask(key);
    known.set(key, running);
    return running;
  };
}

/** Groups and names of approvers are not among the fleet's principals: they are read for the preview. */
async function withDirectory(ctx: ServiceContext, inputs: AccessInputs, named: readonly NamedPrincipal[]): Promise<AccessInputs> {
  const gaps = createGaps(ctx);
  const known = new Set(inputs.principals.map(({ id }) => id.toLowerCase()));
  const unknown = named.filter(({ id }) => !known.has(id.toLowerCase()));
  if (unknown.length === 0) return inputs;
  const found = await readDirectory(ctx, gaps, unknown);
  return {
    ...inputs,
    principals: [...inputs.principals, ...found.principals],
    groups: [...inputs.groups, ...found.groups],
    incomplete: [...inputs.incomplete, ...gaps.incomplete()],
  };
}

function peopleOf(names: Names, fleet: FleetFacts, request: PolicyRequest): PolicyPeople {
  const { roleId, scope, settings } = request;
  const at = normaliseScope(scope);
  const isHere = (row: { roleDefinitionId: string; scope: string }) =>
    lastSegment(row.roleDefinitionId) === lastSegment(roleId) && normaliseScope(row.scope) === at;
  const nameOf = (id: string) => {
    const { displayName, detail } = names.principal(id);
    return displayName || detail || id;
  };
  const eligible = fleet.eligible.filter(isHere).map(({ principalId, principalType }) => {
    const kind = principalType.toLowerCase() === "group" ? ("group" as const) : ("user" as const);
    return names.people({ id: principalId, kind, name: nameOf(principalId) });
  });
  const running = fleet.running.flatMap((row) => {
    const isBelow = normaliseScope(row.scope) === at || normaliseScope(row.scope).startsWith(`${at}/`);
    if (!isBelow || lastSegment(row.roleDefinitionId) !== lastSegment(roleId)) return [];
    if (row.startsAt === null || row.endsAt === null) return [];
    const minutes = Math.round((Date.parse(row.endsAt) - Date.parse(row.startsAt)) / 60_000);
    return [{ id: row.principalId.toLowerCase(), name: nameOf(row.principalId), minutes }];
  });
  const holders = fleet.standing.filter((row) => row.roleId === lastSegment(roleId) && normaliseScope(row.scope.id) === at);
  return {
    eligible: [...new Map(eligible.flatMap(({ people }) => people.map(({ id, name }) => [id, { id, name }]))).values()],
    eligibleUnread: eligible.filter(({ atLeast }) => atLeast).map(({ id }) => nameOf(id)),
    running,
    behind: new Map(settings.activation.approval.approvers.map((one) => [one.id.toLowerCase(), names.people(one)])),
    standing: holders.length,
  };
}

function scheduleOf(fleet: FleetFacts, request: ManageRequest): PimScheduleRow | null {
  if (request.kind !== "schedule" || request.targetScheduleId === null) return null;
  const wanted = request.targetScheduleId.toLowerCase();
  const rows = request.of === "eligible" ? fleet.eligible : fleet.timeBound;
  return rows.find(({ scheduleId }) => scheduleId !== null && lastSegment(scheduleId) === wanted) ?? null;
}

/** The settings' own word for a kind finds a group also where its name may not be read. */
const namedIn = (request: ManageRequest): NamedPrincipal[] =>
  request.kind === "policy"
    ? request.settings.activation.approval.approvers.map(({ id, kind }) => ({ id, type: kind }))
    : [{ id: request.principalId, type: null }];

const scopeOf = (request: ManageRequest): string => request.scope;

/** Reads what every request is about, fresh from ARM and Graph. Throws AppError when Azure refuses the reading itself. */
export async function readPreviewFacts(ctx: ServiceContext, requests: readonly ManageRequest[]): Promise<PreviewFacts> {
  const options = { signal: ctx.signal };
  const fleet = await readFleetFacts(ctx, INPUTS_AGE_MS);
  const names = namesOf(await withDirectory(ctx, fleet.names.inputs, requests.flatMap(namedIn)));
  const permissions = remembered((scope) => permissionsOf(ctx, scope));
  const policies = remembered((scope) => {
    const roles = new Set(requests.flatMap((request) => (request.scope === scope ? lastSegment(request.roleId) : [])));
    const roleDefinitionIds = [...roles].map((id) => roleDefinitionIdAt(scope, id));
    return ctx.azure.pim.policies({ scope, roleDefinitionIds }, options).catch((error: unknown) => {
      if (mustStop(error, ctx)) throw error;
      logUnread(ctx.log, "elevation.policyUnreadable", error);
      return [];
    });
  });

  async function given(request: ManageRequest): Promise<ElevationPolicy | null> {
    if (request.kind !== "schedule" && request.kind !== "convert") return null;
    const rows = await policies(request.scope);
    const row = rows.find(({ roleDefinitionId }) => lastSegment(roleDefinitionId) === lastSegment(request.roleId));
    return row === undefined ? null : readPolicy({ ...row, id: row.policyId });
  }

  async function ended(request: ManageRequest): Promise<RequestFacts["ended"]> {
    if (request.kind !== "schedule" || request.requestType !== "AdminRenew") return null;
    return readRenewable(ctx, fleet, request).catch((error: unknown) => {
      if (mustStop(error, ctx)) throw error;
      logUnread(ctx.log, "elevation.endedUnreadable", error);
      return "unread" as const;
    });
  }

  async function coming(request: ManageRequest): Promise<Coming | null> {
    const isRemoval = request.kind === "schedule" && request.requestType === "AdminRemove";
    if (!isRemoval || request.targetScheduleId === null || scheduleOf(fleet, request) !== null) return null;
    return readComing(ctx, fleet, request).catch((error: unknown) => {
      if (mustStop(error, ctx)) throw error;
      logUnread(ctx.log, "elevation.comingUnreadable", error);
      return null;
    });
  }

  async function policy(request: ManageRequest): Promise<RequestFacts["policy"]> {
    if (request.kind !== "policy") return null;
    const wire = await ctx.azure.pimManage.policy(request.policyId, options);
    if (wire === null) return null;
    const source = { id: wire.policyId, scope: wire.scope, roleDefinitionId: request.roleId, lastModifiedBy: null };
    const read = readPolicy({ ...source, rules: wire.rules, lastModifiedAt: wire.lastModifiedAt });
    return { wire, read, people: peopleOf(names, fleet, request) };
  }

  const items = await Promise.all(
    requests.map(async (request): Promise<RequestFacts> => {
      const [rights, found, rule, over, later, standing] = await Promise.all([
        permissions(scopeOf(request)),
        policy(request),
        given(request),
        ended(request),
        coming(request),
        request.kind === "convert" ? ctx.azure.access.roleAssignment(request.assignmentId, options) : null,
      ]);
      const principal = request.kind === "policy" ? null : names.principal(request.principalId);
      const schedule = scheduleOf(fleet, request);
      const times = { schedule, ended: over, coming: later };
      return { request, permissions: rights, principal, policy: found, standing, given: rule, ...times };
    }),
  );
  return { fleet, names, items };
}
