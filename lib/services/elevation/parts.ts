import "server-only";
import { refusalOf } from "@/lib/domain/elevation/refusals";
import type { ElevationRefusal } from "@/lib/domain/elevation/write-api";
import { AppError } from "@/lib/domain/errors";
import type { Completeness } from "@/lib/domain/fleet-wire";
import { problemOf } from "@/lib/domain/problem";
import { mustStop } from "../access/gaps";
import type { ServiceContext } from "../context";

/** Reads the parts of an answer; a part that cannot be read makes the answer poorer and is named in it. */
export type Parts = {
  orElse<T>(source: string, label: string, otherwise: T, read: () => Promise<T>): Promise<T>;
  note(source: string, label: string, error: unknown): void;
  completeness(asOf: string, received: number): Completeness;
  /** What the whole tenant lacks: the licence, or the right to ask at all. null = nothing of that kind. */
  notice(): ElevationRefusal | null;
};

export function createParts(ctx: ServiceContext): Parts {
  const missing: Completeness["missing"] = [];
  const notices: ElevationRefusal[] = [];

  function note(source: string, label: string, error: unknown): void {
    if (!(error instanceof AppError)) ctx.log.error("elevation.partFailed", error, { traceId: ctx.traceId, source });
    missing.push({ source, label, problem: problemOf(error, ctx.traceId) });
    const azure = error instanceof AppError ? error.azure : undefined;
    const id = azure === undefined ? null : refusalOf(azure).id;
    // Settings and decisions of single scopes may be closed to somebody who may do everything else.
    const isDetail = source === "policies" || source === "stages";
    if (azure !== undefined && (id === "licenceMissing" || (id === "noPermission" && !isDetail))) {
      notices.push({ id, values: {}, azure });
    }
  }

  return {
    note,
    async orElse(source, label, otherwise, read) {
      try {
        return await read();
      } catch (error) {
        if (mustStop(error, ctx)) throw error;
        note(source, label, error);
        return otherwise;
      }
    },
    completeness: (asOf, received) => ({
      expected: missing.length === 0 ? received : null,
      received,
      complete: missing.length === 0,
      missing,
      asOf,
    }),
    notice: () => notices.find(({ id }) => id === "licenceMissing") ?? notices[0] ?? null,
  };
}
