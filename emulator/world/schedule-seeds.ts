import { ACCESS_ROLES, onlyRolesToGroups, ordinaryPerson } from "./access-catalogue.ts";
import { elevationEligibilities } from "./elevation-seeds.ts";
import { groupIdOf } from "./people.ts";
import { personaId } from "./personas.ts";
import { GROUP_IDS, managementGroupScope, subscriptionIdOf } from "./places.ts";
import { stableGuid } from "./random.ts";
import { ROLE_IDS } from "./roles.ts";
import type { RoleAssignment, RoleSchedule } from "./types.ts";
import { CONTOSO_TENANT_ID } from "./types.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

type Seed = {
  key: string;
  kind: RoleSchedule["kind"];
  principalId: string;
  principalType?: RoleSchedule["principalType"];
  role: string;
  scope: string;
  fromMs: number;
  toMs: number | null;
  /** Key of the eligibility that was activated. */
  activates?: string;
  condition?: string;
};

const sub = (key: Parameters<typeof subscriptionIdOf>[0]): string => `/subscriptions/${subscriptionIdOf(key)}`;

function seeds(seed: number): Seed[] {
  const person = (name: string): string => ordinaryPerson(seed, name);
  const longAgo = -60 * DAY_MS;
  return [
    {
      key: "daan",
      kind: "eligibility",
      principalId: person("daan.jansen"),
      role: ROLE_IDS.adminLogin,
      scope: managementGroupScope(GROUP_IDS.production),
      fromMs: longAgo,
      toMs: null,
    },
    {
      key: "olivia",
      kind: "eligibility",
      principalId: personaId("olivia.operator"),
      role: ROLE_IDS.adminLogin,
      scope: sub("prodEu1"),
      fromMs: longAgo,
      toMs: 120 * DAY_MS,
    },
    {
      key: "team",
      kind: "eligibility",
      principalId: groupIdOf(seed, "windowsTeam"),
      principalType: "Group",
      role: ROLE_IDS.machineAdministrator,
      scope: sub("prodEu1"),
      fromMs: longAgo,
      toMs: 180 * DAY_MS,
    },
    {
      key: "ben",
      kind: "eligibility",
      principalId: person("ben.moreau"),
      role: ROLE_IDS.adminLogin,
      scope: sub("prodEu2"),
      fromMs: longAgo,
      toMs: 300 * DAY_MS,
    },
    {
      key: "delegate",
      kind: "eligibility",
      principalId: person("hanna.novak"),
      role: ACCESS_ROLES.accessAdministrator,
      scope: managementGroupScope(GROUP_IDS.landingZones),
      fromMs: longAgo,
      toMs: null,
      condition: onlyRolesToGroups([ROLE_IDS.userLogin]),
    },
    {
      key: "over",
      kind: "eligibility",
      principalId: person("chiara.jansen"),
      role: ROLE_IDS.owner,
      scope: sub("prodUs1"),
      fromMs: longAgo,
      toMs: -DAY_MS,
    },
    {
      key: "active",
      kind: "assignment",
      principalId: person("ben.moreau"),
      role: ROLE_IDS.adminLogin,
      scope: sub("prodEu2"),
      fromMs: -HOUR_MS,
      toMs: 3 * HOUR_MS,
      activates: "ben",
    },
    {
      key: "bound",
      kind: "assignment",
      principalId: person("ivan.jansen"),
      role: ROLE_IDS.userLogin,
      scope: sub("prodUs1"),
      fromMs: -10 * DAY_MS,
      toMs: 20 * DAY_MS,
    },
    {
      key: "future",
      kind: "assignment",
      principalId: person("jia.jansen"),
      role: ROLE_IDS.userLogin,
      scope: sub("nonProd2"),
      fromMs: 7 * DAY_MS,
      toMs: 14 * DAY_MS,
    },
    ...elevationEligibilities(seed).map((row): Seed => ({ ...row, kind: "eligibility", fromMs: longAgo, toMs: 200 * DAY_MS })),
  ];
}

const id = (seed: number, what: string, key: string): string => stableGuid(seed, `pim:${what}:${key}`);

/** Name of the schedule that a seed makes. */
export function scheduleName(seed: number, key: string): string {
  return id(seed, "schedule", key);
}

function toSchedule(seed: number, nowMs: number, row: Seed): RoleSchedule {
  return {
    name: id(seed, "schedule", row.key),
    kind: row.kind,
    tenantId: CONTOSO_TENANT_ID,
    requestName: id(seed, "schedule", row.key),
    instanceName: id(seed, "instance", row.key),
    scope: row.scope,
    roleDefinitionGuid: row.role,
    principalId: row.principalId,
    principalType: row.principalType ?? "User",
    assignmentType: row.activates === undefined ? "Assigned" : "Activated",
    startMs: nowMs + row.fromMs,
    endMs: row.toMs === null ? null : nowMs + row.toMs,
    linkedEligibility:
      row.activates === undefined
        ? null
        : { schedule: id(seed, "schedule", row.activates), instance: id(seed, "instance", row.activates) },
    roleAssignmentName: row.kind === "assignment" ? id(seed, "assignment", row.key) : null,
    condition: row.condition ?? null,
    conditionVersion: row.condition === undefined ? null : "2.0",
    createdOn: new Date(nowMs + Math.min(row.fromMs, 0)).toISOString(),
  };
}

export function roleSchedules(seed: number, nowMs: number): RoleSchedule[] {
  return seeds(seed).map((row) => toSchedule(seed, nowMs, row));
}

/** The rows of roleAssignments that active schedules make: they begin and end by the clock. */
export function scheduledAssignments(schedules: readonly RoleSchedule[]): RoleAssignment[] {
  return schedules.flatMap((row) =>
    row.roleAssignmentName === null
      ? []
      : [
          {
            name: row.roleAssignmentName,
            tenantId: row.tenantId,
            scope: row.scope,
            roleDefinitionGuid: row.roleDefinitionGuid,
            principalId: row.principalId,
            principalType: row.principalType,
            condition: row.condition,
            conditionVersion: row.conditionVersion,
            description: null,
            createdOn: row.createdOn,
            createdBy: null,
            effectiveFromMs: row.startMs,
            listedFromMs: row.startMs,
            indexedFromMs: row.startMs,
            ...(row.endMs === null ? {} : { endsAtMs: row.endMs }),
          },
        ],
  );
}
