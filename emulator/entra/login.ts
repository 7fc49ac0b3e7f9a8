import { randomUUID } from "node:crypto";
import type { WireRequest, WireResponse } from "../core/contract.ts";
import { continueFlow, refuseToApplication, showPicker } from "./authorize.ts";
import { openBrowser } from "./browser-cookie.ts";
import { unmetAcrs } from "./claims-request.ts";
import type { EntraDeps } from "./deps.ts";
import { accountKey, findByLoginName, readTenant, requireUser } from "./directory.ts";
import { EntraError } from "./errors.ts";
import { type Form, readForm } from "./form.ts";
import type { BrowserSession, Flow, SignIn } from "./state.ts";

type Step = {
  deps: EntraDeps;
  request: WireRequest;
  browser: BrowserSession;
  headers: Record<string, string>;
  flow: Flow;
  form: Form;
};

/** POST /{tenant}/login: the forms of the sign-in pages. A flow belongs to the browser that began it. */
export function login(deps: EntraDeps, request: WireRequest): WireResponse {
  const form = readForm(request);
  const flow = deps.state.flows.get(form.require("flow"));
  const { browser, headers } = openBrowser(deps.state, request);
  if (flow === undefined || flow.browserId !== browser.id || flow.expiresAtMs <= deps.wallNowMs()) {
    throw new EntraError(90013, [
      "The sign-in page is too old or belongs to another browser. Go back to the application and sign in again.",
    ]);
  }
  const step: Step = { deps, request, browser, headers, flow, form };
  switch (form.get("step")) {
    case "account":
      return chooseAccount(step);
    case "confirm":
      return confirm(step);
    case "consent":
      return consent(step);
    default:
      throw new EntraError(9002313, ["The step of the sign-in is not known."]);
  }
}

function chooseAccount(step: Step): WireResponse {
  const { deps, flow, form } = step;
  const name = form.require("account");
  try {
    const home = findByLoginName(deps.world(), name);
    const tenant = readTenant(deps.world(), flow.request.tenantSegment);
    if (home === null) throw new EntraError(50034, [name, tenant?.displayName ?? "local"]);
    requireUser(deps.world(), { ...home, name }, tenant?.id ?? home.homeTenantId, flow.request.clientId);
    flow.chosenUserKey = accountKey(home);
    signIn(step, flow.chosenUserKey, home);
  } catch (error) {
    if (!(error instanceof EntraError)) throw error;
    return showPicker(step, flow, { problem: error.message, domainHint: null, status: 400 });
  }
  return continueFlow(step, flow);
}

function signIn(step: Step, key: string, home: { homeObjectId: string; homeTenantId: string }): void {
  const { deps, browser, flow } = step;
  const known = browser.signIns.get(key);
  const freshFromMs = (flow.request.notBeforeSeconds ?? 0) * 1_000;
  const mustRepeat = flow.request.prompts.includes("login");
  if (known !== undefined && !mustRepeat && known.authenticatedAtMs >= freshFromMs) return;
  const made: SignIn = {
    sid: randomUUID(),
    homeObjectId: home.homeObjectId,
    homeTenantId: home.homeTenantId,
    amr: ["pwd"],
    acrs: [],
    authenticatedAtMs: deps.wallNowMs(),
  };
  browser.signIns.set(key, made);
  deps.state.signInOwners.set(made.sid, { homeObjectId: made.homeObjectId });
}

function chosenSignIn(step: Step): SignIn {
  const found = step.flow.chosenUserKey === null ? undefined : step.browser.signIns.get(step.flow.chosenUserKey);
  if (found === undefined) throw new EntraError(90013, ["No account was chosen in this sign-in."]);
  return found;
}

function confirm(step: Step): WireResponse {
  const { deps, flow, form, headers } = step;
  const found = chosenSignIn(step);
  if (form.get("answer") !== "approve") {
    return refuseToApplication(deps, flow.request, new EntraError(500121), flow.request.correlationId, headers);
  }
  const unmet = unmetAcrs(flow.request.demandedAcrs, found).filter((value) => value !== "mfa");
  // A new object: codes and tokens that exist keep what they were issued with.
  const stronger: SignIn = { ...found, amr: [...new Set([...found.amr, "mfa"])], acrs: [...new Set([...found.acrs, ...unmet])] };
  step.browser.signIns.set(accountKey(found), stronger);
  return continueFlow(step, flow);
}

function consent(step: Step): WireResponse {
  const { deps, flow, form, headers } = step;
  if (form.get("answer") !== "approve") {
    return refuseToApplication(deps, flow.request, new EntraError(65004), flow.request.correlationId, headers);
  }
  flow.consented = true;
  return continueFlow(step, flow);
}
