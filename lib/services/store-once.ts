import "server-only";
import { storeErrorOf } from "@/lib/db/query";
import { AppError } from "@/lib/domain/errors";

/** The store did not take what has to be there before anything is sent. */
export function notStored(cause: unknown, what = "The audit could not be written"): AppError {
  return new AppError({
    code: "internal",
    message: `${what}, so nothing was sent to Azure.`,
    nextStep: "Tell the portal's administrator that the store does not take writes, then try again.",
    cause,
  });
}

/**
 * Stores what a submit asks for. A submit that was sent twice at once breaks `primaryKey`: the other one has stored the same, so
 * that is no failure. `taken` = what it means when another key is broken. Throws AppError.
 */
export async function storeOnce(args: {
  store: () => Promise<void>;
  primaryKey: string;
  taken?: { key: string; error: () => AppError };
  what?: string;
}): Promise<void> {
  const { primaryKey, taken } = args;
  try {
    await args.store();
  } catch (error) {
    const { code, constraint } = storeErrorOf(error);
    if (code === "23505" && constraint === primaryKey) return;
    if (code === "23505" && taken !== undefined && constraint === taken.key) throw taken.error();
    throw notStored(error, args.what);
  }
}
