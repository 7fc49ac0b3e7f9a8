import { bicepQuote, shellQuote } from "../../quoting";
import type { PolicyRules, ScheduleRequest } from "./requests";
import { scheduleProperties } from "./requests";

const ELIGIBILITY_TYPE = "Microsoft.Authorization/roleEligibilityScheduleRequests@2020-10-01";

/** Bicep's target scope for a scope, and the address of the module's deployment below it. */
function targetScope(scope: string): "tenant" | "managementGroup" | "subscription" | "resourceGroup" {
  if (scope === "/") return "tenant";
  if (/^\/providers\/Microsoft\.Management\//i.test(scope)) return "managementGroup";
  return /\/resourceGroups\//i.test(scope) ? "resourceGroup" : "subscription";
}

function valueText(value: unknown, indent: string): string {
  if (typeof value === "string") return bicepQuote(value);
  if (typeof value === "object" && value !== null) {
    const lines = Object.entries(value).map(([key, one]) => `${indent}  ${key}: ${valueText(one, `${indent}  `)}`);
    return ["{", ...lines, `${indent}}`].join("\n");
  }
  return String(value);
}

/** Below a resource group: the resource that the request extends. */
function resourceOf(scope: string): { type: string; name: string } | null {
  const [, , , , , ...rest] = scope.split("/");
  const [, provider, ...pairs] = rest;
  if (provider === undefined) return null;
  const types = pairs.filter((_, index) => index % 2 === 0);
  const names = pairs.filter((_, index) => index % 2 === 1);
  return { type: [provider, ...types].join("/"), name: names.join("/") };
}

/**
 * One Bicep file per scope: a file has one target scope. Only what gives an eligibility can be written in Bicep; a removal
 * cannot. Source: Microsoft.Authorization roleEligibilityScheduleRequests, Bicep resource definition.
 */
export function eligibilityBicep(requests: readonly ScheduleRequest[]): { scope: string; text: string }[] {
  const byScope = Map.groupBy(
    requests.filter(({ of, requestType }) => of === "eligible" && requestType !== "AdminRemove"),
    ({ scope }) => scope,
  );
  return [...byScope].map(([scope, list]) => {
    const resource = resourceOf(scope);
    const isMachine = resource !== null && /^Microsoft\.HybridCompute\/machines$/i.test(resource.type);
    const lines = [`targetScope = '${targetScope(scope)}'`, `// ${scope.replaceAll("\n", " ")}`, ""];
    if (resource !== null) {
      const version = isMachine ? "2024-07-10" : "2023-07-01";
      lines.push(`resource target ${bicepQuote(`${resource.type}@${version}`)} existing = {`);
      lines.push(`  name: ${bicepQuote(resource.name)}`, "}", "");
    }
    for (const [index, request] of list.entries()) {
      lines.push(`resource eligibility${index + 1} '${ELIGIBILITY_TYPE}' = {`, `  name: ${bicepQuote(request.requestName)}`);
      if (resource !== null) lines.push("  scope: target");
      lines.push(`  properties: ${valueText(scheduleProperties(request), "  ")}`, "}", "");
    }
    return { scope, text: lines.join("\n") };
  });
}

export type PolicyExport = { policyId: string; roleName: string; scope: string; rules: PolicyRules };

/**
 * Policies as Bicep. Bicep has no resource type for role settings: Azure makes them itself and takes PATCH only, so the file
 * runs a deployment script with `az rest`. Source: Azure/bicep-types-az issue 1955; Role Management Policies - Update.
 */
export function policyBicep(policies: readonly PolicyExport[], cloudArm: string): string {
  const calls = policies.flatMap(({ policyId, roleName, scope, rules }) => {
    const body = shellQuote(JSON.stringify({ properties: { rules } }));
    const url = shellQuote(`${cloudArm}${policyId}?api-version=2020-10-01`);
    const comment = `# ${roleName} at ${scope}`.replaceAll(/[\r\n]/g, " ");
    return [comment, `az rest --method patch --url ${url} --body ${body}`];
  });
  return [
    "// Role settings of Privileged Identity Management have no Bicep type. This script sets them with az rest.",
    "@description('Managed identity with Microsoft.Authorization/roleManagementPolicies/write at every scope below.')",
    "param identityId string",
    "param location string = resourceGroup().location",
    "",
    "var lines = [",
    ...["set -e", ...calls].map((line) => `  ${bicepQuote(line)}`),
    "]",
    "",
    "resource settings 'Microsoft.Resources/deploymentScripts@2023-08-01' = {",
    "  name: 'pim-role-settings'",
    "  location: location",
    "  kind: 'AzureCLI'",
    "  identity: {",
    "    type: 'UserAssigned'",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Bicep's own interpolation.
    "    userAssignedIdentities: { '${identityId}': {} }",
    "  }",
    "  properties: {",
    "    azCliVersion: '2.63.0'",
    "    retentionInterval: 'P1D'",
    "    scriptContent: join(lines, '\\n')",
    "  }",
    "}",
    "",
  ].join("\n");
}
