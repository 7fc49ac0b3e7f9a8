import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { ConfigError } from "./config-error";
import { type Env, readConfig } from "./env";
import { LOCAL_AUTHORITY, LOCAL_DEFAULTS } from "./local-azure";
import { publicConfig } from "./public-config";

const TENANT = "7b1d2f3c-0000-4000-8000-00000000aaaa";
const OTHER_TENANT = "7b1d2f3c-0000-4000-8000-00000000bbbb";
const CLIENT = "7b1d2f3c-0000-4000-8000-00000000cccc";

const azure: Env = { ARCWARDEN_MODE: "azure", TENANT_ID: TENANT, CLIENT_ID: CLIENT, CLIENT_SECRET: "very-secret-value" };
const local: Env = { LOCAL_AZURE_ORIGIN: "http://localhost:42000" };

function problemsOf(env: Env): readonly string[] {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe("ROLLOUT_STATUS_SECONDS", () => {
  it("asks for the state of a roll-out's requests after ten seconds, or after another time from 1 to 60", () => {
    expect(readConfig(azure).rolloutStatusSeconds).toBe(10);
    expect(readConfig({ ...azure, ROLLOUT_STATUS_SECONDS: "1" }).rolloutStatusSeconds).toBe(1);
    for (const wrong of ["0", "61", "1.5", "soon"]) {
      expect(() => readConfig({ ...azure, ROLLOUT_STATUS_SECONDS: wrong })).toThrow(/ROLLOUT_STATUS_SECONDS .*1 to 60/s);
    }
  });
});

describe("ROLLOUT_IDENTITY", () => {
  it("lets roll-outs act as operators unless it says managed", () => {
    expect(readConfig(azure).rolloutIdentity).toBe("operators");
    expect(readConfig({ ...azure, ROLLOUT_IDENTITY: "managed" }).rolloutIdentity).toBe("managed");
    expect(problemsOf({ ...azure, ROLLOUT_IDENTITY: "mine" }).join()).toMatch(/^ROLLOUT_IDENTITY is "mine"/);
  });

  it("is refused beside local Azure where no identity endpoint is", () => {
    const managed = { ...local, ROLLOUT_IDENTITY: "managed" };
    expect(problemsOf(managed)).toEqual([expect.stringMatching(/^ROLLOUT_IDENTITY is managed in local mode/)]);
    expect(
      readConfig({ ...managed, IDENTITY_ENDPOINT: "http://localhost:40342/metadata/identity/oauth2/token" }).rolloutIdentity,
    ).toBe("managed");
  });
});

describe("HISTORY_IDENTITY", () => {
  const ID = "0b9d1a7e-4a5c-4f0e-9a55-0d1c2b3a4f5e";

  it("lets people alone read the history unless it says who else", () => {
    expect(readConfig(azure).historyIdentity).toBe("operators");
    expect(readConfig({ ...azure, HISTORY_IDENTITY: "managed" }).historyIdentity).toBe("managed");
    expect(readConfig({ ...local, HISTORY_IDENTITY: "application" }).historyIdentity).toBe("application");
    expect(problemsOf({ ...azure, HISTORY_IDENTITY: "me" }).join()).toMatch(/^HISTORY_IDENTITY is "me"/);
  });

  it("is refused as managed beside local Azure where no identity endpoint is", () => {
    const managed = { ...local, HISTORY_IDENTITY: "managed" };
    expect(problemsOf(managed)).toEqual([expect.stringMatching(/^HISTORY_IDENTITY is managed in local mode/)]);
    expect(readConfig({ ...managed, IDENTITY_ENDPOINT: "http://127.0.0.1:4/msi/token" }).historyIdentity).toBe("managed");
  });

  it("takes a user-assigned identity, and refuses one that nothing uses", () => {
    const managed = { ...azure, HISTORY_IDENTITY: "managed" };
    expect(readConfig(managed).managedIdentityClientId).toBeNull();
    expect(readConfig({ ...managed, MANAGED_IDENTITY_CLIENT_ID: ID.toUpperCase() }).managedIdentityClientId).toBe(ID);
    const unused = { ...azure, HISTORY_IDENTITY: "application", MANAGED_IDENTITY_CLIENT_ID: ID };
    expect(problemsOf(unused)).toEqual([expect.stringMatching(/^MANAGED_IDENTITY_CLIENT_ID is set, but nothing uses/)]);
  });
});

describe("mode", () => {
  it("is local by default only when LOCAL_AZURE_ORIGIN is set", () => {
    expect(readConfig(local).mode).toBe("local");
    expect(readConfig({ ...azure, ARCWARDEN_MODE: undefined }).mode).toBe("azure");
  });

  it("needs nothing but the origin in local mode", () => {
    const config = readConfig(local);
    expect(config.tenantId).toBe(LOCAL_DEFAULTS.tenantId);
    expect(config.allowedTenantIds).toEqual([LOCAL_DEFAULTS.tenantId, LOCAL_DEFAULTS.otherTenantId]);
    expect(config.authority).toBe(LOCAL_AUTHORITY);
    expect(config.dataDir).toBe(".data");
    expect(config.port).toBe(3000);
  });

  it("refuses the tenant of a real cloud in local mode, as home tenant and in the list", () => {
    expect(problemsOf({ ...local, TENANT_ID: TENANT }).join()).toMatch(/^TENANT_ID holds .*not a tenant of local Azure/);
    expect(problemsOf({ ...local, ALLOWED_TENANT_IDS: TENANT }).join()).toMatch(/^ALLOWED_TENANT_IDS holds/);
  });

  it("refuses a tenant of local Azure in azure mode, as home tenant and in the list", () => {
    const env = { ...azure, TENANT_ID: LOCAL_DEFAULTS.tenantId };
    expect(problemsOf(env).join()).toMatch(/^TENANT_ID holds .*a tenant of local Azure/);
    expect(problemsOf({ ...azure, ALLOWED_TENANT_IDS: LOCAL_DEFAULTS.otherTenantId }).join()).toMatch(
      /^ALLOWED_TENANT_IDS holds/,
    );
  });

  it("refuses LOCAL_AZURE_ORIGIN in azure mode and its absence in local mode", () => {
    expect(problemsOf({ ...azure, ...local })).toEqual([expect.stringContaining("LOCAL_AZURE_ORIGIN is set although")]);
    expect(problemsOf({ ARCWARDEN_MODE: "local" })).toEqual([expect.stringContaining("LOCAL_AZURE_ORIGIN is missing")]);
  });

  it.each(["http://localhost:1", "http://127.0.0.1:42000", "http://127.8.9.1:42000", "http://[::1]:42000"])(
    "takes %s as local Azure",
    (origin) => expect(readConfig({ LOCAL_AZURE_ORIGIN: origin }).localAzureOrigin).toBe(origin),
  );

  it.each(["http://10.0.0.1:42000", "http://localhost.example.com", "http://127.0.0.1.example.com:42000"])(
    "refuses %s, which is not on this computer",
    (origin) => expect(problemsOf({ LOCAL_AZURE_ORIGIN: origin }).join()).toContain("which is not on this computer"),
  );

  it.each(["https://localhost:42000", "localhost:42000", "http://localhost:42000/path", "http://user@localhost:42000", "x"])(
    "refuses %s as the form of LOCAL_AZURE_ORIGIN",
    (origin) => expect(problemsOf({ LOCAL_AZURE_ORIGIN: origin }).join()).toContain("LOCAL_AZURE_ORIGIN is "),
  );
});

describe("a wrong or missing value", () => {
  it.each([
    ["TENANT_ID", "TENANT_ID is missing"],
    ["CLIENT_ID", "CLIENT_ID is missing"],
    ["CLIENT_SECRET", "CLIENT_CERTIFICATE_PATH, FEDERATED_CLIENT_ID or CLIENT_SECRET is missing"],
  ])("names %s when it is missing or blank", (name, sentence) => {
    expect(problemsOf({ ...azure, [name]: undefined }).join()).toContain(sentence);
    expect(problemsOf({ ...azure, [name]: "  " }).join()).toContain(sentence);
  });

  it.each([
    ["ARCWARDEN_MODE", "demo"],
    ["CLOUD", "germany"],
    ["TENANT_ID", "contoso.example"],
    ["ALLOWED_TENANT_IDS", `${TENANT},nonsense`],
    ["CLIENT_ID", "123"],
    ["AUTHORITY", "http://login.microsoftonline.com"],
    ["AUTHORITY", "https://login.microsoftonline.com/common"],
    ["DATABASE_URL", "mysql://x"],
    ["AUDIT_ANCHOR_KEY", "short"],
    ["PORT", "70000"],
    ["PORT", "-1"],
    ["PORT", "http"],
    ["PUBLIC_ORIGIN", "arc.example.com"],
    ["TRUSTED_PROXY", "yes"],
    ["RATE_LIMIT_PER_MINUTE", "0"],
    ["AZURE_TIMEOUT_MS", "50"],
    ["AZURE_TIMEOUT_MS", "60000"],
    ["FEDERATED_CLIENT_ID", "me"],
  ])("names %s when it is %s and says what to set", (name, value) => {
    const problem = problemsOf({ ...azure, [name]: value }).find((text) => text.startsWith(name));
    expect(problem).toMatch(/Set it to .+\.$/);
  });

  it("reports every problem at once", () => {
    expect(problemsOf({ ARCWARDEN_MODE: "azure", PORT: "x", CLOUD: "x" }).length).toBeGreaterThanOrEqual(5);
  });

  it("never repeats a secret in its sentences", () => {
    const env = { ...azure, DATABASE_URL: "mysql://u:hunter2@db", AUDIT_ANCHOR_KEY: "hunter2" };
    expect(problemsOf(env).join()).not.toContain("hunter2");
    expect(problemsOf(env)).toHaveLength(2);
  });

  it("refuses two credentials at once", () => {
    expect(problemsOf({ ...azure, FEDERATED_CLIENT_ID: CLIENT })).toEqual([
      expect.stringContaining("FEDERATED_CLIENT_ID and CLIENT_SECRET are set together"),
    ]);
  });

  it("refuses the authority of another cloud", () => {
    const problem = problemsOf({ ...azure, AUTHORITY: "https://login.microsoftonline.us" }).join();
    expect(problem).toContain("belongs to Azure Government. Set CLOUD=usgov or unset AUTHORITY");
  });
});

describe("what is read", () => {
  it("puts the home tenant first and takes each allowed tenant once, in lower case", () => {
    const config = readConfig({ ...azure, ALLOWED_TENANT_IDS: `${OTHER_TENANT.toUpperCase()}, ${TENANT}` });
    expect(config.allowedTenantIds).toEqual([TENANT, OTHER_TENANT]);
  });

  it.each([
    ["public", "https://login.microsoftonline.com", "https://management.azure.com", "https://graph.microsoft.com"],
    ["usgov", "https://login.microsoftonline.us", "https://management.usgovcloudapi.net", "https://graph.microsoft.us"],
    [
      "china",
      "https://login.partner.microsoftonline.cn",
      "https://management.chinacloudapi.cn",
      "https://microsoftgraph.chinacloudapi.cn",
    ],
  ])("[C15] allows exactly the hosts of the %s cloud", (cloud, ...origins) => {
    const config = readConfig({ ...azure, CLOUD: cloud });
    expect(config.authority).toBe(origins[0]);
    expect(config.wireMap).toEqual(Object.fromEntries(origins.map((origin) => [origin, origin])));
  });

  it("[C15] maps the hosts of the chosen cloud to local Azure in local mode", () => {
    const { wireMap } = readConfig({ ...local, CLOUD: "china" });
    expect(wireMap).toEqual({
      [LOCAL_AUTHORITY]: "http://localhost:42000",
      "https://management.chinacloudapi.cn": "http://localhost:42000",
      "https://microsoftgraph.chinacloudapi.cn": "http://localhost:42000",
    });
  });

  it("accepts another spelling of 21Vianet's authority and both issuers", () => {
    const config = readConfig({ ...azure, CLOUD: "china", AUTHORITY: "https://login.chinacloudapi.cn" });
    expect(config.authority).toBe("https://login.chinacloudapi.cn");
    expect(config.issuerBases).toEqual(["https://login.chinacloudapi.cn", "https://login.partner.microsoftonline.cn"]);
  });

  it("takes the system-assigned identity for a federated credential", () => {
    const config = readConfig({ ...azure, CLIENT_SECRET: undefined, FEDERATED_CLIENT_ID: "system" });
    expect(config.credential).toEqual({ kind: "federated", managedIdentityClientId: null });
  });

  it("shows no secret when the configuration is printed, logged or serialised", () => {
    const config = readConfig({
      ...azure,
      DATABASE_URL: "postgres://u:hunter2@db/x",
      AUDIT_ANCHOR_KEY: "hunter2-hunter2-hunter2",
    });
    for (const text of [JSON.stringify(config), inspect(config, { depth: 9, showHidden: true }), `${config.databaseUrl}`]) {
      expect(text).not.toMatch(/hunter2|very-secret-value/);
    }
    expect(config.databaseUrl?.reveal()).toBe("postgres://u:hunter2@db/x");
  });

  it("gives the browser only what it needs", () => {
    const config = readConfig({ ...azure, DATABASE_URL: "postgres://u:hunter2@db/x" });
    expect(publicConfig(config)).toEqual({
      cloudId: "public",
      cloudLabel: "Azure (public)",
      localMode: false,
      clientId: CLIENT,
      authority: "https://login.microsoftonline.com",
      tenantId: TENANT,
      allowedTenantIds: [TENANT],
      apiScope: `api://${CLIENT}/access_as_user`,
      authorityWireOrigin: null,
      rolloutIdentity: false,
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    });
  });
});
