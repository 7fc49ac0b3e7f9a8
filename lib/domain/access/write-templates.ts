import type { ExactRequest, Templates } from "../api";
import type { Cloud } from "../clouds";
import { armText, bicepQuote, powershellQuote, shellQuote } from "../quoting";
import { azPowershell, azRest } from "../templates";
import type { AccessChangeRequest } from "./api";
import { type AssignRequest, assignmentProperties, exactRequest } from "./write-request";

const ASSIGNMENT_TYPE = "Microsoft.Authorization/roleAssignments@2022-04-01";
const SCHEMAS = "https://schema.management.azure.com/schemas";

/** Deployment level of a scope: its schema, Bicep's target, and the resource below a group that the assignment extends. */
function placeOf(scope: string) {
  if (scope === "/") return { schema: "2019-08-01/tenantDeploymentTemplate.json", target: "tenant", resource: null };
  if (/^\/providers\/Microsoft\.Management\//i.test(scope)) {
    return { schema: "2019-08-01/managementGroupDeploymentTemplate.json", target: "managementGroup", resource: null };
  }
  const [, , , group, ...rest] = scope.split("/").filter((part) => part !== "");
  if (group === undefined) {
    return { schema: "2018-05-01/subscriptionDeploymentTemplate.json", target: "subscription", resource: null };
  }
  const resource = rest.length === 0 ? null : rest.slice(1);
  return { schema: "2019-04-01/deploymentTemplate.json", target: "resourceGroup", resource };
}

function armTemplate(request: AssignRequest, principalType: string): string {
  const { schema, resource } = placeOf(request.scope);
  const properties = assignmentProperties(request, principalType);
  const escaped = Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, armText(value)]));
  const template = {
    $schema: `${SCHEMAS}/${schema}#`,
    contentVersion: "1.0.0.0",
    resources: [
      {
        type: "Microsoft.Authorization/roleAssignments",
        apiVersion: "2022-04-01",
        name: request.assignmentName,
        ...(resource === null ? {} : { scope: armText(resource.join("/")) }),
        properties: escaped,
      },
    ],
  };
  return JSON.stringify(template, null, 2);
}

/** Provider, types and names of a resource id below its group: type with slashes, name with slashes. */
function typeAndName(parts: readonly string[]): { type: string; name: string } {
  const [provider = "", ...rest] = parts;
  const types = rest.filter((_, index) => index % 2 === 0);
  const names = rest.filter((_, index) => index % 2 === 1);
  return { type: [provider, ...types].join("/"), name: names.join("/") };
}

function bicepTemplate(request: AssignRequest, principalType: string): string {
  const { target, resource } = placeOf(request.scope);
  const entries = Object.entries(assignmentProperties(request, principalType));
  const lines = [`targetScope = ${bicepQuote(target)}`, ""];
  if (resource !== null) {
    const { type, name } = typeAndName(resource);
    // Any api-version that the type has will do for an existing resource; Arc machines have this one.
    const version = /^Microsoft\.HybridCompute\//i.test(type) ? "2024-07-10" : "2023-07-01";
    lines.push(`resource target ${bicepQuote(`${type}@${version}`)} existing = {`, `  name: ${bicepQuote(name)}`, "}", "");
  }
  lines.push(
    `resource assignment ${bicepQuote(ASSIGNMENT_TYPE)} = {`,
    `  name: ${bicepQuote(request.assignmentName)}`,
    ...(resource === null ? [] : ["  scope: target"]),
    "  properties: {",
    ...entries.map(([key, value]) => `    ${key}: ${bicepQuote(value)}`),
    "  }",
    "}",
  );
  return lines.join("\n");
}

function azAssign(cloud: Cloud, request: AssignRequest, principalType: string): string {
  const { description, condition } = request;
  const lines = [
    "az role assignment create",
    `--name ${shellQuote(request.assignmentName)}`,
    `--assignee-object-id ${shellQuote(request.principalId)}`,
    `--assignee-principal-type ${shellQuote(principalType)}`,
    `--role ${shellQuote(request.roleId)}`,
    `--scope ${shellQuote(request.scope)}`,
    ...(description === null ? [] : [`--description ${shellQuote(description)}`]),
    ...(condition === null ? [] : [`--condition ${shellQuote(condition)}`, "--condition-version '2.0'"]),
  ];
  return `az cloud set --name ${cloud.azCliName}\n${lines.join(" \\\n  ")}`;
}

function azRemove(cloud: Cloud, assignmentId: string): string {
  return `az cloud set --name ${cloud.azCliName}\naz role assignment delete \\\n  --ids ${shellQuote(assignmentId)}`;
}

function powershellAssign(cloud: Cloud, request: AssignRequest, principalType: string): string {
  const { description, condition } = request;
  const lines = [
    "New-AzRoleAssignment",
    `-ObjectId ${powershellQuote(request.principalId)}`,
    `-ObjectType ${powershellQuote(principalType)}`,
    `-RoleDefinitionId ${powershellQuote(request.roleId)}`,
    `-Scope ${powershellQuote(request.scope)}`,
    ...(description === null ? [] : [`-Description ${powershellQuote(description)}`]),
    ...(condition === null ? [] : [`-Condition ${powershellQuote(condition)}`, "-ConditionVersion '2.0'"]),
  ];
  return `Connect-AzAccount -Environment ${cloud.azCliName}\n${lines.join(" `\n  ")}`;
}

/**
 * A change in the four forms operators use. A template says what is to exist, so removals have no ARM JSON and no Bicep, and
 * role definitions are given through the request itself.
 */
export function changeTemplates(cloud: Cloud, request: AccessChangeRequest, principalType: string): Templates {
  const exact: ExactRequest = exactRequest(cloud, request, principalType);
  if (request.kind === "assign") {
    return {
      armJson: armTemplate(request, principalType),
      bicep: bicepTemplate(request, principalType),
      azCli: azAssign(cloud, request, principalType),
      powershell: powershellAssign(cloud, request, principalType),
    };
  }
  const azCli = request.kind === "remove" ? azRemove(cloud, request.assignmentId) : azRest(cloud, exact);
  return { armJson: "", bicep: "", azCli, powershell: azPowershell(cloud, exact) };
}
