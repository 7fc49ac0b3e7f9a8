import "server-only";
import { z } from "zod";
import { type ApiVersionMemory, withApiVersion } from "./api-versions";
import { type AzurePipeline, type AzureSettings, linkedSignal } from "./pipeline";
import type { CallOptions, ResourceGraphPage, ResourceGraphPort } from "./ports";
import type { QuotaGate } from "./quota-gate";
import { createRestClient, type RestAnswer, unexpectedShape } from "./rest-client";
import { parseClockSpanMs } from "./retry-after";

/** Largest page the service gives. */
const RESOURCE_GRAPH_PAGE = 1_000;

const pageWireSchema = z.looseObject({
  totalRecords: z.number(),
  data: z.array(z.unknown()),
  $skipToken: z.string().optional().catch(undefined),
});

function isRow(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function quotaOf(answer: RestAnswer): { remaining: number | null; resetsAfterMs: number | null } {
  return {
    remaining: numberOf(answer.header("x-ms-user-quota-remaining")),
    resetsAfterMs: parseClockSpanMs(answer.header("x-ms-user-quota-resets-after") ?? undefined),
  };
}

function numberOf(header: string | null): number | null {
  return header !== null && /^\d+$/.test(header.trim()) ? Number(header) : null;
}

/**
 * Resource Graph queries, paced by the quota that its answers name. Rows the caller may not read are absent without a word,
 * as the service does it; `total` counts what it would return over all pages.
 * Source: Resource Graph REST API 2022-10-01, "Working with large data sets".
 */
export function createResourceGraph(args: {
  pipeline: AzurePipeline;
  settings: AzureSettings;
  versions: ApiVersionMemory;
  gate: QuotaGate;
}): ResourceGraphPort {
  const rest = createRestClient(args.pipeline);

  function ask(body: unknown, options: CallOptions, onWait: ((ms: number) => void) | undefined): Promise<RestAnswer> {
    return withApiVersion({ cloud: args.settings.cloud.id, area: "resourceGraph", memory: args.versions }, (apiVersion) =>
      rest.send({
        ...options,
        method: "POST",
        url: "/providers/Microsoft.ResourceGraph/resources",
        query: { "api-version": apiVersion },
        body,
        subject: "the query",
        asksOnly: true,
        onWait: (ms, refused) => {
          // An answer that was lost says nothing about the quota: what is left of the window stays as the others name it.
          if (refused) args.gate.hold(ms);
          onWait?.(ms);
        },
      }),
    );
  }

  return {
    async query(query, options = {}): Promise<ResourceGraphPage> {
      const onWait = query.onWait ?? options.onWait;
      const ticket = await args.gate.acquire({
        background: query.background === true,
        signal: linkedSignal(options.signal, args.pipeline.signal),
        ...(onWait === undefined ? {} : { onWait }),
      });
      const body = {
        ...(query.subscriptions === undefined ? {} : { subscriptions: query.subscriptions }),
        query: query.query,
        options: {
          resultFormat: "objectArray",
          $top: query.top ?? RESOURCE_GRAPH_PAGE,
          ...(query.skipToken == null ? {} : { $skipToken: query.skipToken }),
          ...(query.withAssignmentsAbove === true ? { authorizationScopeFilter: "AtScopeAboveAndBelow" } : {}),
        },
      };
      let seen: { remaining: number | null; resetsAfterMs: number | null } = { remaining: null, resetsAfterMs: null };
      let answer: RestAnswer;
      try {
        answer = await ask(body, options, onWait);
        seen = quotaOf(answer);
      } finally {
        args.gate.observe(ticket, seen);
      }
      const page = pageWireSchema.safeParse(answer.body);
      if (!page.success) throw unexpectedShape(args.pipeline, "the query", answer.requestId);
      const skipToken = page.data.$skipToken ?? null;
      return {
        rows: page.data.data.filter(isRow),
        total: page.data.totalRecords,
        skipToken: skipToken === "" ? null : skipToken,
        quotaRemaining: seen.remaining,
        quotaResetsAfterMs: seen.resetsAfterMs,
      };
    },
  };
}
