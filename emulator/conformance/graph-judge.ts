import { readFileSync } from "node:fs";
import { type Document, OpenAPIBackend } from "openapi-backend";
import type { Finding, Verdict } from "./arm-judge.ts";
import type { JudgedExchange } from "./exchange.ts";

export type GraphJudge = (exchange: JudgedExchange) => Verdict;

const DESCRIPTION = new URL("../specs/graph-v1.0-subset.openapi.json", import.meta.url);

/** Paths that the subset spells differently: own account, type casts, keys in brackets. */
function subsetPath(path: string): string {
  return (
    path
      .replace(/^\/v1\.0/i, "")
      .replace(/^\/me(?=\/|$)/i, "/users/me")
      // A cast list answers like the list of that type, and takes its options.
      .replace(/^.*\/microsoft\.graph\.(user|group|device|servicePrincipal)$/i, "/$1s")
      .replace(/^\/(users|groups|servicePrincipals|devices)\('([^']+)'\)/i, (_all, set: string, key: string) => `/${set}/${key}`)
  );
}

async function loadJudge(): Promise<GraphJudge> {
  const definition = JSON.parse(readFileSync(DESCRIPTION, "utf8")) as Document;
  const api = new OpenAPIBackend({
    definition: { ...definition, servers: [] },
    quick: true,
    strict: false,
    ajvOpts: { strict: false, validateFormats: false, allErrors: true },
  });
  await api.init();
  return (exchange) => judge(api, exchange);
}

let loaded: Promise<GraphJudge> | null = null;

/** Loads the Graph description, once in a process, and judges v1.0 exchanges by it. Reads in beta and batches are in no description. */
export function createGraphJudge(): Promise<GraphJudge> {
  loaded ??= loadJudge();
  return loaded;
}

function judge(api: OpenAPIBackend, exchange: JudgedExchange): Verdict {
  const url = new URL(exchange.url);
  if (!/^\/v1\.0\//i.test(url.pathname)) return { kind: "skipped", reason: "not v1.0" };
  const path = subsetPath(decodeURIComponent(url.pathname));
  const request = {
    method: exchange.method,
    path,
    query: Object.fromEntries([...url.searchParams].filter(([name]) => name.toLowerCase() !== "$skiptoken")),
    headers: exchange.requestHeaders,
    body: exchange.requestBody,
  };
  const operation = api.matchOperation(request);
  if (!operation?.operationId) return { kind: "skipped", reason: "no description of this path" };
  const requestErrors = errorsOf(api.validateRequest(request, operation).errors);
  const isJson = exchange.responseBody !== undefined && exchange.status < 300;
  const responseErrors = isJson ? errorsOf(api.validateResponse(exchange.responseBody, operation, exchange.status).errors) : [];
  return { kind: "judged", operation: operation.operationId, family: "graph", requestErrors, responseErrors };
}

type SchemaError = { keyword?: string; instancePath?: string; message?: string; params?: unknown };

function errorsOf(errors: readonly SchemaError[] | null | undefined): Finding[] {
  return (errors ?? []).map(({ keyword = "", instancePath = "", message = "", params }) => ({
    code: keyword,
    message: `${message} ${JSON.stringify(params ?? {})}`,
    path: instancePath,
  }));
}
