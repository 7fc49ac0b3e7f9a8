import "server-only";
import { z } from "zod";
import { AppError, type ErrorCode } from "@/lib/domain/errors";
import type { CallOptions } from "./ports";
import type { RestClient } from "./rest-client";
import { sleepFor } from "./retry";

/** Most requests that one batch takes. */
const STEPS = 20;
/** A step that Graph throttles inside a batch is asked again this often, after the wait it names. */
const ROUNDS = 4;
const LONGEST_WAIT_MS = 20_000;

const stepWireSchema = z.looseObject({
  id: z.string(),
  status: z.number(),
  headers: z.record(z.string(), z.unknown()).optional().catch(undefined),
  body: z.unknown().optional(),
});
const batchWireSchema = z.looseObject({ responses: z.array(z.unknown()) });
const errorWireSchema = z.looseObject({ error: z.looseObject({ code: z.string(), message: z.string().optional() }) });

/** The answer to one step: its body, or the reason why there is none. */
export type GraphBatch = { body: unknown; error: AppError | null };
type Step = { index: number; url: string };

function retryAfterMs(headers: Record<string, unknown> | undefined): number {
  const entry = Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === "retry-after");
  const seconds = Number(entry?.[1]);
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds * 1000, LONGEST_WAIT_MS) : 1_000;
}

const CODES: Record<number, ErrorCode> = { 401: "unauthenticated", 403: "forbidden", 404: "not_found", 429: "throttled" };

function refusal(status: number, body: unknown): AppError {
  const wire = errorWireSchema.safeParse(body);
  const code = wire.success ? wire.data.error.code : null;
  const message = wire.success ? (wire.data.error.message ?? wire.data.error.code) : `HTTP ${status}`;
  return new AppError({
    code: CODES[status] ?? "upstream",
    message: `Microsoft Graph refused one part: ${message}`,
    azure: { status, code, message, requestId: null, correlationId: null, retryAfterSeconds: null, service: "graph" },
  });
}

async function sendOnce(rest: RestClient, steps: readonly Step[], options: CallOptions) {
  const answer = await rest.send({
    ...options,
    method: "POST",
    url: "/v1.0/$batch",
    body: { requests: steps.map(({ index, url }) => ({ id: String(index), method: "GET", url })) },
    subject: "a batch of directory reads",
    asksOnly: true,
  });
  const wire = batchWireSchema.safeParse(answer.body);
  const parsed = (wire.success ? wire.data.responses : []).map((item) => stepWireSchema.safeParse(item));
  return new Map(parsed.flatMap((item) => (item.success ? [[item.data.id, item.data] as const] : [])));
}

async function runBatch(rest: RestClient, steps: Step[], results: GraphBatch[], options: CallOptions): Promise<void> {
  let open = steps;
  for (let round = 1; open.length > 0; round++) {
    const answers = await sendOnce(rest, open, options);
    const again: Step[] = [];
    let waitMs = 0;
    for (const step of open) {
      const answer = answers.get(String(step.index));
      if (answer?.status === 429 && round < ROUNDS) {
        again.push(step);
        waitMs = Math.max(waitMs, retryAfterMs(answer.headers));
      } else if (answer === undefined) {
        results[step.index] = { body: null, error: refusal(502, null) };
      } else {
        const fine = answer.status >= 200 && answer.status < 300;
        results[step.index] = fine
          ? { body: answer.body, error: null }
          : { body: null, error: refusal(answer.status, answer.body) };
      }
    }
    open = again;
    if (open.length > 0) {
      options.onWait?.(waitMs);
      await sleepFor(waitMs, options.signal);
    }
  }
}

/**
 * Many GETs, 20 a request, answers in the order of `urls` (the service answers in any order). A refused step is an error of
 * its own and never throws; a throttled one is asked again. Source: Graph, "Combine multiple requests using JSON batching".
 */
export async function batchGet(
  rest: RestClient,
  urls: readonly string[],
  lanes: number,
  options: CallOptions = {},
): Promise<GraphBatch[]> {
  const results: GraphBatch[] = new Array(urls.length);
  const steps = urls.map((url, index): Step => ({ index, url }));
  let next = 0;
  async function lane(): Promise<void> {
    while (next < steps.length) {
      const from = next;
      next += STEPS;
      await runBatch(rest, steps.slice(from, from + STEPS), results, options);
    }
  }
  await Promise.all(Array.from({ length: Math.min(lanes, Math.ceil(urls.length / STEPS)) }, lane));
  return results;
}
