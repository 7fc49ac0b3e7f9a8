import "server-only";
import { createHttpHeaders, createPipelineRequest, type HttpMethods, type PipelineResponse } from "@azure/core-rest-pipeline";
import type { AppError } from "@/lib/domain/errors";
import { lostAnswerError, refusalError, serviceName } from "./errors";
import type { AzurePipeline } from "./pipeline";
import type { CallOptions } from "./ports";
import { parsedBody, type RetryHints, setRetryHints } from "./retry";
import { readRetryAfterMs } from "./retry-after";

type RestRequest = {
  method: HttpMethods;
  /** Path below the service's origin, already encoded; or an absolute address of the same origin, used byte for byte. */
  url: string;
  query?: Record<string, string>;
  body?: unknown;
  headers?: Record<string, string>;
  /** What is asked for, in words: "machine SRV01". Completes "Azure refused ...". */
  subject: string;
  /** Statuses besides 2xx that are no error. */
  accept?: readonly number[];
  /** A POST that only asks may be repeated. GET and HEAD always may. */
  asksOnly?: boolean;
  onWait?: (ms: number, refused: boolean) => void;
} & Omit<CallOptions, "onWait">;

export type RestAnswer = {
  status: number;
  body: unknown;
  header(name: string): string | null;
  requestId: string | null;
  correlationId: string | null;
  retryAfterSeconds: number | null;
};

export type RestClient = {
  /** Throws AppError with `azure` filled; the signal's reason when the caller left. */
  send(request: RestRequest): Promise<RestAnswer>;
  origin: string;
};

function absoluteUrl(pipeline: AzurePipeline, request: RestRequest): string {
  if (!request.url.startsWith("/")) {
    assertSameOrigin(request.url, pipeline);
    return request.url;
  }
  const query = Object.entries(request.query ?? {})
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join("&");
  return `${pipeline.origin}${request.url}${query === "" ? "" : `?${query}`}`;
}

/**
 * Refuses an address that Azure handed out when it points to another host than the configured service: the portal would
 * otherwise carry an operator's token wherever an answer says. Throws AppError upstream.
 */
export function assertSameOrigin(url: string, target: Pick<AzurePipeline, "origin" | "service">): void {
  const origin = URL.canParse(url) ? new URL(url).origin : "no address";
  if (origin === target.origin) return;
  throw lostAnswerError({
    service: target.service,
    what: "untrusted",
    message: `the answer named an address outside the service (${origin}), which was refused.`,
  });
}

function toAnswer(response: PipelineResponse, now: Date): RestAnswer {
  const { status, headers, bodyAsText } = response;
  const waitMs = readRetryAfterMs({ status, headers, bodyText: bodyAsText ?? "" }, now);
  return {
    status,
    body: parsedBody(response),
    header: (name) => headers.get(name) ?? null,
    requestId: headers.get("x-ms-request-id") ?? headers.get("request-id") ?? null,
    correlationId: headers.get("x-ms-correlation-request-id") ?? headers.get("client-request-id") ?? null,
    retryAfterSeconds: waitMs === null ? null : Math.ceil(waitMs / 1000),
  };
}

/** A small typed client for what the published SDKs lack or lose. Shares their pipeline: token, retry, wire. */
export function createRestClient(pipeline: AzurePipeline): RestClient {
  async function send(request: RestRequest): Promise<RestAnswer> {
    const asks = request.method === "GET" || request.method === "HEAD" || request.asksOnly === true;
    const headers = createHttpHeaders({ accept: "application/json", ...request.headers });
    if (request.clientRequestId !== undefined) headers.set("x-ms-client-request-id", request.clientRequestId);
    if (request.body !== undefined) headers.set("content-type", "application/json; charset=utf-8");
    const wireRequest = createPipelineRequest({
      url: absoluteUrl(pipeline, request),
      method: request.method,
      headers,
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      ...(request.signal === undefined ? {} : { abortSignal: request.signal }),
    });
    const hints: RetryHints = { repeatable: asks };
    if (!asks) hints.timeoutMs = pipeline.writeTimeoutMs;
    if (request.once === true) hints.once = true;
    if (request.onWait !== undefined) hints.onWait = request.onWait;
    setRetryHints(wireRequest, hints);

    const response = await pipeline.pipeline.sendRequest(pipeline.httpClient, wireRequest);
    const accepted = (response.status >= 200 && response.status < 300) || request.accept?.includes(response.status) === true;
    const now = pipeline.clock.now();
    if (accepted) return toAnswer(response, now);
    throw refusalError({
      answer: { status: response.status, headers: response.headers, bodyText: response.bodyAsText ?? "" },
      service: pipeline.service,
      subject: request.subject,
      isWrite: !asks,
      now,
    });
  }
  return { send, origin: pipeline.origin };
}

/** An answer of status 200 whose body does not have the form the API promises. */
export function unexpectedShape(pipeline: Pick<AzurePipeline, "service">, subject: string, requestId: string | null): AppError {
  return lostAnswerError({
    service: pipeline.service,
    what: "malformed",
    status: 200,
    requestId,
    message: `the answer about ${subject} does not have the form that ${serviceName(pipeline.service)} documents.`,
  });
}
