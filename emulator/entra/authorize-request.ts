import type { WireRequest } from "../core/contract.ts";
import type { AppRegistration, Tenant } from "../world/types.ts";
import { readDemandedClaims } from "./claims-request.ts";
import type { EntraDeps } from "./deps.ts";
import { readTenant, requireApp } from "./directory.ts";
import { EntraError } from "./errors.ts";
import { type Form, toForm } from "./form.ts";
import { platformOf } from "./redirect-uri.ts";
import { resolveScopes } from "./scopes.ts";
import type { AuthorizeRequest } from "./state.ts";

const PROMPTS = ["none", "select_account", "login", "consent"];
/** RFC 7636 4.2: an unpadded SHA-256 in base64url. */
const S256_CHALLENGE = /^[A-Za-z0-9_-]{43}$/;

/** Where the answer of an authorize request goes, known before everything else is checked. */
export type ReturnAddress = Pick<AuthorizeRequest, "redirectUri" | "responseMode" | "state">;

export type CheckedTarget = {
  tenant: Tenant | null;
  app: AppRegistration;
  form: Form;
  address: ReturnAddress;
  isSpa: boolean;
};

function readResponseMode(form: Form): AuthorizeRequest["responseMode"] {
  const mode = form.get("response_mode");
  return mode === "fragment" || mode === "form_post" ? mode : "query";
}

/** Tenant, application and redirect address. Their refusals are shown as a page and never sent to an address that is not proven. */
export function checkTarget(deps: EntraDeps, request: WireRequest): CheckedTarget {
  const form = toForm(request.method === "POST" ? new URLSearchParams(request.bodyText) : request.query);
  const segment = request.params.tenant ?? "";
  const tenant = readTenant(deps.world(), segment);
  const app = requireApp(deps.world(), form.require("client_id"), tenant);
  if (segment.toLowerCase() === "consumers") throw new EntraError(9002331, [app.appId]);
  const redirectUri = form.get("redirect_uri");
  if (redirectUri === null) throw new EntraError(900971);
  const platform = platformOf(app, redirectUri);
  if (platform === null) throw new EntraError(50011, [redirectUri, app.appId]);
  const address = { redirectUri, responseMode: readResponseMode(form), state: form.get("state") };
  return { tenant, app, form, address, isSpa: platform === "spa" };
}

function checkResponseType(form: Form): void {
  const responseType = form.require("response_type");
  if (responseType !== "code") throw new EntraError(700051, [responseType]);
}

function checkPkce(form: Form): string {
  const challenge = form.get("code_challenge");
  if (challenge === null || form.get("code_challenge_method") !== "S256" || !S256_CHALLENGE.test(challenge))
    throw new EntraError(9002325);
  return challenge;
}

function checkPrompts(form: Form): string[] {
  const prompts = (form.get("prompt") ?? "").split(/\s+/).filter(Boolean);
  const unknown = prompts.find((prompt) => !PROMPTS.includes(prompt));
  if (unknown !== undefined) throw new EntraError(9002313, [`The prompt '${unknown}' is not known.`]);
  if (prompts.includes("none") && prompts.length > 1) throw new EntraError(9002313, ["The prompt 'none' stands alone."]);
  return prompts;
}

/** MSAL hands the login_hint claim of an ID token back; it is opaque to the client and holds the sign-in name. */
export function readLoginHint(hint: string | null): string | null {
  if (hint === null || !hint.startsWith("O.")) return hint;
  return Buffer.from(hint.slice(2), "base64url").toString("utf8");
}

/** The checks whose refusals go back to the application. Each is one small function. */
export function checkRequest(deps: EntraDeps, target: CheckedTarget, segment: string, correlationId: string): AuthorizeRequest {
  const { form, app, tenant } = target;
  checkResponseType(form);
  const codeChallenge = checkPkce(form);
  const prompts = checkPrompts(form);
  const scopes = (form.get("scope") ?? "").split(/\s+/).filter(Boolean);
  const consented = deps.options.consentedGraphScopes;
  const tenantName = tenant?.displayName ?? segment;
  resolveScopes({ world: deps.world(), cloud: deps.cloud, tenantName, clientId: app.appId, consented }, scopes);
  const demanded = readDemandedClaims(form.get("claims"));
  return {
    ...target.address,
    clientId: app.appId,
    tenantSegment: segment,
    scopes,
    nonce: form.get("nonce"),
    codeChallenge,
    prompts,
    loginHint: readLoginHint(form.get("login_hint")),
    demandedAcrs: demanded.acrs,
    notBeforeSeconds: demanded.notBeforeSeconds,
    clientCapabilities: demanded.capabilities,
    wantsClientInfo: form.get("client_info") === "1",
    isSpa: target.isSpa,
    correlationId,
  };
}
