import { type NextRequest, NextResponse } from "next/server";
import { pages } from "@/lib/config/routes";
import { contentSecurityPolicy, securityHeaders } from "@/lib/http/content-security-policy";
import { getRuntime } from "@/lib/http/runtime";

function isHttps(request: NextRequest): boolean {
  const { config } = getRuntime();
  if (config.publicOrigin !== null) return config.publicOrigin.startsWith("https:");
  const forwarded = config.trustedProxy ? request.headers.get("x-forwarded-proto")?.split(",")[0]?.trim() : undefined;
  return (forwarded ?? request.nextUrl.protocol.replace(":", "")) === "https";
}

/** Runs before every page and API route: security headers, and for pages a content policy with a nonce of its own. */
export function proxy(request: NextRequest): NextResponse {
  const { config } = getRuntime();
  const { pathname } = request.nextUrl;
  const https = isHttps(request);
  const framedBySelf = pathname === pages.authRedirect();
  const headers = new Headers(request.headers);
  const nonce = btoa(crypto.randomUUID());
  const policy = contentSecurityPolicy({
    nonce,
    authorityOrigin: config.localAzureOrigin ?? config.authority,
    framedBySelf,
    development: process.env.NODE_ENV === "development",
    https,
  });
  headers.set("x-nonce", nonce);
  headers.set("content-security-policy", policy);

  const response = NextResponse.next({ request: { headers } });
  const isApi = pathname.startsWith("/api/");
  response.headers.set("content-security-policy", isApi ? "default-src 'none'; frame-ancestors 'none'" : policy);
  for (const [name, value] of Object.entries(securityHeaders({ https, framedBySelf }))) response.headers.set(name, value);
  // Pages carry a nonce and the configuration, API answers carry data: neither may be kept anywhere.
  response.headers.set("cache-control", "no-store");
  return response;
}

export const config = { matcher: ["/((?!_next/static|_next/image|icon.svg|favicon.ico).*)"] };
