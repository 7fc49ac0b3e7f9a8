import { AppError } from "@/lib/domain/errors";
import type { TokenProvider } from "./token-provider";

type Source = {
  getToken(scopes: string | string[]): Promise<{ token: string; expiresOnTimestamp: number } | null>;
};

/** What the identity is, as its own token says. */
export type ManagedIdentity = { objectId: string; tenantId: string };

const NEXT_STEP =
  "Look whether this host has a managed identity and whether the portal's process may reach it. On an Arc-enabled server its account needs to read the agent's token folder; a user-assigned identity needs MANAGED_IDENTITY_CLIENT_ID.";

function refused(cause: unknown): AppError {
  return new AppError({
    code: "upstream",
    message: "The managed identity of the portal's host gave no token.",
    nextStep: NEXT_STEP,
    cause,
  });
}

/** Object and tenant id in a token's payload; null when it holds none. The token is this host's own, so it is not verified. */
export function identityOfToken(token: string): ManagedIdentity | null {
  try {
    const payload = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8")) as Record<string, unknown>;
    const { oid, tid } = payload;
    return typeof oid === "string" && typeof tid === "string" ? { objectId: oid, tenantId: tid } : null;
  } catch {
    return null;
  }
}

/**
 * Tokens of the managed identity of the portal's host: on an Arc-enabled server by IDENTITY_ENDPOINT, IMDS_ENDPOINT and the
 * challenge file, in App Service and Container Apps by IDENTITY_ENDPOINT and IDENTITY_HEADER, on a virtual machine by its
 * metadata service. `clientId` null = the system-assigned one. The library keeps them; they never reach a browser. Throws
 * AppError upstream.
 * Rule: learn.microsoft.com/azure/azure-arc/servers/managed-identity-authentication, learn.microsoft.com/azure/app-service/overview-managed-identity.
 */
export function createManagedIdentityTokens(source?: Source, clientId: string | null = null): TokenProvider {
  let loaded: Promise<Source> | null = source === undefined ? null : Promise.resolve(source);
  // Loaded only where it is used: the library is large.
  const load = async (): Promise<Source> => {
    const { ManagedIdentityCredential } = await import("@azure/identity");
    return clientId === null ? new ManagedIdentityCredential() : new ManagedIdentityCredential({ clientId });
  };
  return {
    expiresAtMs: Number.POSITIVE_INFINITY,
    issuedAtMs: 0,
    async getToken(scopes) {
      loaded ??= load();
      let token: Awaited<ReturnType<Source["getToken"]>>;
      try {
        token = await (await loaded).getToken(scopes);
      } catch (error) {
        throw refused(error);
      }
      if (token === null) throw refused(null);
      return token;
    },
  };
}
