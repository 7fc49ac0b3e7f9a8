import { z } from "zod";
import { CLOUDS, type Cloud, cloudById } from "@/lib/domain/clouds";
import { ConfigError } from "./config-error";
import { readCredential, type ServerCredential } from "./credential";
import { LOCAL_AUTHORITY, LOCAL_DEFAULTS, LOCAL_TENANT_PREFIX } from "./local-azure";
import { Secret } from "./secret";
import { PORTAL_VERSION } from "./version";

/** Everything the server knows about where it runs. Read once at start; nothing reads process.env later. */
export type ServerConfig = {
  mode: "local" | "azure";
  cloud: Cloud;
  /** Home tenant of the portal: where people sign in unless they choose another. */
  tenantId: string;
  /** All tenants whose people may sign in, the home tenant first. */
  allowedTenantIds: readonly string[];
  clientId: string;
  /** Entra authority without tenant and without trailing slash. */
  authority: string;
  /** Issuer bases that this cloud puts into tokens, without tenant. */
  issuerBases: readonly string[];
  apiScope: string;
  credential: ServerCredential;
  /** Outbound allow-list: origin as written in the code -> origin that is called. Equal outside local mode. */
  wireMap: Readonly<Record<string, string>>;
  localAzureOrigin: string | null;
  dataDir: string;
  databaseUrl: Secret | null;
  auditAnchorKey: Secret | null;
  port: number;
  /** Address under which people open the portal; null = as the request says. */
  publicOrigin: string | null;
  /** True when a reverse proxy in front sets x-forwarded-proto and x-forwarded-for. */
  trustedProxy: boolean;
  /** Requests per minute and operator before the portal answers 429. */
  rateLimitPerMinute: number;
  /** Longest silence of Azure in one attempt, in milliseconds, before the portal asks again; undefined = the client's own. */
  azureTimeoutMs: number | undefined;
  notices: NoticeConfig;
  /** Whether administrators may let roll-outs act as the managed identity of the portal's host. */
  rolloutIdentity: "operators" | "managed";
  /** Who reads the history while nobody is signed in: nobody, the host's managed identity, or the portal's own application. */
  historyIdentity: HistoryIdentity;
  /** Client id of a user-assigned identity of the host; null = the system-assigned one. */
  managedIdentityClientId: string | null;
  /** Seconds after an accepted request before its state is first asked for. */
  rolloutStatusSeconds: number;
  /** Bearer token of GET /api/metrics; null = anyone who reaches the portal may read it. */
  metricsToken: Secret | null;
  version: string;
};

export type HistoryIdentity = "operators" | "managed" | "application";

/** Where notices go. Addresses are secrets too: that of a Teams workflow lets anybody post. */
export type NoticeConfig = {
  webhook: { url: Secret; secret: Secret } | null;
  teams: { url: Secret } | null;
};

export type Env = Readonly<Record<string, string | undefined>>;

const guid = z.guid().transform((value) => value.toLowerCase());
const blankIsAbsent = (value: unknown) => (typeof value === "string" && value.trim() === "" ? undefined : value);
const optional = <T extends z.ZodType>(schema: T) => z.preprocess(blankIsAbsent, schema.optional());

function originOf(value: string): string | null {
  try {
    const url = new URL(value);
    return url.pathname === "/" && url.search === "" && url.hash === "" && url.username === "" ? url.origin : null;
  } catch {
    return null;
  }
}

const origin = (protocols: readonly string[]) =>
  z.string().transform((value, issue) => {
    const found = originOf(value.trim());
    if (found !== null && protocols.includes(new URL(found).protocol)) return found;
    issue.addIssue({ code: "custom", message: "not an origin" });
    return z.NEVER;
  });

const port = z
  .string()
  .regex(/^\d{1,5}$/)
  .transform(Number)
  .pipe(z.number().max(65_535));

/** What each variable must look like, in the words of the refusal. */
const VARIABLES = {
  ARCWARDEN_MODE: { schema: optional(z.enum(["local", "azure"])), want: '"local" or "azure"' },
  CLOUD: { schema: optional(z.enum(["public", "usgov", "china"])), want: '"public", "usgov" or "china"' },
  TENANT_ID: { schema: optional(guid), want: "the tenant's id, a GUID" },
  ALLOWED_TENANT_IDS: {
    schema: optional(
      z
        .string()
        .transform((text) => text.split(",").map((part) => part.trim()))
        .pipe(z.array(guid)),
    ),
    want: "tenant ids (GUIDs) separated by commas",
  },
  CLIENT_ID: { schema: optional(guid), want: "the application (client) id, a GUID" },
  CLIENT_SECRET: { schema: optional(z.string()), want: "the client secret" },
  CLIENT_CERTIFICATE_PATH: { schema: optional(z.string()), want: "the path of a PEM file" },
  CLIENT_CERTIFICATE_KEY_PATH: { schema: optional(z.string()), want: "the path of a PEM file" },
  FEDERATED_CLIENT_ID: {
    schema: optional(z.union([z.literal("system"), guid])),
    want: 'the client id of a managed identity (a GUID), or "system" for the system-assigned one',
  },
  AUTHORITY: {
    schema: optional(origin(["https:"])),
    want: "an https origin without path, such as https://login.microsoftonline.com",
  },
  LOCAL_AZURE_ORIGIN: { schema: optional(origin(["http:"])), want: "an http origin on loopback, such as http://localhost:42000" },
  DATA_DIR: { schema: optional(z.string()), want: "a folder" },
  DATABASE_URL: { schema: optional(z.string().regex(/^postgres(ql)?:\/\//)), want: "a postgres:// address" },
  AUDIT_ANCHOR_KEY: { schema: optional(z.string().min(16)), want: "at least 16 characters" },
  PORT: { schema: optional(port), want: "a port number from 0 to 65535" },
  PUBLIC_ORIGIN: {
    schema: optional(origin(["https:", "http:"])),
    want: "an origin without path, such as https://arc.example.com",
  },
  TRUSTED_PROXY: { schema: optional(z.enum(["true", "false"])), want: '"true" or "false"' },
  RATE_LIMIT_PER_MINUTE: {
    schema: optional(
      z
        .string()
        .regex(/^[1-9]\d{0,6}$/)
        .transform(Number),
    ),
    want: "a whole number above 0",
  },
  AZURE_TIMEOUT_MS: {
    schema: optional(
      z
        .string()
        .regex(/^\d{3,5}$/)
        .transform(Number)
        .pipe(z.number().max(45_000)),
    ),
    want: "milliseconds from 100 to 45000",
  },
  ROLLOUT_IDENTITY: {
    schema: optional(z.enum(["operators", "managed"])),
    want: '"managed" to let administrators start roll-outs as the managed identity of this host, or "operators"',
  },
  HISTORY_IDENTITY: {
    schema: optional(z.enum(["operators", "managed", "application"])),
    want: '"managed" to read the history as the managed identity of this host, "application" to read it as the portal\'s own application, or "operators"',
  },
  MANAGED_IDENTITY_CLIENT_ID: {
    schema: optional(guid),
    want: "the client id of a user-assigned managed identity of this host, a GUID",
  },
  ROLLOUT_STATUS_SECONDS: {
    schema: optional(
      z
        .string()
        .regex(/^\d{1,2}$/)
        .transform(Number)
        .pipe(z.number().min(1).max(60)),
    ),
    want: "seconds from 1 to 60",
  },
  /** Set by Azure on hosts that have a managed identity; here only looked at to tell whether there is one beside local Azure. */
  IDENTITY_ENDPOINT: { schema: optional(z.url()), want: "the address of this host's identity endpoint" },
  METRICS_TOKEN: { schema: optional(z.string().min(16)), want: "at least 16 characters" },
  NOTICE_WEBHOOK_URL: { schema: optional(z.url()), want: "an https address that takes notices" },
  NOTICE_WEBHOOK_SECRET: { schema: optional(z.string().min(32)), want: "at least 32 characters" },
  NOTICE_TEAMS_URL: { schema: optional(z.url()), want: "the https address of a Teams workflow" },
} as const;

type Variables = { [K in keyof typeof VARIABLES]: z.output<(typeof VARIABLES)[K]["schema"]> };

/** Values that may be shown in a refusal; the rest is described only. */
const SECRET_NAMES: ReadonlySet<string> = new Set([
  "CLIENT_SECRET",
  "DATABASE_URL",
  "AUDIT_ANCHOR_KEY",
  "METRICS_TOKEN",
  "NOTICE_WEBHOOK_URL",
  "NOTICE_WEBHOOK_SECRET",
  "NOTICE_TEAMS_URL",
]);

function readVariables(env: Env, problems: string[]): Variables {
  const entries = Object.entries(VARIABLES).map(([name, { schema, want }]) => {
    const parsed = schema.safeParse(env[name]);
    if (parsed.success) return [name, parsed.data];
    const shown = SECRET_NAMES.has(name) ? "has a value of the wrong form" : `is ${JSON.stringify(env[name])}`;
    problems.push(`${name} ${shown}. Set it to ${want}.`);
    return [name, undefined];
  });
  // Each entry was parsed by the schema of the same name, which the mapped type cannot follow.
  return Object.fromEntries(entries) as Variables;
}

function isLoopback(address: string): boolean {
  const host = new URL(address).hostname;
  return host === "localhost" || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host);
}

function checkMode(mode: ServerConfig["mode"], values: Variables, tenants: readonly string[], problems: string[]): void {
  const local = mode === "local";
  if (local && values.LOCAL_AZURE_ORIGIN === undefined) {
    problems.push("LOCAL_AZURE_ORIGIN is missing. Set it to the address local Azure printed, such as http://localhost:42000.");
  }
  if (!local && values.LOCAL_AZURE_ORIGIN !== undefined) {
    problems.push("LOCAL_AZURE_ORIGIN is set although ARCWARDEN_MODE is azure. Unset it, or set ARCWARDEN_MODE=local.");
  }
  if (values.LOCAL_AZURE_ORIGIN !== undefined && !isLoopback(values.LOCAL_AZURE_ORIGIN)) {
    problems.push(
      `LOCAL_AZURE_ORIGIN is ${values.LOCAL_AZURE_ORIGIN}, which is not on this computer. Set it to localhost or 127.0.0.1 with its port.`,
    );
  }
  for (const tenant of tenants) {
    const name = tenant === values.TENANT_ID ? "TENANT_ID" : "ALLOWED_TENANT_IDS";
    if (local && !tenant.startsWith(LOCAL_TENANT_PREFIX)) {
      problems.push(
        `${name} holds ${tenant}, which is not a tenant of local Azure. Unset it for the demo, or set ARCWARDEN_MODE=azure for a real tenant.`,
      );
    }
    if (!local && tenant.startsWith(LOCAL_TENANT_PREFIX)) {
      problems.push(`${name} holds ${tenant}, a tenant of local Azure. Set it to the id of your own tenant.`);
    }
  }
  if (local && values.AUTHORITY !== undefined) {
    problems.push("AUTHORITY is set although ARCWARDEN_MODE is local. Unset it: local Azure has its own authority.");
  }
  if (!local && values.TENANT_ID === undefined) problems.push("TENANT_ID is missing. Set it to the id of your Entra tenant.");
  if (!local && values.CLIENT_ID === undefined) {
    problems.push("CLIENT_ID is missing. Set it to the application (client) id of the portal's app registration.");
  }
  if (!local && values.AUTHORITY !== undefined) checkAuthority(values.AUTHORITY, values.CLOUD ?? "public", problems);
}

/** A host of another cloud would send operators' sign-ins to the wrong place, so only this cloud's spellings are taken. */
function checkAuthority(authority: string, cloudId: Cloud["id"], problems: string[]): void {
  const other = CLOUDS.find((cloud) => cloud.id !== cloudId && cloud.authority === authority);
  if (other !== undefined) {
    problems.push(`AUTHORITY is ${authority}, which belongs to ${other.label}. Set CLOUD=${other.id} or unset AUTHORITY.`);
  }
}

/** Only https leaves this computer; plain http is for a receiver on it, and only beside local Azure. */
function checkNotices(local: boolean, values: Variables, problems: string[]): void {
  for (const name of ["NOTICE_WEBHOOK_URL", "NOTICE_TEAMS_URL"] as const) {
    const address = values[name];
    if (address === undefined) continue;
    const { protocol, username } = new URL(address);
    const plainLocal = local && protocol === "http:" && isLoopback(address);
    if ((protocol !== "https:" && !plainLocal) || username !== "") {
      problems.push(
        `${name} is not an https address without user name. Set it to one; http is taken for this computer in local mode only.`,
      );
    }
  }
  if ((values.NOTICE_WEBHOOK_URL === undefined) !== (values.NOTICE_WEBHOOK_SECRET === undefined)) {
    problems.push("NOTICE_WEBHOOK_URL and NOTICE_WEBHOOK_SECRET belong together. Set both, or neither.");
  }
}

/** Local Azure has no managed identity of its own accord; asking for one would only fail later, in the middle of the work. */
function checkIdentities(local: boolean, values: Variables, problems: string[]): void {
  const wanted = (["ROLLOUT_IDENTITY", "HISTORY_IDENTITY"] as const).filter((name) => values[name] === "managed");
  if (values.MANAGED_IDENTITY_CLIENT_ID !== undefined && wanted.length === 0) {
    problems.push(
      "MANAGED_IDENTITY_CLIENT_ID is set, but nothing uses a managed identity. Unset it, or set ROLLOUT_IDENTITY or HISTORY_IDENTITY to managed.",
    );
  }
  if (!local || values.IDENTITY_ENDPOINT !== undefined) return;
  for (const name of wanted) {
    problems.push(
      `${name} is managed in local mode, but this computer has no identity endpoint. Unset it, or set IDENTITY_ENDPOINT with IMDS_ENDPOINT or IDENTITY_HEADER to an identity endpoint of local Azure.`,
    );
  }
}

function noticesOf(values: Variables): NoticeConfig {
  const { NOTICE_WEBHOOK_URL: url, NOTICE_WEBHOOK_SECRET: secret, NOTICE_TEAMS_URL: teams } = values;
  return {
    webhook: url === undefined || secret === undefined ? null : { url: new Secret(url), secret: new Secret(secret) },
    teams: teams === undefined ? null : { url: new Secret(teams) },
  };
}

function wireMapOf(cloud: Cloud, authority: string, localOrigin: string | null): Record<string, string> {
  const origins = [authority, cloud.arm, cloud.graph];
  return Object.fromEntries(origins.map((address) => [address, localOrigin ?? address]));
}

function localSecret(local: boolean, values: Variables): string | undefined {
  const otherCredential = values.CLIENT_CERTIFICATE_PATH ?? values.FEDERATED_CLIENT_ID;
  return local && otherCredential === undefined ? LOCAL_DEFAULTS.clientSecret : undefined;
}

/** The portal's configuration. Throws ConfigError with one sentence per wrong or missing variable. */
export function readConfig(env: Env): ServerConfig {
  const problems: string[] = [];
  const values = readVariables(env, problems);
  const mode = values.ARCWARDEN_MODE ?? (values.LOCAL_AZURE_ORIGIN === undefined ? "azure" : "local");
  const local = mode === "local";
  const cloud = cloudById(values.CLOUD ?? "public");
  const tenantId = values.TENANT_ID ?? (local ? LOCAL_DEFAULTS.tenantId : "");
  const others = values.ALLOWED_TENANT_IDS ?? (local ? [LOCAL_DEFAULTS.tenantId, LOCAL_DEFAULTS.otherTenantId] : []);
  const allowedTenantIds = [...new Set([tenantId, ...others])].filter((id) => id !== "");
  checkMode(mode, values, allowedTenantIds, problems);
  checkNotices(local, values, problems);
  checkIdentities(local, values, problems);

  const credential = readCredential({
    clientSecret: values.CLIENT_SECRET ?? localSecret(local, values),
    certificatePath: values.CLIENT_CERTIFICATE_PATH,
    certificateKeyPath: values.CLIENT_CERTIFICATE_KEY_PATH,
    federatedClientId: values.FEDERATED_CLIENT_ID,
  });
  if (!credential.ok) problems.push(credential.problem);
  if (problems.length > 0 || !credential.ok) throw new ConfigError(problems);

  const authority = local ? LOCAL_AUTHORITY : (values.AUTHORITY ?? cloud.authority);
  const clientId = values.CLIENT_ID ?? LOCAL_DEFAULTS.clientId;
  const localAzureOrigin = local ? (values.LOCAL_AZURE_ORIGIN ?? null) : null;
  return {
    mode,
    cloud,
    tenantId,
    allowedTenantIds,
    clientId,
    authority,
    issuerBases: local ? [authority] : [...new Set([authority, cloud.authority])],
    apiScope: `api://${clientId}/access_as_user`,
    credential: credential.credential,
    wireMap: wireMapOf(cloud, authority, localAzureOrigin),
    localAzureOrigin,
    dataDir: values.DATA_DIR ?? ".data",
    databaseUrl: values.DATABASE_URL === undefined ? null : new Secret(values.DATABASE_URL),
    auditAnchorKey: values.AUDIT_ANCHOR_KEY === undefined ? null : new Secret(values.AUDIT_ANCHOR_KEY),
    port: values.PORT ?? 3000,
    publicOrigin: values.PUBLIC_ORIGIN ?? null,
    trustedProxy: values.TRUSTED_PROXY === "true",
    rateLimitPerMinute: values.RATE_LIMIT_PER_MINUTE ?? 3000,
    azureTimeoutMs: values.AZURE_TIMEOUT_MS,
    notices: noticesOf(values),
    metricsToken: values.METRICS_TOKEN === undefined ? null : new Secret(values.METRICS_TOKEN),
    rolloutIdentity: values.ROLLOUT_IDENTITY ?? "operators",
    historyIdentity: values.HISTORY_IDENTITY ?? "operators",
    managedIdentityClientId: values.MANAGED_IDENTITY_CLIENT_ID ?? null,
    rolloutStatusSeconds: values.ROLLOUT_STATUS_SECONDS ?? 10,
    version: PORTAL_VERSION,
  };
}
