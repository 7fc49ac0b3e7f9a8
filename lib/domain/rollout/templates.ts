import type { ExactRequest } from "../api";
import type { Cloud } from "../clouds";
import { powershellQuote, shellQuote } from "../quoting";
import type { RolloutTemplates } from "./api";
import { armJson, bicep, declaredOf } from "./declared-templates";
import type { RolloutTarget, Work } from "./types";
import { workRequest } from "./work-kinds";

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
 * sends. ARM JSON and Bicep are empty for what they cannot say: an upgrade and an uninstall. `assignmentNameOf` gives the name of
 * each role assignment.
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
  const declared = declaredOf(requests);
  const plain = requests.map(({ request }) => request);
  return {
    machines: targets.length,
    armJson: declared === null ? "" : armJson(declared),
    bicep: declared === null ? "" : bicep(declared),
    azCli: targets.length === 0 ? "" : azScript(cloud, plain),
    powershell: targets.length === 0 ? "" : powershellScript(cloud, plain),
  };
}
