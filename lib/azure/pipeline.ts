import "server-only";
import { randomUUID } from "node:crypto";
import type { TokenCredential } from "@azure/core-auth";
import {
  createDefaultHttpClient,
  createEmptyPipeline,
  decompressResponsePolicy,
  type HttpClient,
  type Pipeline,
  type PipelinePolicy,
} from "@azure/core-rest-pipeline";
import type { Cloud } from "@/lib/domain/clouds";
import { authenticationPolicy } from "./authentication";
import type { AzureService } from "./errors";
import {
  type AzureClock,
  DEFAULT_ATTEMPT_TIMEOUT_MS,
  DEFAULT_BUDGET_MS,
  DEFAULT_MAX_ATTEMPTS,
  retryPolicy,
  type Sleep,
  sleepFor,
} from "./retry";
import { type WireMap, wireHttpClient } from "./wire";

/** Where Azure is. `ServerConfig` fits. */
export type AzureSettings = {
  cloud: Cloud;
  wireMap: WireMap;
  version: string;
  /** Longest silence of one attempt, in milliseconds. */
  azureTimeoutMs?: number | undefined;
};

export type PipelineArgs = {
  settings: AzureSettings;
  tokens: TokenCredential;
  clock: AzureClock;
  service: Exclude<AzureService, "entra">;
  /** Ends every call of this pipeline; a call's own signal ends that call too. */
  signal?: AbortSignal;
  sleep?: Sleep;
  random?: () => number;
  httpClient?: HttpClient;
  attemptTimeoutMs?: number;
  writeTimeoutMs?: number;
  budgetMs?: number;
};

/** A pipeline together with the client that ends it. One per request and operator. */
export type AzurePipeline = {
  pipeline: Pipeline;
  httpClient: HttpClient;
  /** Https origin of the service in this cloud; nothing else is called and no token goes elsewhere. */
  origin: string;
  scope: string;
  service: Exclude<AzureService, "entra">;
  clock: AzureClock;
  signal: AbortSignal | undefined;
  /** Longest silence of a write, in milliseconds. */
  writeTimeoutMs: number;
};

/** Longer than for reads: a write cannot be repeated, so its answer is worth waiting for. */
const WRITE_TIMEOUT_MS = 30_000;

/** The signal that ends a call: the caller's own, the request's, or both. */
export function linkedSignal(own: AbortSignal | undefined, shared: AbortSignal | undefined): AbortSignal | undefined {
  if (own === undefined || shared === undefined) return own ?? shared;
  return own === shared ? own : AbortSignal.any([own, shared]);
}

function linkedSignalPolicy(shared: AbortSignal): PipelinePolicy {
  return {
    name: "arcwardenLinkedSignalPolicy",
    sendRequest(request, next) {
      const own = request.abortSignal instanceof AbortSignal ? request.abortSignal : undefined;
      request.abortSignal = linkedSignal(own, shared) ?? shared;
      return next(request);
    },
  };
}

const sharedHttpClient: { client: HttpClient | null } = { client: null };

/** Sockets may be shared between operators; tokens and retry state may not, so only this object is. */
function defaultHttpClient(): HttpClient {
  sharedHttpClient.client ??= createDefaultHttpClient();
  return sharedHttpClient.client;
}

function identificationPolicy(version: string): PipelinePolicy {
  return {
    name: "arcwardenIdentificationPolicy",
    sendRequest(request, next) {
      request.headers.set("user-agent", `arcwarden/${version}`);
      if (!request.headers.has("x-ms-client-request-id")) request.headers.set("x-ms-client-request-id", randomUUID());
      const id = request.headers.get("x-ms-client-request-id") ?? "";
      request.headers.set("client-request-id", id);
      request.headers.set("x-ms-return-client-request-id", "true");
      return next(request);
    },
  };
}

/**
 * The one place that makes a pipeline to Azure: who we are, compression, retry with a total budget, the operator's token,
 * and the wire that refuses foreign origins and redirects. The token is taken anew for each attempt.
 */
export function createAzurePipeline(args: PipelineArgs): AzurePipeline {
  const origin = args.service === "graph" ? args.settings.cloud.graph : args.settings.cloud.arm;
  const scope = `${origin}/.default`;
  const pipeline = createEmptyPipeline();
  if (args.signal !== undefined) pipeline.addPolicy(linkedSignalPolicy(args.signal));
  pipeline.addPolicy(identificationPolicy(args.settings.version));
  pipeline.addPolicy(decompressResponsePolicy());
  pipeline.addPolicy(
    retryPolicy({
      service: args.service,
      clock: args.clock,
      sleep: args.sleep ?? sleepFor,
      random: args.random ?? Math.random,
      maxAttempts: DEFAULT_MAX_ATTEMPTS,
      attemptTimeoutMs: args.attemptTimeoutMs ?? args.settings.azureTimeoutMs ?? DEFAULT_ATTEMPT_TIMEOUT_MS,
      budgetMs: args.budgetMs ?? DEFAULT_BUDGET_MS,
    }),
    { phase: "Retry" },
  );
  pipeline.addPolicy(authenticationPolicy({ tokens: args.tokens, scope, origin }), { phase: "Sign" });
  const httpClient = wireHttpClient({
    inner: args.httpClient ?? defaultHttpClient(),
    wireMap: args.settings.wireMap,
    service: args.service,
  });
  const { service, clock, signal, writeTimeoutMs = WRITE_TIMEOUT_MS } = args;
  return { pipeline, httpClient, origin, scope, service, clock, signal, writeTimeoutMs };
}
