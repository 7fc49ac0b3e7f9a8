import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render } from "@testing-library/react";
import { NuqsTestingAdapter } from "nuqs/adapters/testing";
import type { ReactNode } from "react";
import { ApiProblem } from "@/lib/client/api-problem";
import type { ErrorCode } from "@/lib/domain/errors";
import type { RolloutActionInput } from "@/lib/domain/rollout/api";

/** Renders a page of roll-outs with what every page has around it. `search` is the query of its address. */
export function renderRollouts(children: ReactNode, search = "") {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const view = render(
    <QueryClientProvider client={client}>
      <NuqsTestingAdapter searchParams={search} hasMemory>
        {children}
      </NuqsTestingAdapter>
    </QueryClientProvider>,
  );
  return { ...view, client };
}

export function refusal(code: ErrorCode, status: number, detail: string): ApiProblem {
  return new ApiProblem({ type: "x", title: "t", status, code, detail, traceId: "" });
}

export type ApiCall = [path: string, init?: { method?: string; body?: unknown }];

/** Actions that were sent, in their order. */
export function sentActions(calls: readonly unknown[][]): RolloutActionInput[] {
  return (calls as ApiCall[])
    .filter(([path, init]) => path.endsWith("/actions") && init?.method === "POST")
    .map(([, init]) => init?.body as RolloutActionInput);
}
