/** Validity of the machine identity's certificate (Microsoft: Arc "identity and authorization" page). */
export const CERTIFICATE_VALIDITY_DAYS = 90;
/** The agent renews when this many days or fewer remain, only while connected. */
export const RENEWAL_WINDOW_DAYS = 45;
export const CRITICAL_DAYS = 14;

export const CERTIFICATE_STATES = [
  "ok",
  "renewal-window",
  "renewal-stuck",
  "at-risk",
  "critical",
  "expired",
  "estimated",
  "unknown",
] as const;
export type CertificateStateId = (typeof CERTIFICATE_STATES)[number];

/** One entry of the service principal's keyCredentials. Times are ISO 8601. */
export type CertificateKey = { keyId: string; thumbprint: string | null; startsAt: string; endsAt: string };
