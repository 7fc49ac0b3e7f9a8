import type { CloudFacts } from "./clouds.ts";
import { GRAPH_APP_ID } from "./clouds.ts";
import { type Face, WireError } from "./contract.ts";
import { armError, graphError } from "./errors.ts";

function encodeClaims(claims: unknown): string {
  return Buffer.from(JSON.stringify(claims)).toString("base64");
}

/** The claims of a challenge that only a fresh authentication context satisfies. */
export function acrsClaims(value: string): Record<string, unknown> {
  return { access_token: { acrs: { essential: true, value } } };
}

function graphChallenge(cloud: CloudFacts, extra: string): string {
  const uri = `${cloud.graphChallengeHost}/common/oauth2/authorize`;
  return `Bearer realm="", authorization_uri="${uri}", client_id="${GRAPH_APP_ID}"${extra}`;
}

/** Vaults name the authority and the resource to ask a token for. Source: https://learn.microsoft.com/azure/key-vault/general/authentication-requests-and-responses */
function vaultChallenge(cloud: CloudFacts, message: string): WireError {
  const challenge = `Bearer authorization="${cloud.challengeHost}/common", resource="${cloud.vaultAudience}"`;
  return new WireError(401, { error: { code: "Unauthorized", message } }, { "www-authenticate": challenge });
}

/** 401 for a request without a token. Source: azure-apis.md 1.6. */
export function missingToken(face: Face, cloud: CloudFacts, tenantId: string | null): WireError {
  if (face === "graph") {
    return graphError(401, "InvalidAuthenticationToken", "Access token is empty.", {
      "www-authenticate": graphChallenge(cloud, ""),
    });
  }
  if (face === "keyVault") {
    return vaultChallenge(cloud, "AKV10000: Request is missing a Bearer or PoP token.");
  }
  const description = "The authentication failed because of missing 'Authorization' header.";
  const uri = `${cloud.challengeHost}/${tenantId ?? ""}`;
  return armError(401, "AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing.", {
    "www-authenticate": `Bearer authorization_uri="${uri}", error="invalid_token", error_description="${description}"`,
  });
}

/** 401 for a token that is broken, old, of another tenant or for somebody else. */
export function badToken(face: Face, cloud: CloudFacts, code: string, message: string): WireError {
  if (face === "graph") {
    return graphError(401, "InvalidAuthenticationToken", message, { "www-authenticate": graphChallenge(cloud, "") });
  }
  if (face === "keyVault") return vaultChallenge(cloud, `AKV10022: ${message}`);
  return armError(401, code, message, {
    "www-authenticate": `Bearer authorization_uri="${cloud.challengeHost}/", error="invalid_token", error_description="${message.replaceAll('"', "'")}"`,
  });
}

/** Continuous access evaluation: the sign-in behind the token was revoked. ARM and Graph word it differently. */
export function revokedToken(face: Face, cloud: CloudFacts, revokedAtMs: number): WireError {
  const claims = encodeClaims({ access_token: { nbf: { essential: true, value: String(Math.floor(revokedAtMs / 1_000)) } } });
  if (face === "graph") {
    const text =
      "Continuous access evaluation resulted in challenge with result: InteractionRequired and code: TokenIssuedBeforeRevocationTimestamp";
    const extra = `, error_description="${text}", error="insufficient_claims", claims="${claims}"`;
    const proof = `PoP realm="", authorization_uri="${cloud.graphChallengeHost}/common/oauth2/authorize", client_id="${GRAPH_APP_ID}"`;
    return graphError(401, "InvalidAuthenticationToken", text, {
      "www-authenticate": `${graphChallenge(cloud, extra)}, ${proof}`,
    });
  }
  return armError(401, "InvalidAuthenticationToken", "User session has been revoked.", {
    "www-authenticate": `Bearer authorization_uri="${cloud.challengeHost}/", error="invalid_token", error_description="User session has been revoked", claims="${claims}"`,
  });
}

/** A write that needs a stronger sign-in than the token proves. */
export function strongerSignInNeeded(face: Face, cloud: CloudFacts, claims: Record<string, unknown>): WireError {
  const encoded = encodeClaims(claims);
  const text = "A stronger sign-in is needed for this request.";
  if (face === "graph") {
    const extra = `, error_description="${text}", error="insufficient_claims", claims="${encoded}"`;
    return graphError(401, "InvalidAuthenticationToken", text, { "www-authenticate": graphChallenge(cloud, extra) });
  }
  return armError(401, "InvalidAuthenticationToken", text, {
    "www-authenticate": `Bearer authorization_uri="${cloud.challengeHost}/", error="insufficient_claims", error_description="${text}", claims="${encoded}"`,
  });
}
