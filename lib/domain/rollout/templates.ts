import type { ExactRequest } from "../api";
import type { Cloud } from "../clouds";
import { armText, bicepQuote, powershellQuote, shellQuote } from "../quoting";
import { EXTENSION_API_VERSION, EXTENSION_RESOURCE_TYPE, type ExtensionBody } from "../sign-in-extension";
import type { RolloutTemplates } from "./api";
import type { RolloutTarget, Work } from "./types";
import { workRequest } from "./work-kinds";

/**
 * The work of a roll-out for all its machines, in the four forms that operators use. ARM JSON and Bicep describe what is to exist,
 * so they are empty for what removes, for what touches one property, and for role assignments, which carry names of their own.
 */

const DEPLOYMENT = "https://schema.management.azure.com/schemas";
const GROUP_SCHEMA = `${DEPLOYMENT}/2019-04-01/deploymentTemplate.json#`;
const SUBSCRIPTION_SCHEMA = `${DEPLOYMENT}/2018-05-01/subscriptionDeploymentTemplate.json#`;

type Row = { name: string; location: string; extension: string };
type Group = { subscriptionId: string; resourceGroup: string; rows: Row[]; body: ExtensionBody };

function extensionOf(request: ExactRequest): string {
  return decodeURIComponent(/\/extensions\/([^/?]+)\?/.exec(request.url)?.[1] ?? "");
}

/** Machines by resource group, in the order of the list; null where the work is no PUT of an extension. */
function groupsOf(requests: readonly { target: RolloutTarget; request: ExactRequest }[]): Group[] | null {
  const groups = new Map<string, Group>();
  for (const { target, request } of requests) {
    const extension = extensionOf(request);
    if (request.method !== "PUT" || extension === "") return null;
    const { subscriptionId, resourceGroup, name } = target;
    const key = `${subscriptionId}/${resourceGroup}`.toLowerCase();
    const body = request.body as ExtensionBody;
    const row = { name, location: body.location, extension };
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { subscriptionId, resourceGroup, rows: [row], body });
    else group.rows.push(row);
  }
  return [...groups.values()];
}

function armValue(value: unknown): unknown {
  if (typeof value === "string") return armText(value);
  if (Array.isArray(value)) return value.map(armValue);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, armValue(one)]));
}

/** Template of one resource group: one resource, copied over the list. */
function groupTemplate(group: Group): object {
  const item = (key: keyof Row) => `variables('machines')[copyIndex()].${key}`;
  return {
    $schema: GROUP_SCHEMA,
    contentVersion: "1.0.0.0",
    variables: { machines: group.rows.map((row) => armValue(row)) },
    resources: [
      {
        type: EXTENSION_RESOURCE_TYPE,
        apiVersion: EXTENSION_API_VERSION,
        copy: { name: "machines", count: "[length(variables('machines'))]" },
        name: `[concat(${item("name")}, '/', ${item("extension")})]`,
        location: `[${item("location")}]`,
        properties: armValue(group.body.properties),
      },
    ],
  };
}

/**
 * One resource group: a group deployment. More: a subscription deployment with one nested deployment per group, which may lie in
 * other subscriptions. Source: "Deploy resources to subscription", scopes; a template holds 4 MB and 800 resources.
 */
function armJson(groups: readonly Group[]): string {
  const [first] = groups;
  if (first === undefined) return "";
  if (groups.length === 1) return JSON.stringify(groupTemplate(first), null, 2);
  const resources = groups.map((group, index) => ({
    type: "Microsoft.Resources/deployments",
    apiVersion: "2022-09-01",
    name: `sign-in-${index + 1}`,
    subscriptionId: group.subscriptionId,
    resourceGroup: group.resourceGroup,
    properties: {
      mode: "Incremental",
      expressionEvaluationOptions: { scope: "inner" },
      template: groupTemplate(group),
    },
  }));
  return JSON.stringify({ $schema: SUBSCRIPTION_SCHEMA, contentVersion: "1.0.0.0", resources }, null, 2);
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

/** One file for all resource groups: each deployment of it takes the machines of the group that it is deployed to. */
function bicep(groups: readonly Group[]): string {
  const [first] = groups;
  if (first === undefined) return "";
  const byGroup = Object.fromEntries(
    groups.map((group) => [`${group.subscriptionId}/${group.resourceGroup}`.toLowerCase(), group.rows]),
  );
  const commands = groups.map((group) => {
    const place = `--subscription ${shellQuote(group.subscriptionId)} --resource-group ${shellQuote(group.resourceGroup)}`;
    return `//   az deployment group create ${commentText(place)} --template-file sign-in.bicep`;
  });
  return [
    "// Deploy once per resource group:",
    ...commands,
    `var machinesByGroup = ${bicepValue(byGroup, "")}`,
    `var machines = machinesByGroup[toLower('\${subscription().subscriptionId}/\${resourceGroup().name}')]`,
    "",
    `resource signIn '${EXTENSION_RESOURCE_TYPE}@${EXTENSION_API_VERSION}' = [for machine in machines: {`,
    `  name: '\${machine.name}/\${machine.extension}'`,
    "  location: machine.location",
    `  properties: ${bicepValue(first.body.properties, "  ")}`,
    "}]",
  ].join("\n");
}

/** Addresses by method and body: the list names each machine once, and the body stands once. */
function byBody(requests: readonly ExactRequest[]): { method: string; body: unknown; urls: string[] }[] {
  const groups = new Map<string, { method: string; body: unknown; urls: string[] }>();
  for (const { method, body, url } of requests) {
    const key = `${method} ${JSON.stringify(body)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { method, body, urls: [url] });
    else group.urls.push(url);
  }
  return [...groups.values()];
}

/** The list stands in a here-document whose mark is quoted: nothing in it is expanded. Addresses are encoded and hold no line break. */
function azScript(cloud: Cloud, requests: readonly ExactRequest[]): string {
  const parts = byBody(requests).map(({ method, body, urls }) => {
    const send = body === null ? "" : ` --body ${shellQuote(JSON.stringify(body))}`;
    return [
      "while IFS= read -r url; do",
      `  az rest --method ${method.toLowerCase()} --url "$url"${send} </dev/null || echo "failed: $url" >&2`,
      "done <<'MACHINES'",
      ...urls,
      "MACHINES",
    ].join("\n");
  });
  return [
    "#!/bin/bash",
    "# Requests go one after the other, which stays below ARM's limit of writes.",
    `az cloud set --name ${cloud.azCliName}`,
    ...parts,
  ].join("\n");
}

function powershellScript(cloud: Cloud, requests: readonly ExactRequest[]): string {
  const parts = byBody(requests).map(({ method, body, urls }) => {
    const send = body === null ? "" : " -Payload $body";
    return [
      ...(body === null ? [] : [`$body = ${powershellQuote(JSON.stringify(body))}`]),
      "@(",
      ...urls.map((url) => `  ${powershellQuote(url.slice(cloud.arm.length))}`),
      ") | ForEach-Object {",
      `  $answer = Invoke-AzRestMethod -Method ${method} -Path $_${send}`,
      '  if ($answer.StatusCode -ge 400) { Write-Warning "$($answer.StatusCode) $_ $($answer.Content)" }',
      "}",
    ].join("\n");
  });
  return [`Connect-AzAccount -Environment ${cloud.azCliName}`, ...parts].join("\n");
}

/**
 * The same work for the machines of a roll-out as ARM JSON, Bicep, az CLI and PowerShell. The scripts send exactly what the portal
 * sends. `assignmentNameOf` gives the name of each role assignment.
 */
export function rolloutTemplates(args: {
  cloud: Cloud;
  work: Work;
  targets: readonly RolloutTarget[];
  assignmentNameOf: (target: RolloutTarget) => string;
}): RolloutTemplates {
  const { cloud, work, targets } = args;
  const requests = targets.map((target) => ({
    target,
    request: workRequest({ cloud, target, work, standing: null, assignmentName: args.assignmentNameOf(target) }),
  }));
  const groups = groupsOf(requests) ?? [];
  const plain = requests.map(({ request }) => request);
  return {
    machines: targets.length,
    armJson: armJson(groups),
    bicep: bicep(groups),
    azCli: targets.length === 0 ? "" : azScript(cloud, plain),
    powershell: targets.length === 0 ? "" : powershellScript(cloud, plain),
  };
}
