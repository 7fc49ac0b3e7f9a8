import type { AppRegistration } from "../world/types.ts";

export type Platform = "spa" | "web";

const LOOPBACK_HOSTS = ["localhost", "127.0.0.1", "[::1]"];

/** Exact match, except that the port of an http loopback address is free. Source: Microsoft's page on redirect URI restrictions. */
export function isSameRedirectUri(registered: string, wanted: string): boolean {
  if (registered === wanted) return true;
  if (!URL.canParse(registered) || !URL.canParse(wanted)) return false;
  const left = new URL(registered);
  const right = new URL(wanted);
  const isLoopback = left.protocol === "http:" && LOOPBACK_HOSTS.includes(left.hostname);
  if (!isLoopback || right.username !== "" || right.hash !== "") return false;
  return (
    left.protocol === right.protocol &&
    left.hostname === right.hostname &&
    left.pathname === right.pathname &&
    left.search === right.search
  );
}

/** The platform under which the address is registered; null when it is not. */
export function platformOf(app: AppRegistration, redirectUri: string): Platform | null {
  if (app.spaRedirectUris.some((registered) => isSameRedirectUri(registered, redirectUri))) return "spa";
  return app.webRedirectUris.some((registered) => isSameRedirectUri(registered, redirectUri)) ? "web" : null;
}

function isSameOrigin(registered: string, wanted: URL): boolean {
  if (!URL.canParse(registered)) return false;
  const left = new URL(registered);
  if (left.protocol !== wanted.protocol || left.hostname !== wanted.hostname) return false;
  return left.port === wanted.port || (left.protocol === "http:" && LOOPBACK_HOSTS.includes(left.hostname));
}

/** Whether a page of this origin belongs to a registered single-page application. */
export function isSpaOrigin(app: AppRegistration, origin: string): boolean {
  if (!URL.canParse(origin)) return false;
  return app.spaRedirectUris.some((registered) => isSameOrigin(registered, new URL(origin)));
}

/** Where a sign-out may lead back to: any address of an origin that has a registered redirect address. */
export function isLogoutTarget(apps: readonly AppRegistration[], wanted: string): boolean {
  if (!URL.canParse(wanted)) return false;
  const target = new URL(wanted);
  return apps.some((app) =>
    [...app.spaRedirectUris, ...app.webRedirectUris].some((registered) => isSameOrigin(registered, target)),
  );
}
