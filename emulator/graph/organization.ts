import type { EmulatorContext, Route, WireRequest, WireResponse } from "../core/contract.ts";
import type { Tenant, World } from "../world/types.ts";
import { answerOne, callerOf, openDirectory } from "./collections.ts";
import { USER } from "./entities.ts";
import { complex, type Entity, emptyLists, emptyTexts, flag, type Property, text, time } from "./entity.ts";
import { notFound } from "./errors.ts";
import { requireArea } from "./permissions.ts";
import { contextOf, LIST_QUERY, listPage, selectOf } from "./query.ts";

/** Objects a tenant may hold once it has a verified domain; every Arc machine counts as one (azure-apis.md 6.7). */
const DIRECTORY_OBJECT_LIMIT = 300_000;

const properties: [string, Property<Tenant>][] = [
  ["id", text((row) => row.id)],
  ["displayName", text((row) => row.displayName)],
  ["countryLetterCode", text((row) => row.countryCode)],
  ["tenantType", text(() => "AAD")],
  ["createdDateTime", time(() => "2025-01-15T08:00:00Z")],
  ["onPremisesSyncEnabled", flag(() => true)],
  [
    "verifiedDomains",
    complex((row) => [
      {
        capabilities: "Email, OfficeCommunicationsOnline",
        isDefault: true,
        isInitial: true,
        name: row.defaultDomain,
        type: "Managed",
      },
    ]),
  ],
  ...emptyTexts<Tenant>([
    ...[
      "deletedDateTime",
      "city",
      "country",
      "defaultUsageLocation",
      "mobileDeviceManagementAuthority",
      "onPremisesLastSyncDateTime",
    ],
    ...["postalCode", "preferredLanguage", "state", "street"],
  ]),
  ["isMultipleDataLocationsForServicesEnabled", flag(() => null)],
  ["mobileDeviceManagementAuthority", text(() => "intune")],
  ["privacyProfile", complex(() => ({ contactEmail: null, statementUrl: null }))],
  ...emptyLists<Tenant>([
    ...["businessPhones", "marketingNotificationEmails", "onPremisesSyncStatus", "securityComplianceNotificationMails"],
    ...["securityComplianceNotificationPhones", "technicalNotificationMails", "assignedPlans", "provisionedPlans"],
  ]),
];

function organizationEntity(quota: ((row: Tenant) => unknown) | null): Entity<Tenant> {
  const all = new Map(properties);
  if (quota) all.set("directorySizeQuota", complex(quota));
  return {
    type: "organization",
    set: "organization",
    properties: all,
    defaults: properties.map(([name]) => name),
    searchable: [],
  };
}

function directorySize(world: World, tenantId: string): { used: number; total: number } {
  let used = 0;
  for (const rows of [world.users, world.groups, world.devices, world.servicePrincipals.values()]) {
    for (const row of rows) if (row.tenantId === tenantId) used += 1;
  }
  return { used, total: DIRECTORY_OBJECT_LIMIT };
}

/** directorySizeQuota exists in beta only, so v1.0 refuses to select it. */
function organization(request: WireRequest, ctx: EmulatorContext, isBeta: boolean): WireResponse {
  const caller = callerOf(request);
  requireArea(ctx.world, caller, "organization");
  const entity = organizationEntity(isBeta ? (row) => directorySize(ctx.world, row.id) : null);
  if (selectOf(request, entity).names.includes("directorySizeQuota")) requireArea(ctx.world, caller, "directorySize");
  const rows = ctx.world.tenants.filter((tenant) => tenant.id === caller.tenantId);
  const { id } = request.params;
  if (id === undefined) return { status: 200, body: listPage({ request, entity, rows }) };
  return answerOne(request, entity, rows.find((row) => row.id === id.toLowerCase()) ?? null, id);
}

function me(request: WireRequest, ctx: EmulatorContext): WireResponse {
  const directory = openDirectory(request, ctx, "me");
  const { objectId, kind } = callerOf(request);
  if (kind !== "user") throw notFound(objectId);
  const answer = answerOne(request, USER, directory.findUser(objectId), objectId);
  const { names, isExplicit } = selectOf(request, USER);
  const body = {
    ...(answer.body as object),
    "@odata.context": contextOf(request, "users", isExplicit ? names : null, "/$entity"),
  };
  return { ...answer, body };
}

const shared = { face: "graph", method: "GET", right: null } as const;
const DOCS = "https://learn.microsoft.com/graph/api";

export const organizationRoutes: Route[] = [
  { ...shared, pattern: "/v1.0/me", query: ["$select"], source: `${DOCS}/user-get`, handle: me },
  {
    ...shared,
    pattern: "/v1.0/organization",
    query: LIST_QUERY,
    source: `${DOCS}/organization-list`,
    handle: (request, ctx) => organization(request, ctx, false),
  },
  {
    ...shared,
    pattern: "/v1.0/organization/{id}",
    query: ["$select"],
    source: `${DOCS}/organization-get`,
    handle: (request, ctx) => organization(request, ctx, false),
  },
  {
    ...shared,
    pattern: "/beta/organization",
    query: LIST_QUERY,
    source: `${DOCS}/organization-list?view=graph-rest-beta`,
    handle: (request, ctx) => organization(request, ctx, true),
  },
];
