import type { ExactRequest, Templates } from "./api";
import type { Cloud } from "./clouds";
import type { MachineRef } from "./machine";
import { armText, bicepQuote, powershellQuote, shellQuote } from "./quoting";
import type { SignInExtensionBody } from "./sign-in-extension";
import {
  deployRequest,
  EXTENSION_API_VERSION,
  EXTENSION_RESOURCE_TYPE,
  enableIdentityRequest,
  signInExtensionBody,
  uninstallRequest,
} from "./sign-in-extension";

const TEMPLATE_SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";
const MACHINE_TYPE = "Microsoft.HybridCompute/machines";

function armTemplate(ref: MachineRef, extensionName: string, body: SignInExtensionBody): string {
  const { publisher, type, typeHandlerVersion, autoUpgradeMinorVersion, settings } = body.properties;
  const template = {
    $schema: TEMPLATE_SCHEMA,
    contentVersion: "1.0.0.0",
    resources: [
      {
        type: EXTENSION_RESOURCE_TYPE,
        apiVersion: EXTENSION_API_VERSION,
        name: armText(`${ref.name}/${extensionName}`),
        location: armText(body.location),
        properties: {
          publisher,
          type,
          typeHandlerVersion,
          autoUpgradeMinorVersion,
          settings: { mdmId: armText(settings.mdmId) },
        },
      },
    ],
  };
  return JSON.stringify(template, null, 2);
}

function bicepTemplate(ref: MachineRef, extensionName: string, body: SignInExtensionBody): string {
  const { publisher, type, typeHandlerVersion, autoUpgradeMinorVersion, settings } = body.properties;
  return [
    `resource machine '${MACHINE_TYPE}@${EXTENSION_API_VERSION}' existing = {`,
    `  name: ${bicepQuote(ref.name)}`,
    "}",
    "",
    `resource signIn '${EXTENSION_RESOURCE_TYPE}@${EXTENSION_API_VERSION}' = {`,
    "  parent: machine",
    `  name: ${bicepQuote(extensionName)}`,
    `  location: ${bicepQuote(body.location)}`,
    "  properties: {",
    `    publisher: ${bicepQuote(publisher)}`,
    `    type: ${bicepQuote(type)}`,
    `    typeHandlerVersion: ${bicepQuote(typeHandlerVersion)}`,
    `    autoUpgradeMinorVersion: ${autoUpgradeMinorVersion}`,
    "    settings: {",
    `      mdmId: ${bicepQuote(settings.mdmId)}`,
    "    }",
    "  }",
    "}",
  ].join("\n");
}

/** The request through az rest: exactly what the portal sends, for a POSIX shell. */
export function azRest(cloud: Cloud, request: ExactRequest): string {
  const lines = [`az rest --method ${request.method.toLowerCase()}`, `--url ${shellQuote(request.url)}`];
  if (request.body !== null) lines.push(`--body ${shellQuote(JSON.stringify(request.body))}`);
  return `az cloud set --name ${cloud.azCliName}\n${lines.join(" \\\n  ")}`;
}

/** The request through Az.Accounts: exactly what the portal sends. */
export function azPowershell(cloud: Cloud, request: ExactRequest): string {
  const path = request.url.slice(cloud.arm.length);
  const lines = [`Invoke-AzRestMethod -Method ${request.method}`, `-Path ${powershellQuote(path)}`];
  if (request.body !== null) lines.push(`-Payload ${powershellQuote(JSON.stringify(request.body))}`);
  return `Connect-AzAccount -Environment ${cloud.azCliName}\n${lines.join(" `\n  ")}`;
}

/** The commands that send a stored request word for word: what the audit offers for every kind of entry. */
export function requestCommands(cloud: Cloud, request: ExactRequest): Pick<Templates, "azCli" | "powershell"> {
  return { azCli: azRest(cloud, request), powershell: azPowershell(cloud, request) };
}

export type DeployTemplateArgs = { cloud: Cloud; ref: MachineRef; location: string; extensionName: string; mdmId: string };

/** The deployment as ARM JSON, Bicep, az CLI and PowerShell. All four make the same resource with the same settings. */
export function deployTemplates(args: DeployTemplateArgs): Templates {
  const body = signInExtensionBody(args);
  const request = deployRequest(args);
  return {
    armJson: armTemplate(args.ref, args.extensionName, body),
    bicep: bicepTemplate(args.ref, args.extensionName, body),
    ...requestCommands(args.cloud, request),
  };
}

/** The removal. A template describes what is to exist, so ARM JSON and Bicep are empty: they cannot remove one resource. */
export function uninstallTemplates(args: { cloud: Cloud; ref: MachineRef; extensionName: string }): Templates {
  const request = uninstallRequest(args);
  return { armJson: "", bicep: "", ...requestCommands(args.cloud, request) };
}

/**
 * Switching the system-assigned identity on. ARM JSON and Bicep are empty: a template would replace the whole machine
 * resource, while this change touches the identity only.
 */
export function identityTemplates(args: { cloud: Cloud; ref: MachineRef; currentIdentity: string }): Templates {
  const request = enableIdentityRequest(args);
  return { armJson: "", bicep: "", ...requestCommands(args.cloud, request) };
}
