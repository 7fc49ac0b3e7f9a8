import { AppError, type AzureFailure } from "@/lib/domain/errors";

/** The fields of an MSAL error that are read here; MSAL's classes come in several copies, so instanceof is unreliable. */
type EntraRefusal = {
  errorCode?: unknown;
  errorMessage?: unknown;
  errorNo?: unknown;
  subError?: unknown;
  claims?: unknown;
  correlationId?: unknown;
};

const text = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);

function aadstsNumber(refusal: EntraRefusal): string | null {
  const direct = text(refusal.errorNo) ?? (typeof refusal.errorNo === "number" ? String(refusal.errorNo) : null);
  return direct ?? /AADSTS(\d+)/.exec(text(refusal.errorMessage) ?? "")?.[1] ?? null;
}

function toFailure(refusal: EntraRefusal, number: string | null): AzureFailure {
  const message = text(refusal.errorMessage) ?? "Microsoft Entra gave no reason.";
  // MSAL puts error number and time in front of Entra's own sentence.
  const sentence = message.slice(Math.max(0, message.search(/AADSTS\d+:/)));
  return {
    status: null,
    code: number === null ? text(refusal.errorCode) : `AADSTS${number}`,
    message: sentence.split(/\r?\n| Trace ID:/)[0] ?? sentence,
    requestId: null,
    correlationId: text(refusal.correlationId),
    retryAfterSeconds: null,
    service: "entra",
  };
}

/** What an operator or the portal's administrator does next, by AADSTS number (learn.microsoft.com reference-error-codes). */
const NEXT_STEPS: Readonly<Record<string, string>> = {
  "7000215": "The portal's administrator has to set a valid CLIENT_SECRET.",
  "7000222": "The portal's client secret has expired. Its administrator has to set a new CLIENT_SECRET.",
  "700027": "The portal's certificate is not registered. Its administrator has to upload it to the app registration.",
  "700016": "The portal's application is not known in this tenant. An administrator has to consent to it there.",
  "65001": "An administrator has to consent to the portal's permissions in this tenant.",
  "500011": "This tenant does not know the API. An administrator has to add its service principal.",
  "50057": "The account is disabled. Ask an identity administrator.",
  "50020": "The account is not a member or guest of this tenant. Use another account or switch the tenant.",
  "53003": "A Conditional Access policy blocks this sign-in. Ask an identity administrator which one.",
};

const ASSERTION_EXPIRED = new Set(["500133", "50013", "700082", "70043", "50173"]);
const PORTAL_MISCONFIGURED = new Set(["invalid_client", "unauthorized_client"]);

function demandsInteraction(refusal: EntraRefusal): boolean {
  const code = text(refusal.errorCode);
  return (
    code === "interaction_required" || code === "consent_required" || code === "login_required" || text(refusal.claims) !== null
  );
}

/**
 * Turns MSAL's refusal of an On-Behalf-Of request into AppError. A demand for claims becomes `unauthenticated` with base64
 * claims, which the route wrapper answers as a challenge. Anything that is already AppError is kept. `demanded` is the
 * claims JSON an API asked for, used when Entra wants interaction without repeating it.
 */
export function toTokenError(error: unknown, demanded?: string): AppError {
  if (error instanceof AppError) return error;
  const refusal: EntraRefusal = typeof error === "object" && error !== null ? error : {};
  const number = aadstsNumber(refusal);
  const azure = toFailure(refusal, number);
  const claims = text(refusal.claims) ?? (demandsInteraction(refusal) ? (demanded ?? null) : null);
  const errorCode = text(refusal.errorCode);
  const nextStep = number === null ? undefined : NEXT_STEPS[number];

  if (claims !== null) {
    return new AppError({
      code: "unauthenticated",
      message: "Azure asks for a stronger sign-in before it allows this.",
      nextStep: nextStep ?? "Confirm your identity. The portal takes you there and comes back.",
      azure,
      claims: Buffer.from(claims, "utf8").toString("base64"),
      cause: error,
    });
  }
  if (number !== null && ASSERTION_EXPIRED.has(number)) {
    return new AppError({
      code: "unauthenticated",
      message: "Your sign-in to the portal has expired.",
      nextStep: "Sign in again.",
      azure,
      cause: error,
    });
  }
  if (number === "65001" || errorCode === "consent_required" || number === "53003" || number === "50057" || number === "50020") {
    return new AppError({
      code: "forbidden",
      message: `Microsoft Entra refused a token for Azure: ${azure.message}`,
      ...(nextStep === undefined ? {} : { nextStep }),
      azure,
      cause: error,
    });
  }
  if (demandsInteraction(refusal)) {
    return new AppError({
      code: "unauthenticated",
      message: "Microsoft Entra wants you to sign in again.",
      nextStep: nextStep ?? "Sign in again.",
      azure,
      cause: error,
    });
  }
  return upstream(error, azure, nextStep, errorCode);
}

function upstream(cause: unknown, azure: AzureFailure, nextStep: string | undefined, errorCode: string | null): AppError {
  const misconfigured = errorCode !== null && PORTAL_MISCONFIGURED.has(errorCode);
  return new AppError({
    code: "upstream",
    message: misconfigured
      ? `Microsoft Entra does not accept the portal's own credential: ${azure.message}`
      : `The portal could not get a token for Azure: ${azure.message}`,
    nextStep:
      nextStep ??
      (misconfigured ? "The portal's administrator has to check CLIENT_ID and its credential." : "Try again in a minute."),
    azure,
    cause,
  });
}
