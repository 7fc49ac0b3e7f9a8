import type { WireRequest, WireResponse } from "../core/contract.ts";
import type { EntraDeps } from "./deps.ts";
import { readTenant } from "./directory.ts";
import { issuerOf } from "./issuer.ts";

const CORS = { "access-control-allow-origin": "*" };

/** The discovery document. Endpoints stand at the origin that was asked; the issuer as issuer.ts says. */
export function openIdConfiguration(deps: EntraDeps, request: WireRequest): WireResponse {
  const segment = request.params.tenant ?? "";
  const tenant = readTenant(deps.world(), segment);
  const base = `${request.origin}/${tenant?.id ?? segment}`;
  const body = {
    token_endpoint: `${base}/oauth2/v2.0/token`,
    token_endpoint_auth_methods_supported: ["client_secret_post", "private_key_jwt", "client_secret_basic"],
    jwks_uri: `${base}/discovery/v2.0/keys`,
    response_modes_supported: ["query", "fragment", "form_post"],
    subject_types_supported: ["pairwise"],
    id_token_signing_alg_values_supported: ["RS256"],
    response_types_supported: ["code"],
    scopes_supported: ["openid", "profile", "email", "offline_access"],
    issuer: issuerOf(request.origin, tenant?.id ?? "{tenantid}"),
    request_uri_parameter_supported: false,
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    http_logout_supported: true,
    frontchannel_logout_supported: true,
    end_session_endpoint: `${base}/oauth2/v2.0/logout`,
    claims_supported: [
      "sub",
      "iss",
      "aud",
      "exp",
      "iat",
      "auth_time",
      "nonce",
      "preferred_username",
      "name",
      "tid",
      "ver",
      "oid",
      "acrs",
      "amr",
    ],
    tenant_region_scope: "EU",
    cloud_instance_name: new URL(deps.cloud.graphChallengeHost).host.replace(/^login\./, ""),
    cloud_graph_host_name: "graph.windows.net",
    msgraph_host: new URL(deps.cloud.graph).host,
    rbac_url: "https://pas.windows.net",
  };
  return { status: 200, headers: CORS, body };
}

export function signingKeys(deps: EntraDeps, request: WireRequest): WireResponse {
  const tenant = readTenant(deps.world(), request.params.tenant ?? "");
  const issuer = issuerOf(request.origin, tenant?.id ?? "{tenantid}");
  const { keys } = deps.state.keys.publicKeys();
  return {
    status: 200,
    headers: { ...CORS, "cache-control": "max-age=86400, private" },
    body: { keys: keys.map((key) => ({ ...key, issuer })) },
  };
}
