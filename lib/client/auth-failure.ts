/** Why sign-in did not work, in the portal's terms. Texts stand in messages/en/auth.ts. */
export type AuthFailureKind =
  | "cancelled"
  | "wrongTenant"
  | "noConsent"
  | "disabled"
  | "blockedByPolicy"
  | "appUnknown"
  | "redirectNotRegistered"
  | "unreachable"
  | "storageBlocked"
  | "notReturned"
  | "other";

export type AuthFailure = {
  kind: AuthFailureKind;
  /** AADSTS number with prefix, or MSAL's own code. */
  code: string;
  /** Entra's sentence, word for word, without its trace lines. */
  detail: string;
  correlationId: string | null;
};

/** Numbers from learn.microsoft.com/entra/identity-platform/reference-error-codes. */
const BY_NUMBER: Readonly<Record<string, AuthFailureKind>> = {
  "50020": "wrongTenant",
  "50034": "wrongTenant",
  "50128": "wrongTenant",
  "50177": "wrongTenant",
  "50194": "wrongTenant",
  "90002": "wrongTenant",
  "90072": "wrongTenant",
  "500208": "wrongTenant",
  "50105": "noConsent",
  "65001": "noConsent",
  "90094": "noConsent",
  "65004": "cancelled",
  "50057": "disabled",
  "53000": "blockedByPolicy",
  "53001": "blockedByPolicy",
  "53003": "blockedByPolicy",
  "53004": "blockedByPolicy",
  "500011": "appUnknown",
  "700016": "appUnknown",
  "50011": "redirectNotRegistered",
};

const BY_CODE: Readonly<Record<string, AuthFailureKind>> = {
  access_denied: "cancelled",
  user_cancelled: "cancelled",
  consent_required: "noConsent",
  network_error: "unreachable",
  post_request_failed: "unreachable",
  no_network_connectivity: "unreachable",
  endpoints_resolution_error: "unreachable",
  storage_not_supported: "storageBlocked",
  no_state_in_hash: "notReturned",
  hash_empty_error: "notReturned",
  no_cached_authority_error: "notReturned",
  state_mismatch: "notReturned",
};

type MsalLike = { errorCode?: unknown; errorMessage?: unknown; message?: unknown; correlationId?: unknown };

const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** Any error of MSAL or of an Entra redirect. Reads fields, not classes: the library ships several copies of them. */
export function toAuthFailure(error: unknown): AuthFailure {
  const source: MsalLike = typeof error === "object" && error !== null ? error : { message: String(error) };
  const message = text(source.errorMessage) || text(source.message);
  const number = /AADSTS(\d+)/.exec(message)?.[1];
  const errorCode = text(source.errorCode);
  const kind = (number === undefined ? undefined : BY_NUMBER[number]) ?? BY_CODE[errorCode] ?? "other";
  return {
    kind,
    code: number === undefined ? errorCode || "unknown" : `AADSTS${number}`,
    detail: message.split(/\r?\n| Trace ID:/)[0]?.trim() ?? "",
    correlationId: text(source.correlationId) || null,
  };
}

/** MSAL's way of saying that only the person can go on. */
export function needsInteraction(error: unknown): boolean {
  const source: MsalLike & { name?: unknown } = typeof error === "object" && error !== null ? error : {};
  if (source.name === "InteractionRequiredAuthError") return true;
  return [
    "interaction_required",
    "login_required",
    "consent_required",
    "no_tokens_found",
    "timed_out",
    "monitor_window_timeout",
  ].includes(text(source.errorCode));
}
