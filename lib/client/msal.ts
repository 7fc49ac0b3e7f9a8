import type { AccountInfo, Configuration, IPublicClientApplication } from "@azure/msal-browser";
import { pages } from "@/lib/config/routes";
import type { PublicConfig } from "@/lib/domain/api";

/** Endpoints of an authority name that does not resolve. MSAL checks the scheme of the authority only, not of these. */
function metadata(wireOrigin: string, authority: string): string {
  return JSON.stringify({
    issuer: `${authority}/{tenantid}/v2.0`,
    authorization_endpoint: `${wireOrigin}/{tenantid}/oauth2/v2.0/authorize`,
    token_endpoint: `${wireOrigin}/{tenantid}/oauth2/v2.0/token`,
    end_session_endpoint: `${wireOrigin}/{tenantid}/oauth2/v2.0/logout`,
    jwks_uri: `${wireOrigin}/{tenantid}/discovery/v2.0/keys`,
  });
}

/** Only data differs between local Azure and a real cloud; the protocol code is the same. */
export function msalConfiguration(config: PublicConfig, origin: string): Configuration {
  return {
    auth: {
      clientId: config.clientId,
      authority: authorityOf(config, config.tenantId),
      knownAuthorities: [new URL(config.authority).host],
      ...(config.authorityWireOrigin === null
        ? {}
        : { authorityMetadata: metadata(config.authorityWireOrigin, config.authority) }),
      redirectUri: origin + pages.authRedirect(),
      postLogoutRedirectUri: origin + pages.signedOut(),
      clientCapabilities: ["cp1"],
    },
    cache: { cacheLocation: "sessionStorage" },
    system: { loggerOptions: { loggerCallback: () => undefined, piiLoggingEnabled: false } },
  };
}

export function authorityOf(config: PublicConfig, tenant: string): string {
  return `${config.authority}/${tenant}`;
}

/** Loaded after the first paint: the library is a third of the start page's script. */
export async function createMsal(config: PublicConfig, origin: string): Promise<IPublicClientApplication> {
  const { createStandardPublicClientApplication } = await import("@azure/msal-browser");
  return createStandardPublicClientApplication(msalConfiguration(config, origin));
}

/** One person may have a row per tenant: the row of the wanted tenant, never just any. */
export function accountOf(
  accounts: readonly AccountInfo[],
  wanted: { homeAccountId: string; tenantId: string },
): AccountInfo | null {
  return (
    accounts.find((account) => account.homeAccountId === wanted.homeAccountId && account.tenantId === wanted.tenantId) ?? null
  );
}
