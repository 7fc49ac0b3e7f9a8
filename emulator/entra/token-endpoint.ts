import type { WireRequest, WireResponse } from "../core/contract.ts";
import { PORTAL_CLIENT_ID } from "../world/types.ts";
import { readDemandedClaims } from "./claims-request.ts";
import { authenticateClient, readClientCredentials } from "./client-authentication.ts";
import { redeemCode } from "./code-grant.ts";
import type { EntraDeps } from "./deps.ts";
import { findServicePrincipal, readTenant, requireApp } from "./directory.ts";
import { EntraError } from "./errors.ts";
import { readForm } from "./form.ts";
import { exchangeOnBehalfOf } from "./on-behalf-of.ts";
import { redeemRefreshToken } from "./refresh-grant.ts";
import { scopesOf, type TokenRequest } from "./token-answer.ts";
import { signAppAccessToken } from "./tokens.ts";

const JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/** The token endpoint. Source: Microsoft's pages on the authorization code, client credentials and on-behalf-of flows. */
export async function token(deps: EntraDeps, request: WireRequest): Promise<WireResponse> {
  const form = readForm(request);
  const segment = request.params.tenant ?? "";
  const tenant = readTenant(deps.world(), segment);
  const grantType = form.require("grant_type");
  const credentials = readClientCredentials(request, form);
  const app = requireApp(deps.world(), credentials.clientId, tenant);
  if (segment.toLowerCase() === "consumers") throw new EntraError(9002331, [app.appId]);
  const proveClient = () => authenticateClient({ deps, request, app, credentials });
  const args: TokenRequest = { deps, request, form, tenant, app, credentials, proveClient };
  const body = await answerGrant(args, grantType);
  return { status: 200, body };
}

function answerGrant(args: TokenRequest, grantType: string): Promise<Record<string, unknown>> {
  switch (grantType) {
    case "authorization_code":
      return redeemCode(args);
    case "refresh_token":
      return redeemRefreshToken(args);
    case "client_credentials":
      return grantToApplication(args);
    case JWT_BEARER:
      return exchangeOnBehalfOf(args);
    default:
      throw new EntraError(70003, [grantType]);
  }
}

async function grantToApplication(args: TokenRequest): Promise<Record<string, unknown>> {
  const { deps, form, tenant, app, request } = args;
  if (tenant === null) throw new EntraError(9001023);
  await args.proveClient();
  const text = form.require("scope");
  const scopes = scopesOf(args, tenant.displayName, text);
  if (!scopes.isDefault) throw new EntraError(1002012, [text]);
  const principal = findServicePrincipal(deps.world(), app.appId, tenant.id);
  if (principal === null) throw new EntraError(700016, [app.appId, tenant.displayName]);
  if (!principal.accountEnabled) throw new EntraError(7000112, [app.appId, app.displayName]);
  const { capabilities } = readDemandedClaims(form.get("claims"));
  const accessToken = await signAppAccessToken({
    deps,
    origin: request.origin,
    principal,
    resource: scopes.resource,
    clientCapabilities: capabilities,
    ...(scopes.resource.kind === "graph" && app.appId === PORTAL_CLIENT_ID ? { roles: deps.options.applicationGraphRoles } : {}),
  });
  const seconds = deps.options.accessTokenSeconds;
  return { token_type: "Bearer", expires_in: seconds, ext_expires_in: seconds, access_token: accessToken };
}
