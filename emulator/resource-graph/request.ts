import { z } from "zod";
import type { WireError, WireRequest } from "../core/contract.ts";
import { resourceGraphError } from "./wire-errors.ts";

export const MAX_TOP = 1000;

const facetSchema = z.looseObject({
  expression: z.string(),
  options: z
    .looseObject({
      sortBy: z.string().optional(),
      sortOrder: z.enum(["asc", "desc"]).optional(),
      filter: z.string().optional(),
      $top: z.number().int().min(1).max(MAX_TOP).optional(),
    })
    .optional(),
});

const bodySchema = z.looseObject({
  query: z.string(),
  subscriptions: z.array(z.string()).nullish(),
  managementGroups: z.array(z.string()).nullish(),
  options: z
    .looseObject({
      resultFormat: z.enum(["objectArray", "table"]).nullish(),
      $top: z.number().int().min(1).max(MAX_TOP).nullish(),
      $skip: z.number().int().min(0).nullish(),
      $skipToken: z.string().nullish(),
      allowPartialScopes: z.boolean().nullish(),
      authorizationScopeFilter: z.enum(["AtScopeAndBelow", "AtScopeAndAbove", "AtScopeExact", "AtScopeAboveAndBelow"]).nullish(),
    })
    .nullish(),
  facets: z.array(facetSchema).nullish(),
});

export type FacetRequest = z.infer<typeof facetSchema>;
export type ScopeFilter = "AtScopeAndBelow" | "AtScopeAndAbove" | "AtScopeExact" | "AtScopeAboveAndBelow";
export type QueryRequest = {
  query: string;
  subscriptions: string[] | null;
  managementGroups: string[] | null;
  resultFormat: "objectArray" | "table";
  /** Null when the request leaves it to the service. */
  top: number | null;
  skip: number;
  skipToken: string | null;
  scopeFilter: ScopeFilter;
  facets: FacetRequest[];
};

/** Body of POST resources. Without a format the answer is objectArray since 2021-03-01 and a table before, as recorded. */
export function parseQueryRequest(request: WireRequest, nowMs: number): QueryRequest {
  const parsed = bodySchema.safeParse(request.json());
  const refuse = (message: string): WireError =>
    resourceGraphError(400, "BadRequest", [{ code: "InvalidRequest", message }], request, nowMs);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw refuse(`The request body is invalid at '${issue?.path.join(".") ?? ""}': ${issue?.message ?? "unknown reason"}`);
  }
  const { query, options, facets } = parsed.data;
  const apiVersion = [...request.query].find(([name]) => name.toLowerCase() === "api-version")?.[1] ?? "";
  const subscriptions = nonEmpty(parsed.data.subscriptions);
  const managementGroups = nonEmpty(parsed.data.managementGroups);
  if (subscriptions && managementGroups) throw refuse("Subscriptions and managementGroups cannot be given together.");
  if (query.trim() === "") throw refuse("The query is empty.");
  return {
    query,
    subscriptions,
    managementGroups,
    resultFormat: options?.resultFormat ?? (apiVersion < "2021-03-01" ? "table" : "objectArray"),
    top: options?.$top ?? null,
    skip: options?.$skip ?? 0,
    skipToken: options?.$skipToken || null,
    scopeFilter: options?.authorizationScopeFilter ?? "AtScopeAndBelow",
    facets: facets ?? [],
  };
}

function nonEmpty(list: string[] | null | undefined): string[] | null {
  return list && list.length > 0 ? list : null;
}
