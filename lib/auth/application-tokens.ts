import type { AuthenticationResult } from "@azure/msal-node";
import { AppError } from "@/lib/domain/errors";
import { toTokenError } from "./obo-errors";
import { createEntraClient, type EntraClientConfig } from "./on-behalf-of";
import type { TokenProvider } from "./token-provider";

/** The one call of msal-node that is used; tests pass a plain object. */
export type ApplicationClient = {
  acquireTokenByClientCredential(request: {
    scopes: string[];
    authority: string;
    skipCache: boolean;
  }): Promise<Pick<AuthenticationResult, "accessToken" | "expiresOn"> | null>;
};

/**
 * Tokens of the portal's own application in one tenant, with its application permissions and its own roles in Azure, nobody's
 * delegated rights. MSAL keeps them; they never reach a browser. Throws AppError; a claims challenge cannot be answered without
 * a person, so it only makes the token a new one.
 * Rule: learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow.
 */
export function createApplicationTokens(config: EntraClientConfig, tenantId: string, client?: ApplicationClient): TokenProvider {
  let made = client ?? null;
  return {
    expiresAtMs: Number.POSITIVE_INFINITY,
    issuedAtMs: 0,
    async getToken(scopes, options) {
      made ??= createEntraClient(config);
      const request = {
        scopes: typeof scopes === "string" ? [scopes] : scopes,
        authority: `${config.authority}/${tenantId}`,
        skipCache: options?.claims !== undefined,
      };
      try {
        const result = await made.acquireTokenByClientCredential(request);
        if (result === null) throw new TypeError("MSAL returned no result");
        return { token: result.accessToken, expiresOnTimestamp: result.expiresOn?.getTime() ?? 0 };
      } catch (error) {
        throw asApplication(toTokenError(error));
      }
    },
  };
}

/** Nobody can sign in for an application: what would ask a person to is a refusal here. */
function asApplication(error: AppError): AppError {
  if (error.code !== "unauthenticated") return error;
  const { azure } = error;
  return new AppError({
    code: "forbidden",
    message: `Microsoft Entra refused a token to the portal's own application${azure === undefined ? "" : `: ${azure.message}`}`,
    nextStep: "The portal's administrator has to look at the application's sign-in log in Microsoft Entra.",
    ...(azure === undefined ? {} : { azure }),
    cause: error,
  });
}
