import { fileURLToPath } from "node:url";
import { LiveValidator } from "oav";
import type { JudgedExchange } from "./exchange.ts";
import { specVersionFor } from "./spec-versions.ts";

export type Finding = { code: string; message: string; path: string };
export type Verdict =
  | { kind: "judged"; operation: string; family: string; requestErrors: Finding[]; responseErrors: Finding[] }
  | { kind: "skipped"; reason: string };

export type ArmJudge = (exchange: JudgedExchange) => Promise<Verdict>;

const SPECS = fileURLToPath(new URL("../specs", import.meta.url));
type Issue = { code: string; message: string; jsonPathsInPayload?: string[]; pathsInPayload?: string[] };

async function loadJudge(): Promise<ArmJudge> {
  const validator = new LiveValidator(
    {
      directory: SPECS,
      swaggerPathsPattern: ["specification/**/*.json"],
      excludedSwaggerPathsPattern: ["**/examples/**/*", "**/common-types/**"],
      git: { shouldClone: false },
      isPathCaseSensitive: false,
      loadValidatorInInitialize: false,
      loadValidatorInBackground: false,
      // The other parser notes the line of everything it reads, which takes six times as long and is of no use here.
      useJsonParser: false,
    },
    () => undefined,
  );
  await validator.initialize();
  return (exchange) => judge(validator, exchange);
}

let loaded: Promise<ArmJudge> | null = null;

/** Loads the official descriptions, once in a process, and judges ARM exchanges by them. */
export function createArmJudge(): Promise<ArmJudge> {
  loaded ??= loadJudge();
  return loaded;
}

async function judge(validator: LiveValidator, exchange: JudgedExchange): Promise<Verdict> {
  const url = new URL(exchange.url);
  const asked = [...url.searchParams].find(([name]) => name.toLowerCase() === "api-version")?.[1] ?? "";
  const choice = specVersionFor(url.pathname, asked);
  if (!choice) return { kind: "skipped", reason: "no description of this path" };
  const path = url.pathname.replace(/\/{2,}/g, "/");
  const query = Object.fromEntries(
    [...url.searchParams].map(([name, value]) => [name.toLowerCase() === "api-version" ? "api-version" : name, value]),
  );
  query["api-version"] = choice.version;
  const result = await validator.validateLiveRequestResponse({
    liveRequest: {
      url: `https://management.azure.com${path}?${new URLSearchParams(query)}`,
      method: exchange.method,
      headers: exchange.requestHeaders,
      query,
      ...(exchange.requestBody === undefined ? {} : { body: exchange.requestBody }),
    },
    liveResponse: {
      statusCode: String(exchange.status),
      headers: exchange.responseHeaders,
      ...(exchange.responseBody === undefined ? {} : { body: exchange.responseBody }),
    },
  });
  const { requestValidationResult: request, responseValidationResult: response } = result;
  const operation = request.operationInfo?.operationId ?? "";
  const failure = result.runtimeException ?? request.runtimeException ?? response.runtimeException;
  if (failure) return { kind: "skipped", reason: failure.code };
  return {
    kind: "judged",
    operation,
    family: choice.family,
    requestErrors: request.errors.flatMap(findings),
    responseErrors: response.errors.flatMap(findings),
  };
}

/** The validator reports what is wrong in the same words as one issue: each place of it is a finding. */
function findings({ code, message, jsonPathsInPayload, pathsInPayload }: Issue): Finding[] {
  const paths = jsonPathsInPayload ?? pathsInPayload ?? [];
  return (paths.length > 0 ? paths : [""]).map((path) => ({ code, message, path }));
}
