import type { ExactRequest } from "../api";
import { armText, bicepQuote, shellQuote } from "../quoting";
import { EXTENSION_API_VERSION, EXTENSION_RESOURCE_TYPE } from "../sign-in-extension";
import type { RolloutTarget } from "./types";

/**
 * ARM JSON and Bicep of a roll-out. Both say what is to exist: an extension written as a whole, or a role assignment at each
 * machine. What removes, and what changes one property and leaves the others, cannot be said in them.
 */

const DEPLOYMENT = "https://schema.management.azure.com/schemas";
const GROUP_SCHEMA = `${DEPLOYMENT}/2019-04-01/deploymentTemplate.json#`;
const SUBSCRIPTION_SCHEMA = `${DEPLOYMENT}/2018-05-01/subscriptionDeploymentTemplate.json#`;
const MACHINE_TYPE = "Microsoft.HybridCompute/machines";
const ASSIGNMENT_TYPE = "Microsoft.Authorization/roleAssignments";
const ASSIGNMENT_API_VERSION = "2022-04-01";
const ROLE_TYPE = "Microsoft.Authorization/roleDefinitions";

/** What differs from machine to machine; `own` = the name of the extension or of the assignment. */
type Row = { name: string; own: string; location?: string };
type Group = { subscriptionId: string; resourceGroup: string; location: string; rows: Row[] };
export type Declared = {
  what: "extension" | "assignment";
  groups: Group[];
  properties: Record<string, unknown>;
  /** Only of an assignment. */
  roleId: string;
};

const OWN_NAME = { extension: /\/extensions\/([^/?]+)\?/, assignment: /\/roleAssignments\/([^/?]+)\?/ } as const;

type Body = { location?: string; properties: Record<string, unknown> };

/** Machines by resource group, in the order of the list; null where the work does not say what is to exist. */
export function declaredOf(requests: readonly { target: RolloutTarget; request: ExactRequest }[]): Declared | null {
  const first = requests[0]?.request;
  if (first === undefined || first.method !== "PUT") return null;
  const what = OWN_NAME.assignment.test(first.url) ? "assignment" : "extension";
  const groups = new Map<string, Group>();
  for (const { target, request } of requests) {
    const { location } = request.body as Body;
    const own = decodeURIComponent(OWN_NAME[what].exec(request.url)?.[1] ?? "");
    const row = { name: target.name, ...(location === undefined ? {} : { location }), own };
    const key = `${target.subscriptionId}/${target.resourceGroup}`.toLowerCase();
    const { subscriptionId, resourceGroup } = target;
    const group = groups.get(key) ?? { subscriptionId, resourceGroup, location: target.location, rows: [] };
    group.rows.push(row);
    groups.set(key, group);
  }
  const { roleDefinitionId, ...properties } = (first.body as Body).properties;
  return { what, groups: [...groups.values()], properties, roleId: String(roleDefinitionId ?? "").replace(/^.*\//, "") };
}

function armValue(value: unknown): unknown {
  if (typeof value === "string") return armText(value);
  if (Array.isArray(value)) return value.map(armValue);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, armValue(one)]));
}

const armItem = (key: keyof Row) => `variables('machines')[copyIndex()].${key}`;

function armResource({ what, properties, roleId }: Declared): object {
  const copy = { name: "machines", count: "[length(variables('machines'))]" };
  if (what === "extension")
    return {
      type: EXTENSION_RESOURCE_TYPE,
      apiVersion: EXTENSION_API_VERSION,
      copy,
      name: `[concat(${armItem("name")}, '/', ${armItem("own")})]`,
      location: `[${armItem("location")}]`,
      properties: armValue(properties),
    };
  const role = `[subscriptionResourceId('${ROLE_TYPE}', '${roleId.replaceAll("'", "''")}')]`;
  return {
    type: ASSIGNMENT_TYPE,
    apiVersion: ASSIGNMENT_API_VERSION,
    copy,
    scope: `[concat('${MACHINE_TYPE}/', ${armItem("name")})]`,
    name: `[${armItem("own")}]`,
    properties: { roleDefinitionId: role, ...(armValue(properties) as object) },
  };
}

/** Template of one resource group: one resource, copied over the list. */
function groupTemplate(declared: Declared, { rows }: Group, deploy: string | null): object {
  return {
    $schema: GROUP_SCHEMA,
    contentVersion: "1.0.0.0",
    ...(deploy === null ? {} : { metadata: { deploy: armText(deploy) } }),
    variables: { machines: rows.map((row) => armValue(row)) },
    resources: [armResource(declared)],
  };
}

const placeArguments = (group: Group) =>
  `--subscription ${shellQuote(group.subscriptionId)} --resource-group ${shellQuote(group.resourceGroup)}`;

/**
 * One resource group: a group deployment. More: a subscription deployment with one nested deployment per group, which may lie in
 * other subscriptions. Source: "Deploy resources to subscription", scopes; a template holds 4 MB and 800 resources.
 */
export function armJson(declared: Declared): string {
  const { groups, what } = declared;
  const [first] = groups;
  if (first === undefined) return "";
  if (groups.length === 1) {
    const deploy = `az deployment group create ${placeArguments(first)} --template-file rollout.json`;
    return JSON.stringify(groupTemplate(declared, first, deploy), null, 2);
  }
  const resources = groups.map((group, index) => ({
    type: "Microsoft.Resources/deployments",
    apiVersion: "2022-09-01",
    name: `${what === "extension" ? "sign-in" : "role"}-${index + 1}`,
    subscriptionId: group.subscriptionId,
    resourceGroup: group.resourceGroup,
    properties: {
      mode: "Incremental",
      expressionEvaluationOptions: { scope: "inner" },
      template: groupTemplate(declared, group, null),
    },
  }));
  const place = `--subscription ${shellQuote(first.subscriptionId)} --location ${shellQuote(first.location)}`;
  const metadata = { deploy: `az deployment sub create ${place} --template-file rollout.json` };
  return JSON.stringify({ $schema: SUBSCRIPTION_SCHEMA, contentVersion: "1.0.0.0", metadata, resources }, null, 2);
}

function bicepValue(value: unknown, indent: string): string {
  if (typeof value === "string") return bicepQuote(value);
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (Array.isArray(value))
    return `[\n${value.map((one) => `${indent}  ${bicepValue(one, `${indent}  `)}\n`).join("")}${indent}]`;
  if (typeof value !== "object" || value === null) return "null";
  const lines = Object.entries(value).map(([key, one]) => {
    const name = /^[A-Za-z_]\w*$/.test(key) ? key : bicepQuote(key);
    return `${indent}  ${name}: ${bicepValue(one, `${indent}  `)}\n`;
  });
  return `{\n${lines.join("")}${indent}}`;
}

/** A comment holds no line break, or the rest of the text would be Bicep. */
function commentText(text: string): string {
  return text.replace(/[\r\n]+/g, " ");
}

function bicepResource({ what, properties, roleId }: Declared): string[] {
  if (what === "extension")
    return [
      `resource signIn '${EXTENSION_RESOURCE_TYPE}@${EXTENSION_API_VERSION}' = [for machine in machines: {`,
      `  name: '\${machine.name}/\${machine.own}'`,
      "  location: machine.location",
      `  properties: ${bicepValue(properties, "  ")}`,
      "}]",
    ];
  return [
    `resource server '${MACHINE_TYPE}@${EXTENSION_API_VERSION}' existing = [for machine in machines: {`,
    "  name: machine.name",
    "}]",
    "",
    `resource role '${ASSIGNMENT_TYPE}@${ASSIGNMENT_API_VERSION}' = [for (machine, index) in machines: {`,
    "  name: machine.own",
    "  scope: server[index]",
    "  properties: {",
    `    roleDefinitionId: subscriptionResourceId('${ROLE_TYPE}', ${bicepQuote(roleId)})`,
    ...Object.entries(properties).map(([key, value]) => `    ${key}: ${bicepValue(value, "    ")}`),
    "  }",
    "}]",
  ];
}

/** One file for all resource groups: each deployment of it takes the machines of the group that it is deployed to. */
export function bicep(declared: Declared): string {
  const { groups } = declared;
  const byGroup = Object.fromEntries(
    groups.map((group) => [`${group.subscriptionId}/${group.resourceGroup}`.toLowerCase(), group.rows]),
  );
  return [
    "// Deploy once per resource group:",
    ...groups.map(
      (group) => `//   az deployment group create ${commentText(placeArguments(group))} --template-file rollout.bicep`,
    ),
    `var machinesByGroup = ${bicepValue(byGroup, "")}`,
    `var machines = machinesByGroup[toLower('\${subscription().subscriptionId}/\${resourceGroup().name}')]`,
    "",
    ...bicepResource(declared),
  ].join("\n");
}
