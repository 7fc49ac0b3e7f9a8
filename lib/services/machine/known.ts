import "server-only";
import type { Known } from "@/lib/domain/api";
import { AppError } from "@/lib/domain/errors";
import { problemOf } from "@/lib/domain/problem";
import type { ServiceContext } from "../context";

type KnownContext = Pick<ServiceContext, "clock" | "traceId" | "signal" | "log">;

/**
 * One part of an answer that may fail without taking the others down: the value with its source, or the reason. A demand for
 * a stronger sign-in and the caller's leaving are no missing part; they end the request.
 */
export async function known<T>(ctx: KnownContext, source: string, read: () => Promise<T>): Promise<Known<T>> {
  try {
    return { known: true, value: await read(), source, asOf: ctx.clock.now().toISOString() };
  } catch (error) {
    if (ctx.signal.aborted || (error instanceof AppError && error.claims !== undefined)) throw error;
    if (!(error instanceof AppError)) ctx.log.error("machine.partFailed", error, { traceId: ctx.traceId, source });
    const problem = problemOf(error, ctx.traceId);
    return { known: false, reason: problem.detail, problem };
  }
}

export function valueIfKnown<T>(part: Known<T>): T | null {
  return part.known ? part.value : null;
}
