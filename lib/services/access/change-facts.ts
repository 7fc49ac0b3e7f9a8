import "server-only";
import { createHash } from "node:crypto";
import type { RoleAssignmentRow, RoleDefinitionRow } from "@/lib/azure/access-ports";
import type { AccessChangeRequest, OperatorRight } from "@/lib/domain/access/api";
import { type AuthorizationAction, operatorRight } from "@/lib/domain/access/rights";
import { lastSegment, normaliseScope } from "@/lib/domain/access/scope";
import type { PrincipalInput } from "@/lib/domain/access/types";
import { scopeOfChange } from "@/lib/domain/access/write-request";
import { canonicalJson } from "@/lib/domain/audit-event";
import type { PermissionSet } from "@/lib/domain/permissions";
import type { ServiceContext } from "../context";
import { logUnread } from "../log-unread";
import { mustStop } from "./gaps";
import { permissionsOf } from "./rights";
import { toPrincipal } from "./to-inputs";

/** What Azure says just now about the things one change is about. */
export type ChangeFacts = {
  request: AccessChangeRequest;
  scope: string;
  right: OperatorRight;
  /** The assignment that a removal takes away; null when it is gone or this is no removal. */
  standing: RoleAssignmentRow | null;
  /** An assignment of the same role to the same principal at the same scope, under another name. */
  duplicate: RoleAssignmentRow | null;
  /** Null: Azure has no such definition. */
  role: RoleDefinitionRow | null;
  /** Null: the directory has no such object, or it may not be read. */
  principal: PrincipalInput | null;
  /** True when the directory could not be asked, so that a missing principal means nothing. */
  principalUnreadable: boolean;
};

const ACTIONS: Record<AccessChangeRequest["kind"], AuthorizationAction> = {
  assign: "assignRoles",
  remove: "removeRoles",
  defineRole: "defineRoles",
};

/** Answers each distinct question once, however many changes ask it. */
function remembered<T>(ask: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const known = new Map<string, Promise<T>>();
  return (key) => {
    const running = known.get(key) ?? ask(key);
    known.set(key, running);
    return running;
  };
}

type Sources = {
  permissions: (scope: string) => Promise<PermissionSet[] | null>;
  assignmentsAt: (scope: string) => Promise<RoleAssignmentRow[]>;
  role: (scope: string, roleId: string) => Promise<RoleDefinitionRow | null>;
  assignment: (id: string) => Promise<RoleAssignmentRow | null>;
};

function createSources(ctx: ServiceContext): Sources {
  const { access } = ctx.azure;
  const options = { signal: ctx.signal };
  const role = remembered((key: string) => {
    const [scope = "/", name = ""] = key.split("\n");
    return access.roleDefinition({ scope, name }, options);
  });
  return {
    permissions: remembered((scope) => permissionsOf(ctx, scope)),
    // A list that may not be read finds no duplicate; Azure then refuses the second one itself.
    assignmentsAt: remembered((scope) =>
      access.roleAssignments(scope, { atScope: true }, options).catch((error: unknown): RoleAssignmentRow[] => {
        if (mustStop(error, ctx)) throw error;
        return [];
      }),
    ),
    role: (scope, roleId) => role(`${scope}\n${roleId}`),
    assignment: remembered((id) => access.roleAssignment(id, options)),
  };
}

async function namesOf(ctx: ServiceContext, ids: readonly string[]): Promise<Map<string, PrincipalInput> | null> {
  if (ids.length === 0) return new Map();
  try {
    const rows = await ctx.azure.directory.byIds(ids, { signal: ctx.signal });
    return new Map(rows.map((row) => [row.id.toLowerCase(), toPrincipal(row)]));
  } catch (error) {
    if (mustStop(error, ctx)) throw error;
    logUnread(ctx.log, "access.principalsUnreadable", error);
    return null;
  }
}

function sameAssignment(row: RoleAssignmentRow, request: Extract<AccessChangeRequest, { kind: "assign" }>): boolean {
  return (
    row.name.toLowerCase() !== request.assignmentName.toLowerCase() &&
    normaliseScope(row.scope) === normaliseScope(request.scope) &&
    row.principalId.toLowerCase() === request.principalId.toLowerCase() &&
    lastSegment(row.roleDefinitionId).toLowerCase() === request.roleId.toLowerCase()
  );
}

async function factsOf(
  sources: Sources,
  request: AccessChangeRequest,
): Promise<Omit<ChangeFacts, "principal" | "principalUnreadable">> {
  const scope = scopeOfChange(request);
  const right = sources.permissions(scope).then((entries) => operatorRight(entries, ACTIONS[request.kind]));
  if (request.kind === "assign") {
    const [role, rows] = await Promise.all([sources.role(scope, request.roleId), sources.assignmentsAt(scope)]);
    const duplicate = rows.find((row) => sameAssignment(row, request)) ?? null;
    const own = rows.find((row) => row.name.toLowerCase() === request.assignmentName.toLowerCase()) ?? null;
    return { request, scope, right: await right, standing: own, duplicate, role };
  }
  if (request.kind === "remove") {
    const standing = await sources.assignment(request.assignmentId);
    const role = standing === null ? null : await sources.role(scope, lastSegment(standing.roleDefinitionId));
    return { request, scope, right: await right, standing, duplicate: null, role };
  }
  const role = await sources.role(scope, request.roleId);
  return { request, scope, right: await right, standing: null, duplicate: null, role };
}

function principalIdOf(facts: Pick<ChangeFacts, "request" | "standing">): string | null {
  return facts.request.kind === "assign" ? facts.request.principalId : (facts.standing?.principalId ?? null);
}

/** Reads what every change is about, fresh from ARM and Graph. Throws AppError when Azure refuses the reading itself. */
export async function readChangeFacts(ctx: ServiceContext, changes: readonly AccessChangeRequest[]): Promise<ChangeFacts[]> {
  const sources = createSources(ctx);
  const partial = await Promise.all(changes.map((request) => factsOf(sources, request)));
  const ids = partial.flatMap((facts) => principalIdOf(facts) ?? []);
  const named = await namesOf(ctx, [...new Set(ids)]);
  return partial.map((facts) => ({
    ...facts,
    principal: named?.get(principalIdOf(facts)?.toLowerCase() ?? "") ?? null,
    principalUnreadable: named === null,
  }));
}

/** Two previews have the same stamp exactly when the changes and everything they are about are the same. */
export function stampOf(facts: readonly ChangeFacts[]): string {
  const state = facts.map(({ request, standing, duplicate, role, principal }) => ({
    request,
    standing:
      standing === null ? null : [standing.id.toLowerCase(), standing.principalId, standing.roleDefinitionId, standing.condition],
    duplicate: duplicate?.id.toLowerCase() ?? null,
    role: role === null ? null : [role.name, role.roleName, role.permissions, role.assignableScopes],
    principal: principal === null ? null : [principal.id, principal.kind, principal.enabled],
  }));
  return createHash("sha256").update(canonicalJson(state)).digest("hex");
}
