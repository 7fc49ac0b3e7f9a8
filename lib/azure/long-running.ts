import "server-only";
import { z } from "zod";
import type { AzureFailure } from "@/lib/domain/errors";
import { readErrorObject } from "./errors";
import type { AzurePipeline } from "./pipeline";
import type { CallOptions, LongRunningStart, LongRunningStatus } from "./ports";
import { assertSameOrigin, type RestAnswer, type RestClient, unexpectedShape } from "./rest-client";

const statusWireSchema = z.looseObject({
  status: z.string().optional().catch(undefined),
  properties: z
    .looseObject({ provisioningState: z.string().optional().catch(undefined) })
    .nullish()
    .catch(null),
});

const REMAINING = [
  "x-ms-ratelimit-remaining-subscription-writes",
  "x-ms-ratelimit-remaining-subscription-deletes",
  "x-ms-ratelimit-remaining-subscription-resource-requests",
];

/** The tightest of the limits that the answer names. Source: "Understand how Azure Resource Manager throttles requests". */
function remainingOf(answer: RestAnswer): number | null {
  const counts = REMAINING.map((name) => answer.header(name)?.trim() ?? "").filter((text) => /^\d+$/.test(text));
  return counts.length === 0 ? null : Math.min(...counts.map(Number));
}

/** What a PUT, PATCH or DELETE said about going on. Addresses are kept byte for byte: they are signed. */
export function toLongRunningStart(answer: RestAnswer): LongRunningStart {
  return {
    status: answer.status,
    operationUrl: answer.header("azure-asyncoperation"),
    locationUrl: answer.header("location"),
    retryAfterSeconds: answer.retryAfterSeconds,
    body: answer.body ?? null,
    requestId: answer.requestId,
    correlationId: answer.correlationId,
    remaining: remainingOf(answer),
  };
}

/**
 * Succeeded, Failed and Canceled end an operation; every other word means that it runs.
 * Source: "Track asynchronous Azure operations".
 */
export function phaseOf(azureStatus: string): LongRunningStatus["phase"] {
  switch (azureStatus.toLowerCase()) {
    case "succeeded":
      return "succeeded";
    case "failed":
      return "failed";
    case "canceled":
    case "cancelled":
      return "canceled";
    default:
      return "running";
  }
}

function failureIn(answer: RestAnswer): AzureFailure | null {
  const words = readErrorObject(answer.body);
  if (words === null) return null;
  return {
    ...words,
    status: answer.status,
    requestId: answer.requestId,
    correlationId: answer.correlationId,
    retryAfterSeconds: null,
    service: "arm",
  };
}

function fromStatusBody(answer: RestAnswer): LongRunningStatus | null {
  const wire = statusWireSchema.safeParse(answer.body);
  const azureStatus = wire.success ? (wire.data.status ?? wire.data.properties?.provisioningState) : undefined;
  if (azureStatus === undefined) return null;
  const phase = phaseOf(azureStatus);
  const ended = phase === "failed" || phase === "canceled";
  return { azureStatus, phase, failure: ended ? failureIn(answer) : null, retryAfterSeconds: answer.retryAfterSeconds };
}

/** Asks once how a long-running operation stands. Throws AppError when Azure refuses or no answer comes. */
export async function readOperationStatus(args: {
  rest: RestClient;
  pipeline: AzurePipeline;
  start: Pick<LongRunningStart, "operationUrl" | "locationUrl">;
  options: CallOptions;
}): Promise<LongRunningStatus> {
  const { operationUrl, locationUrl } = args.start;
  const url = operationUrl ?? locationUrl;
  if (url === null) throw unexpectedShape(args.pipeline, "a long-running operation without an address to ask", null);
  assertSameOrigin(url, args.pipeline);
  const answer = await args.rest.send({ ...args.options, method: "GET", url, subject: "the state of the operation" });
  if (operationUrl !== null) {
    const status = fromStatusBody(answer);
    if (status === null) throw unexpectedShape(args.pipeline, "the operation", answer.requestId);
    return status;
  }
  // A Location answers 202 while it runs and then with the result itself, which may be empty.
  if (answer.status === 202) {
    return { azureStatus: "InProgress", phase: "running", failure: null, retryAfterSeconds: answer.retryAfterSeconds };
  }
  return fromStatusBody(answer) ?? { azureStatus: "Succeeded", phase: "succeeded", failure: null, retryAfterSeconds: null };
}
