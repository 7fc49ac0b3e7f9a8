import "server-only";
import { AuthorizationManagementClient } from "@azure/arm-authorization";
import { HybridComputeManagementClient } from "@azure/arm-hybridcompute";
import type { TokenCredential } from "@azure/core-auth";
import { deserializationPolicy, serializationPolicy } from "@azure/core-client";
import { isRestError, type Pipeline, type PipelinePolicy } from "@azure/core-rest-pipeline";
import { AppError } from "@/lib/domain/errors";
import { refusalError } from "./errors";
import type { AzurePipeline } from "./pipeline";

/** The api-version that is burnt into @azure/arm-hybridcompute 3.0.0. */
const SDK_API_VERSION = "api-version=2021-05-20";

/**
 * Raises the SDK's api-version. Only the exact value it writes itself is replaced: next links and signed operation addresses
 * carry other values and break when a character of them changes.
 */
function apiVersionPolicy(apiVersion: string): PipelinePolicy {
  const own = new RegExp(`([?&])${SDK_API_VERSION}(?=&|$)`);
  return {
    name: "arcwardenApiVersionPolicy",
    sendRequest(request, next) {
      request.url = request.url.replace(own, `$1api-version=${apiVersion}`);
      return next(request);
    },
  };
}

/** The authorization SDK leaves empty path segments where a resource has no parent; Azure's front end need not tolerate them. */
const singleSlashPolicy: PipelinePolicy = {
  name: "arcwardenSingleSlashPolicy",
  sendRequest(request, next) {
    const url = new URL(request.url);
    const path = url.pathname.replace(/\/{2,}/g, "/");
    if (path !== url.pathname) request.url = `${url.origin}${path}${url.search}`;
    return next(request);
  },
};

/** The SDKs demand a credential although their pipeline is ours and carries the operator's token already. */
const PIPELINE_CARRIES_TOKEN: TokenCredential = {
  getToken: () => Promise.reject(new Error("The SDK must not ask for tokens: the pipeline does.")),
};

function sdkPipeline(source: AzurePipeline, policies: readonly PipelinePolicy[]): Pipeline {
  const pipeline = source.pipeline.clone();
  pipeline.addPolicy(serializationPolicy(), { phase: "Serialize" });
  pipeline.addPolicy(deserializationPolicy(), { phase: "Deserialize" });
  for (const policy of policies) pipeline.addPolicy(policy);
  return pipeline;
}

function sdkOptions(source: AzurePipeline, policies: readonly PipelinePolicy[]) {
  return {
    endpoint: source.origin,
    credentialScopes: [source.scope],
    pipeline: sdkPipeline(source, policies),
    httpClient: source.httpClient,
  };
}

/** One client per request and operator: the SDK's clients are cheap to make and must not outlive their token. */
export function hybridComputeSdk(
  source: AzurePipeline,
  subscriptionId: string,
  apiVersion: string,
): HybridComputeManagementClient {
  return new HybridComputeManagementClient(
    PIPELINE_CARRIES_TOKEN,
    subscriptionId,
    sdkOptions(source, [apiVersionPolicy(apiVersion)]),
  );
}

export function authorizationSdk(source: AzurePipeline, subscriptionId: string): AuthorizationManagementClient {
  return new AuthorizationManagementClient(PIPELINE_CARRIES_TOKEN, subscriptionId, sdkOptions(source, [singleSlashPolicy]));
}

/** An error of an SDK call in the portal's form. Errors that are ours already, and aborts, pass as they are. */
export function fromSdkError(error: unknown, source: AzurePipeline, subject: string, isWrite = false): unknown {
  if (error instanceof AppError || !isRestError(error) || error.response === undefined) return error;
  const { status, headers, bodyAsText } = error.response;
  return refusalError({
    answer: { status, headers, bodyText: bodyAsText ?? "" },
    service: source.service,
    subject,
    isWrite,
    now: source.clock.now(),
  });
}

/** The body of a successful answer that only the SDK's deserialiser stumbled over; null for any other error. */
export function readableBody(error: unknown): string | null {
  if (!isRestError(error) || error.response === undefined) return null;
  const { status, bodyAsText } = error.response;
  return status >= 200 && status < 300 ? (bodyAsText ?? null) : null;
}
