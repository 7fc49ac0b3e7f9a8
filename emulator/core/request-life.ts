import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { authenticate, claimedUpn, demandStrongSignIn } from "./authenticate.ts";
import { authorise } from "./authorise.ts";
import { type Caller, WireError, type WireRequest } from "./contract.ts";
import { crossOriginHeaders, preflightHeaders } from "./cors.ts";
import { internalError } from "./errors.ts";
import { faceOf, splitPath } from "./faces.ts";
import { reshapeBody } from "./fault-effects.ts";
import type { FaultEffect, StoredFault } from "./faults.ts";
import type { Instance } from "./instance.ts";
import type { RouteMatch } from "./router.ts";
import { type Answer, serialise, serialiseError } from "./serialise.ts";
import { noRoute, strictCheck } from "./strict-check.ts";

/** A request as it came from the socket. */
export type Incoming = {
  method: string;
  /** Path and query, undecoded. */
  target: string;
  headers: Record<string, string>;
  body: string;
  /** True on the TLS listener. */
  secure: boolean;
  signal: AbortSignal;
};

/** What the socket has to do. */
export type Ending = { kind: "answer"; answer: Answer } | { kind: "reset" } | { kind: "cut"; answer: Answer; bytes: number };

type Shaped = { ending: Ending; answer: Answer | null };

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The life of a request, in order: log, context, faults, dispatch, strict check, authenticate, authorise, throttle, handle,
 * serialise, error. Each step is one function; a WireError ends the life early and is written in the form of the face.
 */
export async function live(instance: Instance, incoming: Incoming): Promise<Ending> {
  const startedMs = instance.wallNowMs();
  const { request, segments } = readRequest(incoming);
  instance.world.settle(instance.clock.nowMs());
  const callerUpn = claimedUpn(incoming.headers.authorization);
  const fault = instance.faults.take({ face: request.face, method: request.method, pathAndQuery: incoming.target, callerUpn });

  const shaped =
    (await meetFault(fault?.effect ?? null, request, incoming, instance)) ??
    shapeAnswer(fault?.effect ?? null, request, await answer(instance, request, segments), incoming);

  record(instance, { request, incoming, fault, callerUpn, startedMs, answer: shaped.answer });
  return shaped.ending;
}

function readRequest(incoming: Incoming): { request: WireRequest; segments: string[] } {
  // A target that starts with two slashes would otherwise be read as a host name; the npm SDK and PowerShell send such.
  const url = new URL(incoming.target.replace(/^\/{2,}/, "/"), "http://local-azure.invalid");
  const segments = splitPath(url.pathname);
  const face = faceOf(segments);
  const forwardedHost = incoming.headers["x-forwarded-host"];
  const origin =
    forwardedHost === undefined
      ? `${incoming.secure ? "https" : "http"}://${incoming.headers.host ?? "localhost"}`
      : `https://${forwardedHost}`;
  const requestId = randomUUID();
  const wantedCorrelation = incoming.headers["x-ms-correlation-request-id"] ?? "";
  const request: WireRequest = {
    face,
    method: incoming.method,
    origin,
    path: `/${segments.join("/")}`,
    query: url.searchParams,
    headers: incoming.headers,
    bodyText: incoming.body,
    json: () => parseJson(request),
    params: {},
    caller: null,
    requestId,
    correlationId: GUID.test(wantedCorrelation) ? wantedCorrelation : requestId,
  };
  return { request, segments };
}

function parseJson(request: WireRequest): unknown {
  if (request.bodyText.trim() === "") return undefined;
  try {
    return JSON.parse(request.bodyText);
  } catch {
    const [code, message] =
      request.face === "graph"
        ? [
            "BadRequest",
            "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.",
          ]
        : ["InvalidRequestContent", "The request content was invalid and could not be deserialized."];
    throw new WireError(400, { error: { code, message } });
  }
}

/** Faults that answer in place of the service, or hold the request up before it. Null: the request goes on. */
async function meetFault(
  effect: FaultEffect | null,
  request: WireRequest,
  incoming: Incoming,
  instance: Instance,
): Promise<Shaped | null> {
  if (effect === null) return null;
  if (effect.kind === "reset") return { ending: { kind: "reset" }, answer: null };
  if (effect.kind === "silence" || effect.kind === "delay") {
    await wait(effect.ms, undefined, { signal: incoming.signal }).catch(() => undefined);
    return effect.kind === "silence" ? { ending: { kind: "reset" }, answer: null } : null;
  }
  if (effect.kind !== "respond") return null;
  const contentType =
    effect.contentType ?? (typeof effect.body === "string" ? "text/plain; charset=utf-8" : "application/json; charset=utf-8");
  const headers = { ...(effect.body === undefined ? {} : { "content-type": contentType }), ...effect.headers };
  const made = serialise(
    request,
    { status: effect.status, headers, body: effect.body },
    { cloud: instance.cloud, nowMs: instance.clock.nowMs(), quotaHeaders: crossOriginHeaders(request) },
  );
  return { ending: { kind: "answer", answer: made }, answer: made };
}

/** Faults that spoil the finished answer. */
function shapeAnswer(effect: FaultEffect | null, request: WireRequest, answer: Answer, incoming: Incoming): Shaped {
  if (effect === null) return { ending: { kind: "answer", answer }, answer };
  if (effect.kind === "resetAfterHandling") return { ending: { kind: "reset" }, answer };
  if (effect.kind === "truncate") return { ending: { kind: "cut", answer, bytes: effect.bytes }, answer };
  const body = reshapeBody(effect, answer.body, request.face, request.origin + incoming.target);
  const shaped = { ...answer, body };
  return { ending: { kind: "answer", answer: shaped }, answer: shaped };
}

async function answer(instance: Instance, request: WireRequest, segments: string[]): Promise<Answer> {
  const facts = { cloud: instance.cloud, nowMs: instance.clock.nowMs() };
  const wide = request.face === "entra" ? {} : crossOriginHeaders(request);
  try {
    if (request.method === "OPTIONS" && request.face !== "entra") {
      return serialise(request, { status: 200, headers: preflightHeaders(request) }, { ...facts, quotaHeaders: {} });
    }
    const match = dispatch(instance, request, segments);
    strictCheck(request, match.route);
    const caller = await identify(instance, request, match);
    if (caller !== null) authorise(request, match.route, caller, instance);
    const quotaHeaders = caller === null ? {} : instance.throttle.take(request, caller);
    if (request.face !== "entra" && instance.options.latencyMs > 0) await wait(instance.options.latencyMs);
    const response = await match.route.handle(request, instance.context);
    return serialise(request, response, { ...facts, quotaHeaders: { ...wide, ...quotaHeaders } });
  } catch (error) {
    const made = serialiseError(request, error instanceof WireError ? error : unexpected(request, error), facts);
    return { ...made, headers: { ...wide, ...made.headers } };
  }
}

function dispatch(instance: Instance, request: WireRequest, segments: string[]): RouteMatch {
  const match = instance.router.match(request.face, request.method, segments);
  if (match === null) throw noRoute(request, instance.router.methodsAt(request.face, segments));
  request.params = match.params;
  return match;
}

async function identify(instance: Instance, request: WireRequest, match: RouteMatch): Promise<Caller | null> {
  if (match.route.right === undefined) return null;
  const caller = await authenticate(request, instance);
  request.caller = caller;
  demandStrongSignIn(request, caller, instance);
  return caller;
}

function unexpected(request: WireRequest, error: unknown): WireError {
  process.stderr.write(
    `local Azure: ${request.method} ${request.path} failed: ${error instanceof Error ? error.stack : String(error)}\n`,
  );
  return internalError(request.face);
}

type Recorded = {
  request: WireRequest;
  incoming: Incoming;
  fault: StoredFault | null;
  callerUpn: string | null;
  startedMs: number;
  answer: Answer | null;
};

function record(instance: Instance, args: Recorded): void {
  const { request, incoming, answer } = args;
  const oid = request.caller?.objectId ?? null;
  const { face, method, path } = request;
  instance.tally.add({ face, method, path, status: answer?.status ?? 0, atMs: args.startedMs });
  instance.recorder.add({
    atMs: args.startedMs,
    durationMs: instance.wallNowMs() - args.startedMs,
    face: request.face,
    method: request.method,
    url: request.origin + incoming.target,
    path: request.path,
    host: new URL(request.origin).host,
    caller: oid === null ? null : { upn: args.callerUpn ?? request.caller?.appId ?? "", oid },
    requestHeaders: incoming.headers,
    requestBody: incoming.body,
    // 0 says that the client got no answer at all.
    status: answer?.status ?? 0,
    responseHeaders: answer?.headers ?? {},
    // The answer of a vault is a secret.
    responseBody: request.face === "keyVault" && answer?.status === 200 ? "" : (answer?.body ?? ""),
    requestBodyCut: false,
    responseBodyCut: false,
    faultId: args.fault?.id ?? null,
  });
}
