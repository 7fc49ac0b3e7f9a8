import "server-only";
import { z } from "zod";
import { type ApiArea, type ApiVersionMemory, withApiVersion } from "./api-versions";
import { followPages } from "./paging";
import type { AzurePipeline, AzureSettings } from "./pipeline";
import type { CallOptions } from "./ports";
import { createRestClient, type RestAnswer, type RestClient, unexpectedShape } from "./rest-client";

const listWireSchema = z.looseObject({ value: z.array(z.unknown()), nextLink: z.string().nullish().catch(null) });

type ArmCall = {
  area: ApiArea;
  /** Path below the ARM host, encoded. */
  url: string;
  /** What is asked for, in words. */
  subject: string;
  query?: Record<string, string>;
};

export type ArmClient = {
  rest: RestClient;
  pipeline: AzurePipeline;
  /** Runs the call with the newest api-version that the cloud takes. */
  versioned<T>(area: ApiArea, call: (apiVersion: string) => Promise<T>): Promise<T>;
  send(
    call: ArmCall & { method: "GET" | "PUT" | "PATCH" | "POST" | "DELETE"; body?: unknown; accept?: readonly number[] },
    options: CallOptions,
  ): Promise<RestAnswer>;
  /** All items over all pages, as they came. */
  list(call: ArmCall, options: CallOptions): Promise<unknown[]>;
  /** The same, page by page as they come. */
  pages(call: ArmCall, options: CallOptions): AsyncGenerator<unknown[]>;
};

export type ArmArgs = { pipeline: AzurePipeline; settings: AzureSettings; versions: ApiVersionMemory };

/** Azure Resource Manager by raw request: api-version with fallback, next links followed to the same origin only. */
export function createArmClient(args: ArmArgs): ArmClient {
  const rest = createRestClient(args.pipeline);

  function versioned<T>(area: ApiArea, call: (apiVersion: string) => Promise<T>): Promise<T> {
    return withApiVersion({ cloud: args.settings.cloud.id, area, memory: args.versions }, call);
  }

  const send: ArmClient["send"] = ({ area, query, ...call }, options) =>
    versioned(area, (apiVersion) => rest.send({ ...options, ...call, query: { "api-version": apiVersion, ...query } }));

  function toPage(answer: RestAnswer, subject: string) {
    const page = listWireSchema.safeParse(answer.body);
    if (!page.success) throw unexpectedShape(args.pipeline, subject, answer.requestId);
    return { items: page.data.value, nextLink: page.data.nextLink ?? null };
  }

  function pages(call: ArmCall, options: CallOptions): AsyncGenerator<unknown[]> {
    const { subject } = call;
    return followPages({
      service: "arm",
      subject,
      first: async () => toPage(await send({ ...call, method: "GET" }, options), subject),
      next: async (link) => toPage(await rest.send({ ...options, method: "GET", url: link, subject }), subject),
    });
  }

  async function list(call: ArmCall, options: CallOptions): Promise<unknown[]> {
    const items: unknown[] = [];
    for await (const page of pages(call, options)) items.push(...page);
    return items;
  }

  return { rest, pipeline: args.pipeline, versioned, send, list, pages };
}
