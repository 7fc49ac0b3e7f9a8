import { randomUUID } from "node:crypto";
import type { CloudFacts } from "./clouds.ts";
import type { WireError, WireRequest, WireResponse } from "./contract.ts";

export type Answer = { status: number; headers: Record<string, string>; body: string };

const GRAPH_JSON = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8";

function armHeaders(request: WireRequest, cloud: CloudFacts, nowMs: number): Record<string, string> {
  const stamp = new Date(nowMs).toISOString().replace(/[-:]|\.\d{3}/g, "");
  const wantsEcho = request.headers["x-ms-return-client-request-id"]?.toLowerCase() === "true";
  const clientRequestId = request.headers["x-ms-client-request-id"];
  return {
    // The cloud's clock, not that of this computer: clients measure their own against it.
    date: new Date(nowMs).toUTCString(),
    "cache-control": "no-cache",
    pragma: "no-cache",
    expires: "-1",
    "strict-transport-security": "max-age=31536000; includeSubDomains",
    "x-content-type-options": "nosniff",
    "x-ms-request-id": request.requestId,
    "x-ms-correlation-request-id": request.correlationId,
    "x-ms-routing-request-id": `${cloud.homeRegion}:${stamp}:${randomUUID()}`,
    ...(wantsEcho && clientRequestId !== undefined ? { "x-ms-client-request-id": clientRequestId } : {}),
    ...(request.face === "resourceGraph" ? { "x-ms-resource-graph-request-duration": "0:00:00:00.0113270" } : {}),
  };
}

function graphHeaders(request: WireRequest): Record<string, string> {
  const diagnostic = {
    ServerInfo: { DataCenter: "Local Azure", Slice: "E", Ring: "1", ScaleUnit: "000", RoleInstance: "LOCAL" },
  };
  return {
    "cache-control": "no-cache",
    "strict-transport-security": "max-age=31536000",
    "odata-version": "4.0",
    "request-id": request.requestId,
    "client-request-id": request.headers["client-request-id"] ?? request.requestId,
    "x-ms-ags-diagnostic": JSON.stringify(diagnostic),
    "x-ms-resource-unit": "1",
  };
}

/** Headers of the whole face. Names and values as recorded; source: azure-apis.md 1.2 and 6.1. */
function commonHeaders(request: WireRequest, cloud: CloudFacts, nowMs: number): Record<string, string> {
  if (request.face === "graph") return graphHeaders(request);
  if (request.face !== "entra") return armHeaders(request, cloud, nowMs);
  return {
    "cache-control": "no-store, no-cache",
    pragma: "no-cache",
    expires: "-1",
    "x-content-type-options": "nosniff",
    "x-ms-request-id": request.requestId,
  };
}

function lowerCaseNames(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

/** The wire form of a handler's answer: common headers of the face, then those of the quota, then the handler's own. */
export function serialise(
  request: WireRequest,
  response: WireResponse,
  args: { cloud: CloudFacts; nowMs: number; quotaHeaders: Record<string, string> },
): Answer {
  const own = lowerCaseNames(response.headers ?? {});
  // Clients learn the service's time from here; Entra keeps the machine's, which its tokens follow.
  const date: Record<string, string> = request.face === "entra" ? {} : { date: new Date(args.nowMs).toUTCString() };
  const common = commonHeaders(request, args.cloud, args.nowMs);
  const headers: Record<string, string> = { ...date, ...common, ...args.quotaHeaders, ...own };
  if (response.body === undefined) return { status: response.status, headers, body: "" };
  const body = typeof response.body === "string" ? response.body : JSON.stringify(response.body);
  if (own["content-type"] === undefined) {
    headers["content-type"] = request.face === "graph" ? GRAPH_JSON : "application/json; charset=utf-8";
  }
  return { status: response.status, headers, body };
}

/** Graph errors get their innerError here, where ids and time are known. */
export function serialiseError(request: WireRequest, error: WireError, args: { cloud: CloudFacts; nowMs: number }): Answer {
  let body = error.body;
  if (request.face === "graph" && typeof body === "object" && body !== null && "error" in body) {
    const clientRequestId = request.headers["client-request-id"] ?? request.requestId;
    const date = new Date(args.nowMs).toISOString().slice(0, 19);
    const innerError = { date, "request-id": request.requestId, "client-request-id": clientRequestId };
    const inner = typeof body.error === "object" && body.error !== null ? body.error : {};
    body = { ...body, error: { ...inner, ...("innerError" in inner ? {} : { innerError }) } };
  }
  return serialise(request, { status: error.status, headers: error.headers, body }, { ...args, quotaHeaders: {} });
}
