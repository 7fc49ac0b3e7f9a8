import type { TokenCredential } from "@azure/core-auth";
import { createHttpHeaders, type HttpClient, type PipelineRequest, RestError } from "@azure/core-rest-pipeline";
import { cloudById } from "@/lib/domain/clouds";
import { type AzureMemory, createAzureClients, createAzureMemory } from "./clients";
import type { AzureSettings } from "./pipeline";
import type { AzureClients } from "./ports";

/** Test double for the network: answers requests from a script and records what was sent. Used by tests only. */
export type FakeAnswer =
  | { status: number; body?: unknown; text?: string; headers?: Record<string, string> }
  | { fail: "reset" | "silence" };

export type SentRequest = { method: string; url: string; body: unknown; headers: Record<string, string> };

const FAKE_SETTINGS: AzureSettings = {
  cloud: cloudById("public"),
  wireMap: {
    "https://management.azure.com": "https://management.azure.com",
    "https://graph.microsoft.com": "https://graph.microsoft.com",
  },
  version: "test",
};

function failure(kind: "reset" | "silence", request: PipelineRequest): Error {
  if (kind === "reset") return new RestError("socket hang up", { code: "ECONNRESET", request });
  const error = new Error("The operation was aborted.");
  error.name = "AbortError";
  return error;
}

export type FakeAzure = {
  clients: AzureClients;
  sent: SentRequest[];
  waits: number[];
  memory: AzureMemory;
  now: { ms: number };
};

export type FakeOptions = {
  tokens?: TokenCredential;
  settings?: AzureSettings;
  memory?: AzureMemory;
  signal?: AbortSignal;
  budgetMs?: number;
};

/** Clients over a scripted network. Answers are used in turn, the last one for ever; a function sees the request. */
export function fakeAzure(
  script: readonly FakeAnswer[] | ((request: SentRequest, count: number) => FakeAnswer),
  options: FakeOptions = {},
): FakeAzure {
  const sent: SentRequest[] = [];
  const waits: number[] = [];
  const now = { ms: Date.parse("2026-11-21T12:00:00Z") };
  const memory = options.memory ?? createAzureMemory();
  const httpClient: HttpClient = {
    async sendRequest(request) {
      const record: SentRequest = {
        method: request.method,
        url: request.url,
        body: typeof request.body === "string" ? JSON.parse(request.body) : undefined,
        headers: request.headers.toJSON(),
      };
      sent.push(record);
      const answer = typeof script === "function" ? script(record, sent.length) : (script[sent.length - 1] ?? script.at(-1));
      if (answer === undefined) throw new Error("The script has no answer.");
      if ("fail" in answer) throw failure(answer.fail, request);
      const bodyAsText = answer.text ?? (answer.body === undefined ? "" : JSON.stringify(answer.body));
      return { request, status: answer.status, headers: createHttpHeaders(answer.headers ?? {}), bodyAsText };
    },
  };
  const clients = createAzureClients({
    config: options.settings ?? FAKE_SETTINGS,
    tokens: options.tokens ?? { getToken: async () => ({ token: "token", expiresOnTimestamp: now.ms + 3_600_000 }) },
    clock: { now: () => new Date(now.ms) },
    operatorKey: "tenant/operator",
    memory,
    httpClient,
    sleep: async (ms) => {
      waits.push(ms);
      now.ms += ms;
    },
    random: () => 0,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    ...(options.budgetMs === undefined ? {} : { budgetMs: options.budgetMs }),
  });
  return { clients, sent, waits, memory, now };
}
