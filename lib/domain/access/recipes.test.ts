import { describe, expect, it } from "vitest";
import { CLOUDS, cloudById } from "../clouds";
import { keyVaultExtension, RECIPE_IDS, recipeOf, recipeRequest, recipeScripts, vaultModeCommand } from "./recipes";

const GROUP = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg/providers";
const VAULT = `${GROUP}/Microsoft.KeyVault/vaults/kv-prod`;
const ACCOUNT = `${GROUP}/Microsoft.Storage/storageAccounts/stprod`;
const PUBLIC = cloudById("public");

describe("recipes that grant", () => {
  it("[D01] give a role and an audience for every target", () => {
    const roles = RECIPE_IDS.map((id) => recipeOf(id).role?.name ?? null);
    expect(roles).toEqual([
      "Key Vault Secrets User",
      "Key Vault Certificate User",
      "Storage Blob Data Reader",
      "Log Analytics Reader",
      null,
    ]);
    const audiences = RECIPE_IDS.map((id) => recipeRequest(id, PUBLIC, "")?.audience ?? null);
    expect(audiences).toEqual([
      "https://vault.azure.net",
      "https://vault.azure.net",
      "https://storage.azure.com",
      "https://api.loganalytics.io",
      null,
    ]);
  });

  it("[D17] ask for the audience of the cloud in China and in US Government", () => {
    expect(recipeRequest("secrets", cloudById("china"), VAULT)).toMatchObject({
      audience: "https://vault.azure.cn",
      url: "https://kv-prod.vault.azure.cn/secrets/<secret>?api-version=7.4",
    });
    expect(recipeRequest("secrets", cloudById("usgov"), VAULT)?.audience).toBe("https://vault.usgovcloudapi.net");
    expect(vaultModeCommand(cloudById("china"), VAULT)).toBe(
      "az cloud set --name AzureChinaCloud\naz keyvault show --name kv-prod --query properties.enableRbacAuthorization",
    );
  });

  it.each(CLOUDS.map(({ id }) => id))("[D18] [A18] fetch a blob with storage's own audience in %s", (id) => {
    const scripts = recipeScripts("blobs", cloudById(id), ACCOUNT);
    expect(scripts?.windows).toContain("EscapeDataString('https://storage.azure.com')");
    expect(scripts?.linux).toContain("resource=https%3A%2F%2Fstorage.azure.com&");
    expect(scripts?.linux).toContain(`https://stprod.${cloudById(id).blobSuffix}/<container>/<blob>`);
    expect(scripts?.linux).toContain("-H 'x-ms-version: 2021-08-06'");
    expect(scripts?.windows).toContain("'x-ms-version' = '2021-08-06'");
  });

  it("[A15] ask the endpoint of the environment first, with the metadata header and the proof file", () => {
    const scripts = recipeScripts("secrets", PUBLIC, VAULT);
    expect(scripts?.windows).toContain("if ($env:IDENTITY_ENDPOINT)");
    expect(scripts?.linux).toContain(
      ["$", "{IDENTITY_ENDPOINT:-http://localhost:40342/metadata/identity/oauth2/token}"].join(""),
    );
    for (const text of [scripts?.windows, scripts?.linux]) {
      expect(text).toMatch(/Metadata(:| = ')true/);
      expect(text).toContain("Basic");
    }
    expect(scripts?.windows).toContain("api-version=2020-06-01");
    expect(scripts?.linux).toContain("api-version=2019-11-01");
  });

  it("print neither the token nor the secret", () => {
    const scripts = recipeScripts("secrets", PUBLIC, VAULT);
    expect(scripts?.linux.split("\n").at(-1)).toContain("-o /dev/null -w '%{http_code}");
    expect(scripts?.windows).toContain("-ExcludeProperty value");
    expect(scripts?.windows).not.toMatch(/Write-(Host|Output)|^\$token$/m);
  });

  it("[D05] let the Key Vault extension sign in at the local endpoint and watch the secret of the certificate", () => {
    const windows = keyVaultExtension(PUBLIC, VAULT, "windows");
    expect(windows.type).toBe("KeyVaultForWindows");
    expect(windows.settings.authenticationSettings).toEqual({ msiEndpoint: "http://localhost:40342/metadata/identity" });
    expect(windows.settings.secretsManagementSettings).toEqual({
      pollingIntervalInS: "3600",
      observedCertificates: [
        {
          url: "https://kv-prod.vault.azure.net/secrets/<certificate>",
          certificateStoreName: "MY",
          certificateStoreLocation: "LocalMachine",
        },
      ],
    });
    const linux = keyVaultExtension(PUBLIC, VAULT, "linux");
    expect(linux.type).toBe("KeyVaultForLinux");
    expect(linux.settings.secretsManagementSettings).toEqual({
      pollingIntervalInS: "3600",
      requireInitialSync: true,
      observedCertificates: [
        {
          url: "https://kv-prod.vault.azure.net/secrets/<certificate>",
          certificateStoreLocation: "/var/lib/waagent/Microsoft.Azure.KeyVault.Store",
        },
      ],
    });
    expect(linux.settings.authenticationSettings).toEqual(windows.settings.authenticationSettings);
  });

  it("name the parts that are not known yet in angle brackets", () => {
    expect(recipeRequest("blobs", PUBLIC, "")?.url).toBe("https://<account>.blob.core.windows.net/<container>/<blob>");
    expect(recipeScripts("own", PUBLIC, VAULT)).toBeNull();
  });
});
