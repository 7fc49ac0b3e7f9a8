/**
 * Scripts that ask the local endpoint of an Arc-enabled server for a token of the machine's identity and use it once. They
 * print what was reached, never the token. Source: Authenticate against Azure resources with Azure Arc-enabled servers.
 */
export type ScriptArgs = {
  /** Audience of the token, for example https://vault.azure.net. */
  audience: string;
  /** Address that is read with the token. */
  url: string;
  /** Further headers of that request, as "Name: value". */
  headers: readonly string[];
};

const FALLBACK = "http://localhost:40342/metadata/identity/oauth2/token";
const WINDOWS_VERSION = "2020-06-01";
const LINUX_VERSION = "2019-11-01";

function powershellHeaders(headers: readonly string[]): string {
  const pairs = headers.map((header) => {
    const [name = "", value = ""] = header.split(/:\s*/, 2);
    return `; '${name}' = '${value}'`;
  });
  return pairs.join("");
}

/** For PowerShell in an elevated session or an account of the group "Hybrid agent extension applications". */
export function windowsScript({ audience, url, headers }: ScriptArgs): string {
  return [
    "# Run as administrator, or as a member of 'Hybrid agent extension applications'.",
    `$endpoint = if ($env:IDENTITY_ENDPOINT) { $env:IDENTITY_ENDPOINT } else { '${FALLBACK}' }`,
    `$uri = "$endpoint\`?resource=$([uri]::EscapeDataString('${audience}'))&api-version=${WINDOWS_VERSION}"`,
    "try { Invoke-WebRequest -UseBasicParsing -Uri $uri -Headers @{ Metadata = 'true' } | Out-Null; throw 'The endpoint sent no challenge.' }",
    "catch {",
    "  $challenge = [string]$_.Exception.Response.Headers['WWW-Authenticate']",
    "  if ($challenge -notmatch 'Basic realm=(.+)') { throw }",
    "  $proof = Get-Content -Raw -Path $Matches[1]",
    "}",
    "$token = (Invoke-RestMethod -Uri $uri -Headers @{ Metadata = 'true'; Authorization = \"Basic $proof\" }).access_token",
    `Invoke-RestMethod -Uri '${url}' -Headers @{ Authorization = "Bearer $token"${powershellHeaders(headers)} } |`,
    "  Select-Object -Property * -ExcludeProperty value",
  ].join("\n");
}

/** For bash as root or as a member of the group himds. */
export function linuxScript({ audience, url, headers }: ScriptArgs): string {
  const more = headers.map((header) => ` -H '${header}'`).join("");
  return [
    "# Run as root, or as a member of the group himds.",
    `endpoint="\${IDENTITY_ENDPOINT:-${FALLBACK}}"`,
    `uri="$endpoint?resource=${encodeURIComponent(audience)}&api-version=${LINUX_VERSION}"`,
    `challenge=$(curl -s -D - -o /dev/null -H Metadata:true "$uri" | tr -d '\\r' | sed -n 's/^[Ww][Ww][Ww]-[Aa]uthenticate: Basic realm=//p')`,
    '[ -r "$challenge" ] || { echo "The proof file cannot be read: run as root." >&2; exit 1; }',
    'token=$(curl -s -H Metadata:true -H "Authorization: Basic $(cat "$challenge")" "$uri" | sed -n \'s/.*"access_token":"\\([^"]*\\)".*/\\1/p\')',
    `curl -s -o /dev/null -w '%{http_code}\\n' -H "Authorization: Bearer $token"${more} '${url}'`,
  ].join("\n");
}
