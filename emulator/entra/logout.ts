import type { WireRequest, WireResponse } from "../core/contract.ts";
import { readLoginHint } from "./authorize-request.ts";
import { findBrowser } from "./browser-cookie.ts";
import type { EntraDeps } from "./deps.ts";
import { findByLoginName, readTenant } from "./directory.ts";
import { toForm } from "./form.ts";
import { signedOutPage } from "./pages.ts";
import { isLogoutTarget } from "./redirect-uri.ts";

/** GET or POST /{tenant}/oauth2/v2.0/logout: ends the sign-in of this browser and leads back to a registered origin. */
export function logout(deps: EntraDeps, request: WireRequest): WireResponse {
  readTenant(deps.world(), request.params.tenant ?? "");
  const form = toForm(request.method === "POST" ? new URLSearchParams(request.bodyText) : request.query);
  const browser = findBrowser(deps.state, request);
  const hint = readLoginHint(form.get("logout_hint"));
  const hinted = hint === null ? null : findByLoginName(deps.world(), hint);
  if (browser !== null) {
    for (const [key, signIn] of browser.signIns) {
      if (hinted === null || hinted.homeObjectId === signIn.homeObjectId) browser.signIns.delete(key);
    }
  }
  const target = form.get("post_logout_redirect_uri");
  if (target === null || !isLogoutTarget(deps.world().apps, target)) return signedOutPage({});
  const url = new URL(target);
  const state = form.get("state");
  if (state !== null) url.searchParams.set("state", state);
  return { status: 302, headers: { location: url.href } };
}
