export type PolicyInput = {
  nonce: string;
  /** Origin that the browser reaches Entra at: the authority, or local Azure. */
  authorityOrigin: string;
  /** The redirect bridge is framed by the portal itself for a silent sign-in; nothing else may be framed. */
  framedBySelf: boolean;
  development: boolean;
  https: boolean;
};

/** Nonce policy with strict-dynamic: only scripts that this answer names may run, and they only what they load. */
export function contentSecurityPolicy(input: PolicyInput): string {
  const { nonce, authorityOrigin, development } = input;
  const directives = [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ""}`,
    development ? "style-src 'self' 'unsafe-inline'" : `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self' ${authorityOrigin}${development ? " ws:" : ""}`,
    `frame-src 'self' ${authorityOrigin}`,
    "worker-src 'self' blob:",
    "manifest-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    `frame-ancestors ${input.framedBySelf ? "'self'" : "'none'"}`,
    ...(input.https ? ["upgrade-insecure-requests"] : []),
  ];
  return directives.join("; ");
}

/** Headers that every answer carries besides the policy. HSTS only where the browser came over TLS. */
export function securityHeaders(options: { https: boolean; framedBySelf: boolean }): Record<string, string> {
  return {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": options.framedBySelf ? "SAMEORIGIN" : "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
    ...(options.https ? { "strict-transport-security": "max-age=31536000; includeSubDomains" } : {}),
  };
}
