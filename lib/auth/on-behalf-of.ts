import { type AuthenticationResult, ConfidentialClientApplication, type Configuration } from "@azure/msal-node";
import type { ServerConfig } from "@/lib/config/env";
import { AppError } from "@/lib/domain/errors";
import { createEntraNetwork } from "./entra-network";
import { createFederatedAssertion } from "./federated-assertion";
import { OboCache } from "./obo-cache";
import { toTokenError } from "./obo-errors";
import type { TokenProvider } from "./token-provider";
import type { VerifiedToken } from "./verify-token";

/** The one call of msal-node that is used; tests pass a plain object. */
export type OboClient = {
  acquireTokenOnBehalfOf(request: {
    oboAssertion: string;
    scopes: string[];
    authority: string;
    skipCache: boolean;
    claims?: string;
  }): Promise<Pick<AuthenticationResult, "accessToken" | "expiresOn"> | null>;
};

export type TokenProviders = { tokensFor(verified: VerifiedToken): TokenProvider };

export type EntraClientConfig = Pick<ServerConfig, "authority" | "clientId" | "credential" | "wireMap" | "tenantId" | "cloud"> &
  Partial<Pick<ServerConfig, "azureTimeoutMs">>;

/** Endpoints of an authority whose name does not resolve; real clouds are found by MSAL itself. */
export function authorityMetadata(wireOrigin: string, authority: string): string {
  return JSON.stringify({
    issuer: `${authority}/{tenantid}/v2.0`,
    authorization_endpoint: `${wireOrigin}/{tenantid}/oauth2/v2.0/authorize`,
    token_endpoint: `${wireOrigin}/{tenantid}/oauth2/v2.0/token`,
    end_session_endpoint: `${wireOrigin}/{tenantid}/oauth2/v2.0/logout`,
    jwks_uri: `${wireOrigin}/{tenantid}/discovery/v2.0/keys`,
  });
}

function clientCredential(config: EntraClientConfig): Partial<Configuration["auth"]> {
  const { credential } = config;
  switch (credential.kind) {
    case "secret":
      return { clientSecret: credential.clientSecret.reveal() };
    case "certificate":
      return {
        clientCertificate: {
          thumbprintSha256: credential.thumbprintSha256,
          privateKey: credential.privateKey.reveal(),
          x5c: credential.certificate,
        },
      };
    case "federated":
      return {
        clientAssertion: createFederatedAssertion({ clientId: credential.managedIdentityClientId, cloudId: config.cloud.id }),
      };
  }
}

/** The portal's own application at Entra, proven by its credential. */
export function createEntraClient(config: EntraClientConfig): ConfidentialClientApplication {
  const wireOrigin = config.wireMap[config.authority];
  const local = wireOrigin !== undefined && wireOrigin !== config.authority;
  return new ConfidentialClientApplication({
    auth: {
      clientId: config.clientId,
      authority: `${config.authority}/${config.tenantId}`,
      knownAuthorities: [new URL(config.authority).host],
      clientCapabilities: ["cp1"],
      ...(local ? { authorityMetadata: authorityMetadata(wireOrigin, config.authority) } : {}),
      ...clientCredential(config),
    },
    system: {
      loggerOptions: { loggerCallback: () => undefined, piiLoggingEnabled: false },
      networkClient: createEntraNetwork({ attemptTimeoutMs: config.azureTimeoutMs }),
    },
  });
}

/**
 * On-Behalf-Of: exchanges an operator's verified API token for tokens of Resource Manager and Graph. The tokens carry the
 * operator's own rights and stay on the server.
 * Rule: learn.microsoft.com/entra/identity-platform/v2-oauth2-on-behalf-of-flow.
 */
export function createTokenProviders(
  config: EntraClientConfig,
  options: { client?: OboClient; cache?: OboCache; now?: () => number } = {},
): TokenProviders {
  const client = options.client ?? createEntraClient(config);
  const now = options.now ?? Date.now;
  const cache = options.cache ?? new OboCache({ now });

  async function fetchToken(verified: VerifiedToken, scopes: string[], claims: string | undefined) {
    if (verified.expiresAtMs <= now()) {
      throw new AppError({
        code: "unauthenticated",
        message: "Your sign-in to the portal has expired.",
        nextStep: "Sign in again.",
      });
    }
    try {
      const result = await client.acquireTokenOnBehalfOf({
        oboAssertion: verified.assertion,
        scopes,
        // Without the token's own tenant Entra answers invalid_grant for people of a second tenant.
        authority: `${config.authority}/${verified.operator.tenantId}`,
        skipCache: true,
        ...(claims === undefined ? {} : { claims }),
      });
      if (result === null) throw new TypeError("MSAL returned no result");
      return { token: result.accessToken, expiresOnTimestamp: result.expiresOn?.getTime() ?? now() };
    } catch (error) {
      throw toTokenError(error, claims);
    }
  }

  return {
    tokensFor(verified) {
      return {
        expiresAtMs: verified.expiresAtMs,
        issuedAtMs: verified.issuedAtMs,
        async getToken(scopes, tokenOptions) {
          const list = typeof scopes === "string" ? [scopes] : scopes;
          const claims = tokenOptions?.claims;
          return cache.get({
            assertion: verified.assertion,
            scopes: list,
            assertionEndsAtMs: verified.expiresAtMs,
            claims,
            fetchToken: () => fetchToken(verified, list, claims),
          });
        },
      };
    },
  };
}
