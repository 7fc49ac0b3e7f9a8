import { randomUUID } from "node:crypto";

/** OAuth error word and text of each AADSTS number that local Azure gives. Source: Microsoft's page on AADSTS error codes. */
const TABLE = {
  16000: [
    "interaction_required",
    "Either multiple user identities are available for the current request or selected account is not supported for the scenario.",
  ],
  28000: [
    "invalid_request",
    "Provided value for the input parameter scope is not valid because it contains more than one resource. Scope {0} is not valid.",
  ],
  50011: [
    "invalid_client",
    "The redirect URI '{0}' specified in the request does not match the redirect URIs configured for the application '{1}'. Make sure the redirect URI sent in the request matches one added to your application in the Azure portal.",
  ],
  50013: ["invalid_grant", "Assertion failed signature validation. [Reason - {0}]"],
  50020: [
    "invalid_request",
    "User account '{0}' from identity provider '{1}' does not exist in tenant '{2}' and cannot access the application '{3}' in that tenant. The account needs to be added as an external user in the tenant first.",
  ],
  50034: [
    "invalid_grant",
    "The user account {0} does not exist in the {1} directory. To sign into this application, the account must be added to the directory.",
  ],
  50057: ["invalid_grant", "The user account is disabled."],
  50058: ["login_required", "Session information is not sufficient for single-sign-on."],
  50076: [
    "interaction_required",
    "Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access '{0}'.",
  ],
  50105: ["invalid_grant", "The signed in user is not assigned to a role for the application '{0}'."],
  50173: [
    "invalid_grant",
    "The provided grant has expired due to it being revoked, a fresh auth token is needed. The grant was issued before '{0}'.",
  ],
  54005: [
    "invalid_grant",
    "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.",
  ],
  65001: [
    "consent_required",
    "The user or administrator has not consented to use the application with ID '{0}'. Send an interactive authorization request for this user and resource.",
  ],
  65004: ["access_denied", "User declined to consent to access the app."],
  70000: ["invalid_grant", "Provided grant is invalid or malformed."],
  70003: ["unsupported_grant_type", "The app requested an unsupported grant type '{0}'."],
  70008: [
    "invalid_grant",
    "The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource.",
  ],
  70011: [
    "invalid_scope",
    "The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not valid. The scope {0} is not valid.",
  ],
  90002: [
    "invalid_request",
    "Tenant '{0}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.",
  ],
  90013: ["invalid_request", "Invalid input received from the user. {0}"],
  90014: [
    "invalid_request",
    "The required field '{0}' is missing from the credential. Ensure that you have all the necessary parameters for the login request.",
  ],
  500011: [
    "invalid_resource",
    "The resource principal named {0} was not found in the tenant named {1}. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant.",
  ],
  500112: [
    "invalid_grant",
    "The reply address '{0}' does not match the reply address '{1}' provided when requesting Authorization code.",
  ],
  500121: ["access_denied", "Authentication failed during strong authentication request."],
  500131: [
    "invalid_grant",
    "Assertion audience does not match the Client app presenting the assertion. The audience in the assertion was '{0}' and the expected audience is '{1}'.",
  ],
  500132: ["invalid_grant", "Assertion was issued by tenant '{0}' and cannot be exchanged at tenant '{1}'."],
  500133: [
    "invalid_grant",
    "Assertion is not within its valid time range. Ensure that the access token is not expired before using it for user assertion, or request a new token. Current time: {0}, expiry time of assertion {1}.",
  ],
  501481: ["invalid_grant", "The Code_Verifier does not match the code_challenge supplied in the authorization request."],
  700003: ["invalid_grant", "Device object was not found in the tenant '{0}' directory."],
  700016: [
    "unauthorized_client",
    "Application with identifier '{0}' was not found in the directory '{1}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.",
  ],
  700021: ["invalid_client", "Client assertion application identifier doesn't match 'client_id' parameter."],
  700023: ["invalid_client", "Client assertion audience claim does not match Realm issuer. The audience was '{0}'."],
  700024: [
    "invalid_client",
    "Client assertion is not within its valid time range. Current time: {0}, assertion valid from {1}, expiry time of assertion {2}.",
  ],
  700025: ["invalid_client", "Client is public so neither 'client_assertion' nor 'client_secret' should be presented."],
  700027: [
    "invalid_client",
    "The certificate with identifier used to sign the client assertion is not registered on application. [Reason - {0}]",
  ],
  700211: ["invalid_client", "No matching federated identity record found for presented assertion issuer '{0}'."],
  700212: ["invalid_client", "No matching federated identity record found for presented assertion audience '{0}'."],
  700213: ["invalid_client", "No matching federated identity record found for presented assertion subject '{0}'."],
  7000112: ["unauthorized_client", "Application '{0}'({1}) is disabled."],
  7000114: ["invalid_grant", "Application '{0}' is not allowed to make application on-behalf-of calls."],
  7000215: [
    "invalid_client",
    "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '{0}'.",
  ],
  7000218: ["invalid_client", "The request body must contain the following parameter: 'client_assertion' or 'client_secret'."],
  700005: [
    "invalid_grant",
    "Provided Authorization Code or Refresh Token is intended to use against other tenant, thus rejected.",
  ],
  700082: [
    "invalid_grant",
    "The refresh token has expired due to inactivity. The token was issued on {0} and was inactive for {1} seconds.",
  ],
  700051: ["unsupported_response_type", "response_type '{0}' is not enabled for the application."],
  700084: [
    "invalid_grant",
    "The refresh token was issued to a single page app (SPA), and therefore has a fixed, limited lifetime of {0} seconds, which can't be extended. It is now expired and a new sign in request must be sent by the SPA to the sign in page. The token was issued on {1}.",
  ],
  900144: ["invalid_request", "The request body must contain the following parameter: '{0}'."],
  900971: ["invalid_request", "No reply address provided."],
  9001023: [
    "invalid_request",
    "The grant type is not supported over the /common or /consumers endpoints. Please use the /organizations or tenant-specific endpoint.",
  ],
  9002313: ["invalid_request", "Invalid request. Request is malformed or invalid. {0}"],
  9002325: [
    "invalid_request",
    "Proof Key for Code Exchange is required for cross-origin authorization code redemption. Local Azure takes code_challenge_method S256 only.",
  ],
  9002326: [
    "invalid_request",
    "Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type. Request origin: '{0}'.",
  ],
  9002327: [
    "invalid_request",
    "Tokens issued for the 'Single-Page Application' client-type may only be redeemed via cross-origin requests.",
  ],
  9002331: [
    "invalid_request",
    "Application '{0}' is configured for use by Azure Active Directory users only. Please do not use the /consumers endpoint to serve this request.",
  ],
  1002012: [
    "invalid_scope",
    "The provided value for scope {0} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).",
  ],
} as const satisfies Record<number, readonly [string, string]>;

export type AadstsCode = keyof typeof TABLE;

export type EntraErrorExtras = { suberror?: string; claims?: Record<string, unknown>; error?: string };

/** A refusal of Entra. The route around it decides between JSON, a redirect and a page. */
export class EntraError extends Error {
  readonly code: AadstsCode;
  readonly error: string;
  readonly extras: EntraErrorExtras;
  constructor(code: AadstsCode, values: readonly string[] = [], extras: EntraErrorExtras = {}) {
    const [error, text] = TABLE[code];
    super(`AADSTS${code}: ${text.replace(/\{(\d)\}/g, (_, index: string) => values[Number(index)] ?? "")}`);
    this.code = code;
    this.error = extras.error ?? error;
    this.extras = extras;
  }
}

export type ErrorFacts = { correlationId: string; nowMs: number };

export function entraTimestamp(nowMs: number): string {
  return `${new Date(nowMs).toISOString().slice(0, 19).replace("T", " ")}Z`;
}

/** The description as Entra writes it: message, then trace id, correlation id and time. */
export function describe(error: EntraError, facts: ErrorFacts, traceId: string): string {
  return `${error.message} Trace ID: ${traceId} Correlation ID: ${facts.correlationId} Timestamp: ${entraTimestamp(facts.nowMs)}`;
}

/** The JSON body of a refusal. */
export function errorBody(error: EntraError, facts: ErrorFacts): Record<string, unknown> {
  const traceId = randomUUID();
  return {
    error: error.error,
    error_description: describe(error, facts, traceId),
    error_codes: [error.code],
    timestamp: entraTimestamp(facts.nowMs),
    trace_id: traceId,
    correlation_id: facts.correlationId,
    error_uri: `https://login.microsoftonline.com/error?code=${error.code}`,
    ...(error.extras.suberror === undefined ? {} : { suberror: error.extras.suberror }),
    ...(error.extras.claims === undefined ? {} : { claims: JSON.stringify(error.extras.claims) }),
  };
}

export function errorStatus(error: EntraError): number {
  return error.error === "invalid_client" ? 401 : 400;
}
