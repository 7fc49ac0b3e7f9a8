import { LOCAL_AUTHORITY } from "../world/types.ts";

/**
 * Base of the issuer for tokens that are issued through an origin. Plain http cannot be an issuer, so the invented authority
 * stands in; over TLS, or through a proxy that keeps the host, the origin itself is the issuer and unmodified clients accept it.
 */
export function issuerBase(origin: string): string {
  return origin.startsWith("https://") ? origin : LOCAL_AUTHORITY;
}

export function issuerOf(origin: string, tenantId: string): string {
  return `${issuerBase(origin)}/${tenantId}/v2.0`;
}
