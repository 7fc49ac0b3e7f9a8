import type { CloudId } from "@/lib/domain/clouds";
import { TOKEN_MARGIN_MS } from "./obo-cache";

/** Audience of federated credentials per cloud (learn.microsoft.com/graph/api/resources/federatedidentitycredentials-overview). */
const EXCHANGE_AUDIENCES: Readonly<Record<CloudId, string>> = {
  public: "api://AzureADTokenExchange",
  usgov: "api://AzureADTokenExchangeUSGov",
  china: "api://AzureADTokenExchangeChina",
};

type Source = { getToken(scope: string): Promise<{ token: string; expiresOnTimestamp: number } | null> };

/**
 * The token of the host's managed identity, which proves the portal's application. MSAL asks for it before every network
 * call, so it is kept until five minutes before its end. `clientId` null = the system-assigned identity, the only one an
 * Arc-enabled server has.
 */
export function createFederatedAssertion(args: {
  clientId: string | null;
  cloudId: CloudId;
  source?: Source;
  now?: () => number;
}): () => Promise<string> {
  const now = args.now ?? Date.now;
  const scope = `${EXCHANGE_AUDIENCES[args.cloudId]}/.default`;
  let source = args.source ?? null;
  let kept: { token: string; expiresOnTimestamp: number } | null = null;

  return async () => {
    if (kept !== null && now() < kept.expiresOnTimestamp - TOKEN_MARGIN_MS) return kept.token;
    source ??= await managedIdentity(args.clientId);
    kept = await source.getToken(scope);
    if (kept === null) throw new TypeError("The managed identity gave no token.");
    return kept.token;
  };
}

/** Loaded only where it is used: the library is large and most installations prove themselves by certificate. */
async function managedIdentity(clientId: string | null): Promise<Source> {
  const { ManagedIdentityCredential } = await import("@azure/identity");
  return clientId === null ? new ManagedIdentityCredential() : new ManagedIdentityCredential({ clientId });
}
