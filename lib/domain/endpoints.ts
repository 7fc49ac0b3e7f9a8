import type { Cloud } from "./clouds";
import type { OsFamily } from "./machine";

/** One host that a server must reach on port 443, with the answer that proves the way is open. */
export type EndpointTest = {
  id: "registration" | "login" | "deviceLogin" | "rbac" | "packages";
  host: string;
  url: string;
  /** Message key of the purpose, under signIn.endpoints. */
  purpose: string;
  /** HTTP statuses that mean "reached". Empty means any HTTP answer. */
  goodStatuses: number[];
  /** Message key of the expected answer, under signIn.endpoints. */
  expected: string;
};

function hostOf(origin: string): string {
  return new URL(origin).host;
}

function row(id: EndpointTest["id"], origin: string, path: string, goodStatuses: number[]): EndpointTest {
  const expected = goodStatuses.length === 0 ? "any" : id === "rbac" ? "notFoundOrPin" : "notFound";
  return {
    id,
    host: hostOf(origin),
    url: `${origin}${path}`,
    purpose: `signIn.endpoints.purpose.${id}`,
    goodStatuses,
    expected: `signIn.endpoints.expected.${expected}`,
  };
}

/**
 * The hosts that Entra sign-in needs from the server, for its cloud and operating system. `tenantId` fills the sign-in test,
 * which answers 404 when the way is open; 404 is the good answer of the registration and role hosts as well.
 * Source: "Sign in to Windows Server in Azure Arc" (network and troubleshooting parts) and the Linux page of the same set.
 */
export function signInEndpoints(cloud: Cloud, osFamily: OsFamily, tenantId: string): EndpointTest[] {
  if (osFamily === "linux") {
    const { packages, login, rbac } = cloud.linuxLogin;
    return [row("packages", packages, "/", []), row("login", login, `/${tenantId}/`, [404]), row("rbac", rbac, "/", [401, 404])];
  }
  const { registration, login, deviceLogin, rbac } = cloud.windowsLogin;
  return [
    row("registration", registration, "/", [404]),
    row("login", login, `/${tenantId}/`, [404]),
    row("deviceLogin", deviceLogin, "/", []),
    row("rbac", rbac, "/", [401, 404]),
  ];
}

/** Whether a pasted HTTP status proves that the host was reached. No answer at all is null and never good. */
export function isGoodAnswer(test: EndpointTest, status: number | null): boolean {
  if (status === null || status < 100 || status > 599) return false;
  return test.goodStatuses.length === 0 || test.goodStatuses.includes(status);
}

/** One line per host, to be run on the server itself: SYSTEM's own path to the network may differ from a user's. */
export function testCommands(tests: readonly EndpointTest[], osFamily: OsFamily): string {
  const command = osFamily === "linux" ? "curl" : "curl.exe";
  const sink = osFamily === "linux" ? "/dev/null" : "NUL";
  return tests.map((test) => `${command} -sS -o ${sink} -w "%{http_code}  ${test.host}\\n" ${test.url}`).join("\n");
}

/** A resolver outside the server's own network, to compare names with. */
export const PUBLIC_RESOLVER = "1.1.1.1";

/** Name look-ups of every host, first by the server's resolver and then by a public one. */
export function dnsCommands(tests: readonly EndpointTest[]): string {
  return tests.flatMap((test) => [`nslookup ${test.host}`, `nslookup ${test.host} ${PUBLIC_RESOLVER}`]).join("\n");
}

function quoteArgument(text: string): string {
  return /^[A-Za-z0-9]+$/.test(text) ? text : `"${text.replace(/["`$\\]/g, "")}"`;
}

/** The agent's own network check for this cloud and region. Source: azcmagent check reference. */
export function agentCheckCommand(cloud: Cloud, location: string): string {
  return `azcmagent check --cloud ${cloud.azcmagentCloud} --location ${quoteArgument(location)} --extensions all`;
}

/** Asks the local metadata service for the tenant, as the extension does. The service is reachable from the server only. */
export function tenantQueryCommand(osFamily: OsFamily): string {
  const url = "http://localhost:40342/metadata/identity/info?api-version=2018-02-01";
  return osFamily === "linux" ? `curl -s -H Metadata:true "${url}"` : `curl.exe -s -H Metadata:true "${url}"`;
}

/**
 * The resource in the Azure portal of this cloud, in the tenant that it belongs to.
 * Source: "Azure portal deep links" (#@tenant/resource/{id}).
 */
export function azurePortalLink(cloud: Cloud, tenantId: string, resourceId: string): string {
  return `${cloud.portal}/#@${tenantId}/resource${encodeURI(resourceId)}`;
}

/** Where the identity's certificate lies, who may read it, and how to look. Source: Arc agent overview, "Windows/Linux agent files". */
export type CertificateFolder = { path: string; readers: string[]; checkCommand: string; alsoInStore: boolean };

/**
 * The certificate folder of an operating system. The folder's permissions are set by the agent and are not to be changed.
 * An unknown family gets both.
 */
export function certificateFolders(osFamily: OsFamily): CertificateFolder[] {
  const windows: CertificateFolder = {
    path: "C:\\ProgramData\\AzureConnectedMachineAgent\\Certs\\",
    readers: ["Administrators", "NT SERVICE\\himds"],
    checkCommand: 'icacls "C:\\ProgramData\\AzureConnectedMachineAgent\\Certs"',
    alsoInStore: true,
  };
  const linux: CertificateFolder = {
    path: "/var/opt/azcmagent/certs",
    readers: ["root", "himds"],
    checkCommand: "sudo ls -ld /var/opt/azcmagent/certs",
    alsoInStore: false,
  };
  if (osFamily === "windows") return [windows];
  return osFamily === "linux" ? [linux] : [windows, linux];
}
