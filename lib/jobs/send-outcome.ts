import "server-only";
import { AppError } from "@/lib/domain/errors";

/**
 * What an error of a write means for the write. `notSent`: the caller's sign-in was refused, nothing was accepted and the
 * same request may be repeated. `refused`: Azure said no. `unknown`: it may or may not have been accepted.
 */
export function sendOutcome(error: unknown): "notSent" | "refused" | "unknown" {
  if (!(error instanceof AppError)) return "unknown";
  if (error.code === "unauthenticated") return "notSent";
  const status = error.azure?.status ?? null;
  if (status !== null && status >= 400 && status < 500 && status !== 408) return "refused";
  if (status === null && (error.code === "forbidden" || error.code === "invalid_input")) return "refused";
  return "unknown";
}
