import "server-only";
import type {
  DenyAssignment,
  DenyAssignmentPermission,
  Permission,
  Principal,
  RoleAssignment,
  RoleAssignmentScheduleInstance,
  RoleEligibilityScheduleInstance,
} from "@azure/arm-authorization";
import type {
  AccessPort,
  DenyAssignmentRow,
  ListFilter,
  PimInstanceRow,
  RoleAssignmentRow,
  RolePermissionRow,
} from "./access-ports";
import type { ArmArgs } from "./arm-client";
import type { CallOptions } from "./ports";
import { createRoleDefinitions, encodedScope } from "./role-definitions";
import { authorizationSdk, fromSdkError } from "./sdk-clients";

/** The schedule instances of subscriptions carry this prefix in recorded answers; scopes elsewhere do not. */
const SUBSCRIPTION_PREFIX = /^\/providers\/Microsoft\.Subscription(?=\/subscriptions\/)/i;
/** Scope calls name their scope in the path; the SDK still wants a subscription to be made with. */
const NO_SUBSCRIPTION = "00000000-0000-0000-0000-000000000000";

function plainScope(text: string | undefined): string {
  return (text ?? "").replace(SUBSCRIPTION_PREFIX, "");
}

function isoOf(date: Date | undefined | null): string | null {
  return date instanceof Date && !Number.isNaN(date.getTime()) ? date.toISOString() : null;
}

/** A role assignment of the SDK as a row; null when it lacks what makes it one. */
export function toAssignmentRow(raw: RoleAssignment): RoleAssignmentRow | null {
  const { id, principalId, roleDefinitionId } = raw;
  if (id == null || principalId == null || roleDefinitionId == null) return null;
  return {
    id,
    name: raw.name ?? id.slice(id.lastIndexOf("/") + 1),
    scope: raw.scope ?? id.replace(/\/providers\/Microsoft\.Authorization\/roleAssignments\/[^/]+$/i, ""),
    principalId,
    principalType: raw.principalType ?? "Unknown",
    roleDefinitionId,
    condition: raw.condition ?? null,
    conditionVersion: raw.conditionVersion ?? null,
    description: raw.description ?? null,
    createdAt: isoOf(raw.createdOn),
    createdBy: raw.createdBy ?? null,
    updatedAt: isoOf(raw.updatedOn),
  };
}

function toPermissionRow(raw: Permission | DenyAssignmentPermission): RolePermissionRow {
  const conditioned: DenyAssignmentPermission = raw;
  return {
    actions: raw.actions ?? [],
    notActions: raw.notActions ?? [],
    dataActions: raw.dataActions ?? [],
    notDataActions: raw.notDataActions ?? [],
    condition: conditioned.condition ?? null,
    conditionVersion: conditioned.conditionVersion ?? null,
  };
}

function toPrincipals(list: Principal[] | undefined): { id: string; type: string }[] {
  return (list ?? []).flatMap(({ id, type }) => (id == null ? [] : [{ id, type: type ?? "Unknown" }]));
}

function toDenyRow(raw: DenyAssignment): DenyAssignmentRow | null {
  if (raw.id == null || raw.scope == null) return null;
  return {
    id: raw.id,
    name: raw.denyAssignmentName ?? raw.name ?? raw.id,
    scope: raw.scope,
    doNotApplyToChildScopes: raw.doNotApplyToChildScopes ?? false,
    isSystemProtected: raw.isSystemProtected ?? false,
    principals: toPrincipals(raw.principals),
    excludePrincipals: toPrincipals(raw.excludePrincipals),
    permissions: (raw.permissions ?? []).map(toPermissionRow),
    condition: raw.condition ?? null,
  };
}

function toInstanceRow(raw: RoleAssignmentScheduleInstance | RoleEligibilityScheduleInstance): PimInstanceRow | null {
  const active: RoleAssignmentScheduleInstance = raw;
  const { id, scope, principalId, roleDefinitionId } = raw;
  if (id == null || scope == null || principalId == null || roleDefinitionId == null) return null;
  return {
    id,
    scope: plainScope(scope),
    principalId,
    principalType: raw.principalType ?? "Unknown",
    roleDefinitionId: plainScope(roleDefinitionId),
    startsAt: isoOf(raw.startDateTime),
    endsAt: isoOf(raw.endDateTime),
    assignmentType: active.assignmentType ?? null,
    memberType: raw.memberType ?? null,
    linkedEligibilityId: active.linkedRoleEligibilityScheduleInstanceId ?? active.linkedRoleEligibilityScheduleId ?? null,
    originRoleAssignmentId: active.originRoleAssignmentId == null ? null : plainScope(active.originRoleAssignmentId),
    condition: raw.condition ?? null,
    conditionVersion: raw.conditionVersion ?? null,
  };
}

async function collect<Raw, Row>(pages: AsyncIterable<Raw>, map: (raw: Raw) => Row | null): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const raw of pages) {
    const row = map(raw);
    if (row !== null) rows.push(row);
  }
  return rows;
}

function isNotFound(error: unknown): boolean {
  return typeof error === "object" && error !== null && "statusCode" in error && error.statusCode === 404;
}

/**
 * Role assignments, definitions, deny assignments and schedule instances at any scope. Role definitions go by raw request:
 * SDK 9.0.0 drops the condition of a permission. Source: Authorization REST API 2022-04-01, PIM 2020-10-01.
 */
export function createAccess(args: ArmArgs): AccessPort {
  const { pipeline } = args;
  const sdk = () => authorizationSdk(pipeline, NO_SUBSCRIPTION);
  const sdkOptions = (options: CallOptions) => (options.signal === undefined ? {} : { abortSignal: options.signal });
  const listOptions = (filter: ListFilter, options: CallOptions) => ({
    ...sdkOptions(options),
    ...(filter.atScope ? { filter: "atScope()" } : {}),
  });

  async function asking<T>(subject: string, call: () => Promise<T>, isWrite = false): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw fromSdkError(error, pipeline, subject, isWrite);
    }
  }

  return {
    roleAssignments: (scope, filter, options = {}) =>
      asking(`the role assignments of ${scope}`, () =>
        collect(sdk().roleAssignments.listForScope(encodedScope(scope), listOptions(filter, options)), toAssignmentRow),
      ),
    roleAssignment: (id, options = {}) =>
      asking(`role assignment ${id}`, async () => {
        try {
          return toAssignmentRow(await sdk().roleAssignments.getById(encodedScope(id), sdkOptions(options)));
        } catch (error) {
          if (isNotFound(error)) return null;
          throw error;
        }
      }),
    putRoleAssignment: ({ scope, name, body }, options = {}) =>
      asking(
        `the role assignment at ${scope}`,
        async () => {
          const made = await sdk().roleAssignments.create(encodedScope(scope), name, body, sdkOptions(options));
          const row = toAssignmentRow(made);
          if (row === null) throw new TypeError("Azure answered a role assignment without its parts.");
          return row;
        },
        true,
      ),
    deleteRoleAssignment: (id, options = {}) =>
      asking(
        `the removal of role assignment ${id}`,
        async () => toAssignmentRow(await sdk().roleAssignments.deleteById(encodedScope(id), sdkOptions(options))),
        true,
      ),
    denyAssignments: (scope, filter, options = {}) =>
      asking(`the deny assignments of ${scope}`, () =>
        collect(sdk().denyAssignments.listForScope(encodedScope(scope), listOptions(filter, options)), toDenyRow),
      ),
    pimActive: (scope, filter, options = {}) =>
      asking(`the active assignments of Privileged Identity Management at ${scope}`, () =>
        collect(
          sdk().roleAssignmentScheduleInstances.listForScope(encodedScope(scope), listOptions(filter, options)),
          toInstanceRow,
        ),
      ),
    pimEligible: (scope, filter, options = {}) =>
      asking(`the eligible assignments of Privileged Identity Management at ${scope}`, () =>
        collect(
          sdk().roleEligibilityScheduleInstances.listForScope(encodedScope(scope), listOptions(filter, options)),
          toInstanceRow,
        ),
      ),
    ...createRoleDefinitions(args),
  };
}
