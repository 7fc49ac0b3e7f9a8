import "server-only";
import type { IncompleteInput, InputSource } from "@/lib/domain/access/types";
import { AppError } from "@/lib/domain/errors";
import type { Completeness } from "@/lib/domain/fleet-wire";
import { problemOf } from "@/lib/domain/problem";
import type { ServiceContext } from "../context";

export type GapContext = Pick<ServiceContext, "traceId" | "signal" | "log">;

/** Collects what could not be read and why, once for the engine and once for people. */
export type Gaps = {
  note(source: InputSource, at: string | null, label: string, error: unknown): void;
  /** The value of a read, or `otherwise` and a gap. A refused sign-in and the caller's leaving end the request instead. */
  orElse<T>(source: InputSource, at: string | null, label: string, otherwise: T, read: () => Promise<T>): Promise<T>;
  incomplete(): IncompleteInput[];
  completeness(asOf: string, received: number, expected: number | null): Completeness;
};

/** The portal itself cannot go on without a sign-in; everything else makes the answer poorer and says so. */
export function mustStop(error: unknown, ctx: Pick<GapContext, "signal">): boolean {
  return ctx.signal.aborted || (error instanceof AppError && (error.code === "unauthenticated" || error.claims !== undefined));
}

export function createGaps(ctx: GapContext): Gaps {
  const incomplete: IncompleteInput[] = [];
  const missing: Completeness["missing"] = [];

  function note(source: InputSource, at: string | null, label: string, error: unknown): void {
    if (!(error instanceof AppError)) ctx.log.error("access.partFailed", error, { traceId: ctx.traceId, source });
    const problem = problemOf(error, ctx.traceId);
    incomplete.push({ source, at, label, reason: problem.detail });
    missing.push({ source, label, problem });
  }

  return {
    note,
    async orElse(source, at, label, otherwise, read) {
      try {
        return await read();
      } catch (error) {
        if (mustStop(error, ctx)) throw error;
        note(source, at, label, error);
        return otherwise;
      }
    },
    incomplete: () => incomplete,
    completeness: (asOf, received, expected) => ({ expected, received, complete: missing.length === 0, missing, asOf }),
  };
}
