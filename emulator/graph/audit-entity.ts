import type { PimAudit } from "../world/pim-types.ts";
import type { World } from "../world/types.ts";
import { complex, type Entity, type Property, text, texts, time } from "./entity.ts";

/** An entry with the world that names what it is about. */
export type ShownAudit = { id: string; audit: PimAudit; world: World };

const SERVICE = "Azure AD PIM";

function initiator({ audit, world }: ShownAudit): object {
  const user = world.users.find((row) => row.id === audit.actorId);
  if (user === undefined) {
    return { user: null, app: { appId: null, displayName: SERVICE, servicePrincipalId: null, servicePrincipalName: null } };
  }
  const { id, displayName, userPrincipalName } = user;
  return { app: null, user: { id, displayName, userPrincipalName, ipAddress: "127.0.0.1" } };
}

type Target = { id: string; displayName: string; type: string; userPrincipalName?: string };

function targetsOf({ audit, world }: ShownAudit): Target[] {
  const role = world.roleDefinitions.find((row) => row.id === audit.roleDefinitionGuid);
  const user = world.users.find((row) => row.id === audit.principalId);
  const group = world.groups.find((row) => row.id === audit.principalId);
  const targets: Target[] = [{ id: audit.roleDefinitionGuid, displayName: role?.roleName ?? "", type: "Role" }];
  if (audit.requestName !== null) targets.push({ id: audit.requestName, displayName: "", type: "Request" });
  if (user !== undefined) {
    const { id, displayName, userPrincipalName } = user;
    targets.push({ id, displayName, type: "User", userPrincipalName });
  } else if (audit.principalId !== null) {
    targets.push({ id: audit.principalId, displayName: group?.displayName ?? "", type: group === undefined ? "Other" : "Group" });
  }
  targets.push({ id: audit.scope, displayName: audit.scope.split("/").at(-1) ?? audit.scope, type: "Other" });
  return targets;
}

function shownTarget({ userPrincipalName, ...target }: Target): object {
  return { ...target, userPrincipalName: userPrincipalName ?? null, groupType: null, modifiedProperties: [] };
}

const iso = (ms: number): string => new Date(ms).toISOString();

function details({ audit }: ShownAudit): { key: string; value: string }[] {
  const facts: [string, string | null][] = [
    ["RoleDefinitionOriginId", audit.roleDefinitionGuid],
    ["RequestId", audit.requestName],
    ["StartTime", audit.startMs === null ? null : iso(audit.startMs)],
    ["ExpirationTime", audit.endMs === null ? null : iso(audit.endMs)],
    ["Justification", audit.justification],
    ["TicketNumber", audit.ticketNumber],
    ["TicketSystem", audit.ticketSystem],
  ];
  return facts.flatMap(([key, value]) => (value === null ? [] : [{ key, value }]));
}

const properties: [string, Property<ShownAudit>][] = [
  ["id", text((row) => row.id)],
  ["category", text(() => "RoleManagement")],
  ["correlationId", text(({ audit }) => audit.correlationId)],
  ["result", text(({ audit }) => audit.result)],
  ["resultReason", text(({ audit }) => audit.reason)],
  ["activityDisplayName", text(({ audit }) => audit.activity)],
  ["activityDateTime", time(({ audit }) => iso(audit.atMs))],
  ["loggedByService", text(() => "PIM")],
  ["operationType", text(({ audit }) => audit.operationType)],
  ["initiatedBy", complex(initiator)],
  ["targetResources", complex((row) => targetsOf(row).map(shownTarget))],
  ["additionalDetails", complex(details)],
];

/** Members of complex properties that a filter may name. */
const filterable: [string, Property<ShownAudit>][] = [
  ["initiatedBy/user/id", text(({ audit }) => audit.actorId)],
  [
    "initiatedBy/user/userPrincipalName",
    text(({ audit, world }) => world.users.find((row) => row.id === audit.actorId)?.userPrincipalName ?? null),
  ],
  ["initiatedBy/app/displayName", text(({ audit }) => (audit.actorId === null ? SERVICE : null))],
  ["targetResources/id", texts((row) => targetsOf(row).map((target) => target.id))],
  ["targetResources/displayName", texts((row) => targetsOf(row).map((target) => target.displayName))],
];

export const DIRECTORY_AUDIT: Entity<ShownAudit> = {
  type: "directoryAudit",
  set: "auditLogs/directoryAudits",
  properties: new Map([...properties, ...filterable]),
  defaults: properties.map(([name]) => name),
  searchable: [],
};
