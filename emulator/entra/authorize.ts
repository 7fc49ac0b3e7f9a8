import { randomUUID } from "node:crypto";
import type { WireRequest, WireResponse } from "../core/contract.ts";
import type { Tenant, User } from "../world/types.ts";
import { checkRequest, checkTarget, type ReturnAddress } from "./authorize-request.ts";
import { openBrowser } from "./browser-cookie.ts";
import { claimsFor, unmetAcrs } from "./claims-request.ts";
import type { EntraDeps } from "./deps.ts";
import { accountKey, findByLoginName, findInTenant, personasFor, readTenant, requireApp, requireUser } from "./directory.ts";
import { describe, EntraError } from "./errors.ts";
import { confirmPage, consentPage, formPostPage, pickerPage } from "./pages.ts";
import type { AuthorizeRequest, BrowserSession, Flow, SignIn } from "./state.ts";
import { clientInfo, opaqueToken } from "./tokens.ts";

const FLOW_MINUTES = 30;
export const CODE_SECONDS = 600;

type Turn = { deps: EntraDeps; request: WireRequest; browser: BrowserSession; headers: Record<string, string> };

/** GET or POST /{tenant}/oauth2/v2.0/authorize. */
export function authorize(deps: EntraDeps, request: WireRequest): WireResponse {
  const target = checkTarget(deps, request);
  const correlationId = target.form.get("client-request-id") ?? randomUUID();
  const { browser, headers } = openBrowser(deps.state, request);
  try {
    const asked = checkRequest(deps, target, request.params.tenant ?? "", correlationId);
    return proceed({ deps, request, browser, headers }, asked, target.tenant, target.form.get("domain_hint"));
  } catch (error) {
    if (!(error instanceof EntraError)) throw error;
    return refuseToApplication(deps, target.address, error, correlationId, headers);
  }
}

function proceed(turn: Turn, asked: AuthorizeRequest, tenant: Tenant | null, domainHint: string | null): WireResponse {
  const candidates = usableSignIns(turn, asked, tenant);
  const [only] = candidates;
  const interactive = ["login", "select_account"].some((prompt) => asked.prompts.includes(prompt));
  if (asked.prompts.includes("none")) return answerSilently(turn, asked, tenant, candidates);
  const flow = startFlow(turn, asked);
  if (!interactive && only !== undefined && candidates.length === 1) {
    flow.chosenUserKey = accountKey(only);
    return continueFlow(turn, flow);
  }
  return showPicker(turn, flow, { problem: null, domainHint });
}

/** Sign-ins of this browser that this tenant knows, that fit the hint and are fresh enough. */
function usableSignIns(turn: Turn, asked: AuthorizeRequest, tenant: Tenant | null): SignIn[] {
  const world = turn.deps.world();
  const hinted = asked.loginHint === null ? null : findByLoginName(world, asked.loginHint);
  return [...turn.browser.signIns.values()].filter((signIn) => {
    if (asked.notBeforeSeconds !== null && signIn.authenticatedAtMs < asked.notBeforeSeconds * 1_000) return false;
    if (asked.loginHint !== null && hinted?.homeObjectId !== signIn.homeObjectId) return false;
    return findInTenant(world, signIn, tenant?.id ?? signIn.homeTenantId) !== null;
  });
}

function answerSilently(turn: Turn, asked: AuthorizeRequest, tenant: Tenant | null, candidates: SignIn[]): WireResponse {
  const [only, second] = candidates;
  if (only === undefined) throw new EntraError(50058);
  if (second !== undefined) throw new EntraError(16000);
  const user = requireUser(
    turn.deps.world(),
    { ...only, name: only.homeObjectId },
    tenant?.id ?? only.homeTenantId,
    asked.clientId,
  );
  const unmet = unmetAcrs(asked.demandedAcrs, only);
  if (unmet.length > 0) throw new EntraError(50076, [asked.clientId], { suberror: "basic_action", claims: claimsFor(unmet) });
  return answerWithCode(turn, asked, user, only);
}

function startFlow(turn: Turn, asked: AuthorizeRequest): Flow {
  const { state, wallNowMs } = turn.deps;
  for (const [id, flow] of state.flows) if (flow.expiresAtMs < wallNowMs()) state.flows.delete(id);
  const flow: Flow = {
    id: opaqueToken("flow"),
    browserId: turn.browser.id,
    request: asked,
    expiresAtMs: wallNowMs() + FLOW_MINUTES * 60_000,
    chosenUserKey: null,
    consented: false,
  };
  state.flows.set(flow.id, flow);
  return flow;
}

function stepArgs(turn: Turn, flow: Flow) {
  return {
    action: `/${flow.request.tenantSegment}/login`,
    flowId: flow.id,
    formTargets: [new URL(flow.request.redirectUri).origin],
    headers: turn.headers,
  };
}

/** The account picker of a flow, with a sentence when the last choice did not work. */
export function showPicker(
  turn: Turn,
  flow: Flow,
  args: { problem: string | null; domainHint: string | null; status?: number },
): WireResponse {
  const { deps } = turn;
  const tenant = readTenant(deps.world(), flow.request.tenantSegment);
  const app = requireApp(deps.world(), flow.request.clientId, tenant);
  const all = personasFor(deps.world(), tenant);
  const inDomain = all.filter((user) => user.mail?.toLowerCase().endsWith(`@${args.domainHint?.toLowerCase() ?? ""}`) === true);
  const users = args.domainHint !== null && inDomain.length > 0 ? inDomain : all;
  const signedIn = new Set([...turn.browser.signIns.values()].map((signIn) => signIn.homeObjectId));
  return pickerPage({
    ...stepArgs(turn, flow),
    appName: app.displayName,
    tenantName: tenant?.displayName ?? "any organization",
    users,
    signedIn,
    loginHint: flow.request.loginHint,
    problem: args.problem,
    ...(args.status === undefined ? {} : { status: args.status }),
  });
}

/** What a flow still needs from the person: a second factor, consent, or nothing, and then the code. */
export function continueFlow(turn: Turn, flow: Flow): WireResponse {
  const { deps, browser } = turn;
  const signIn = flow.chosenUserKey === null ? undefined : browser.signIns.get(flow.chosenUserKey);
  if (signIn === undefined) return showPicker(turn, flow, { problem: null, domainHint: null });
  const tenant = readTenant(deps.world(), flow.request.tenantSegment);
  const name = findInTenant(deps.world(), signIn, signIn.homeTenantId)?.userPrincipalName ?? signIn.homeObjectId;
  const user = requireUser(deps.world(), { ...signIn, name }, tenant?.id ?? signIn.homeTenantId, flow.request.clientId);
  const unmet = unmetAcrs(flow.request.demandedAcrs, signIn);
  if (unmet.length > 0) return confirmPage({ ...stepArgs(turn, flow), user, contexts: unmet });
  if (flow.request.prompts.includes("consent") && !flow.consented) {
    const app = requireApp(deps.world(), flow.request.clientId, tenant);
    return consentPage({ ...stepArgs(turn, flow), appName: app.displayName, scopes: flow.request.scopes });
  }
  deps.state.flows.delete(flow.id);
  return answerWithCode(turn, flow.request, user, signIn);
}

function answerWithCode(turn: Turn, asked: AuthorizeRequest, user: User, signIn: SignIn): WireResponse {
  const { state, wallNowMs } = turn.deps;
  const code = opaqueToken("1.AX");
  state.codes.set(code, {
    clientId: asked.clientId,
    tenantId: user.tenantId,
    userId: user.id,
    scopes: asked.scopes,
    sid: signIn.sid,
    amr: signIn.amr,
    acrs: signIn.acrs,
    clientCapabilities: asked.clientCapabilities,
    wantsClientInfo: asked.wantsClientInfo,
    isSpa: asked.isSpa,
    authenticatedAtMs: signIn.authenticatedAtMs,
    redirectUri: asked.redirectUri,
    codeChallenge: asked.codeChallenge,
    nonce: asked.nonce,
    expiresAtMs: wallNowMs() + CODE_SECONDS * 1_000,
    redeemed: false,
  });
  const fields: [string, string][] = [["code", code]];
  if (asked.wantsClientInfo) fields.push(["client_info", clientInfo(user)]);
  if (asked.state !== null) fields.push(["state", asked.state]);
  fields.push(["session_state", signIn.sid]);
  return sendToApplication(asked, fields, turn.headers);
}

/** A refusal that the application may see, at its proven address. */
export function refuseToApplication(
  deps: EntraDeps,
  address: ReturnAddress,
  error: EntraError,
  correlationId: string,
  headers: Record<string, string>,
): WireResponse {
  const facts = { correlationId, nowMs: deps.wallNowMs() };
  const fields: [string, string][] = [
    ["error", error.error],
    ["error_description", describe(error, facts, randomUUID())],
    ["error_uri", `https://login.microsoftonline.com/error?code=${error.code}`],
  ];
  if (error.extras.suberror !== undefined) fields.push(["suberror", error.extras.suberror]);
  if (error.extras.claims !== undefined) fields.push(["claims", JSON.stringify(error.extras.claims)]);
  if (address.state !== null) fields.push(["state", address.state]);
  return sendToApplication(address, fields, headers);
}

function sendToApplication(address: ReturnAddress, fields: [string, string][], headers: Record<string, string>): WireResponse {
  if (address.responseMode === "form_post") return formPostPage({ target: address.redirectUri, fields, headers });
  const url = new URL(address.redirectUri);
  if (address.responseMode === "fragment") url.hash = new URLSearchParams(fields).toString();
  else for (const [name, value] of fields) url.searchParams.append(name, value);
  return { status: 302, headers: { location: url.href, ...headers } };
}
