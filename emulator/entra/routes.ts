import { randomUUID } from "node:crypto";
import type { Route, WireRequest, WireResponse } from "../core/contract.ts";
import { authorize } from "./authorize.ts";
import type { EntraDeps } from "./deps.ts";
import { findApp } from "./directory.ts";
import { EntraError, errorBody, errorStatus } from "./errors.ts";
import { login } from "./login.ts";
import { logout } from "./logout.ts";
import { openIdConfiguration, signingKeys } from "./metadata.ts";
import { errorPage, ICON, STYLE } from "./pages.ts";
import { isSpaOrigin } from "./redirect-uri.ts";
import { token } from "./token-endpoint.ts";

type Act = (deps: EntraDeps, request: WireRequest) => WireResponse | Promise<WireResponse>;

function correlationOf(request: WireRequest): string {
  return (
    request.query.get("client-request-id") ??
    request.headers["client-request-id"] ??
    new URLSearchParams(request.bodyText).get("client-request-id") ??
    randomUUID()
  );
}

/** Pages of a registered single-page application may read the token endpoint's answers, refusals included. */
function spaHeaders(deps: EntraDeps, request: WireRequest): Record<string, string> {
  const { origin } = request.headers;
  if (origin === undefined) return {};
  const clientId = new URLSearchParams(request.bodyText).get("client_id") ?? "";
  const app = findApp(deps.world(), clientId);
  const apps = request.method === "OPTIONS" ? deps.world().apps : app === null ? [] : [app];
  return apps.some((row) => isSpaOrigin(row, origin)) ? { "access-control-allow-origin": origin, vary: "Origin" } : {};
}

function asJson(act: Act): Act {
  return async (deps, request) => {
    const headers = spaHeaders(deps, request);
    const correlationId = correlationOf(request);
    try {
      const made = await act(deps, request);
      return { ...made, headers: { ...headers, "client-request-id": correlationId, ...made.headers } };
    } catch (error) {
      if (!(error instanceof EntraError)) throw error;
      const body = errorBody(error, { correlationId, nowMs: deps.wallNowMs() });
      return { status: errorStatus(error), headers: { ...headers, "client-request-id": correlationId }, body };
    }
  };
}

function asPage(act: Act): Act {
  return async (deps, request) => {
    try {
      return await act(deps, request);
    } catch (error) {
      if (!(error instanceof EntraError)) throw error;
      const facts = { correlationId: correlationOf(request), nowMs: deps.wallNowMs() };
      if ((request.headers.accept ?? "").startsWith("application/json"))
        return { status: errorStatus(error), body: errorBody(error, facts) };
      const codeText = `Correlation ID: ${facts.correlationId} Timestamp: ${new Date(facts.nowMs).toISOString()}`;
      return errorPage({
        status: 400,
        heading: "Sorry, but we are having trouble signing you in",
        detail: error.message,
        codeText,
      });
    }
  };
}

function preflight(deps: EntraDeps, request: WireRequest): WireResponse {
  return {
    status: 200,
    headers: {
      ...spaHeaders(deps, request),
      "access-control-allow-methods": "GET, POST, OPTIONS",
      "access-control-allow-headers": request.headers["access-control-request-headers"] ?? "",
      "access-control-max-age": "86400",
    },
  };
}

const PROTOCOL = "https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow";
const OIDC = "https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc";
const OWN = "emulator/README.md: pages of local Azure itself";

function asset(contentType: string, body: string): Act {
  return () => ({ status: 200, headers: { "content-type": contentType, "cache-control": "max-age=3600" }, body });
}

/** Routes of the local Entra over one instance's state. */
export function entraRoutes(deps: EntraDeps): Route[] {
  const route = (method: string, pattern: string, source: string, act: Act): Route => ({
    face: "entra",
    method,
    pattern,
    source,
    handle: (request) => act(deps, request),
  });
  return [
    route("GET", "/{tenant}/v2.0/.well-known/openid-configuration", OIDC, asJson(openIdConfiguration)),
    route("GET", "/{tenant}/discovery/v2.0/keys", OIDC, asJson(signingKeys)),
    route("GET", "/{tenant}/oauth2/v2.0/authorize", PROTOCOL, asPage(authorize)),
    route("POST", "/{tenant}/oauth2/v2.0/authorize", PROTOCOL, asPage(authorize)),
    route("POST", "/{tenant}/login", OWN, asPage(login)),
    route("POST", "/{tenant}/oauth2/v2.0/token", PROTOCOL, asJson(token)),
    route("OPTIONS", "/{tenant}/oauth2/v2.0/token", PROTOCOL, preflight),
    route("OPTIONS", "/{tenant}/v2.0/.well-known/openid-configuration", OIDC, preflight),
    route("GET", "/{tenant}/oauth2/v2.0/logout", OIDC, asPage(logout)),
    route("POST", "/{tenant}/oauth2/v2.0/logout", OIDC, asPage(logout)),
    route("GET", "/login/style.css", OWN, asset("text/css; charset=utf-8", STYLE)),
    route("GET", "/login/icon.svg", OWN, asset("image/svg+xml", ICON)),
    route("GET", "/favicon.ico", OWN, asset("image/svg+xml", ICON)),
  ];
}
