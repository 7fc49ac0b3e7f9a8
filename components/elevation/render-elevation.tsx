import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render } from "@testing-library/react";
import type { ReactNode } from "react";
import type { ElevationInput } from "@/lib/domain/elevation/write-api";

/** Renders a page of elevation with what every page has around it. */
export function renderElevation(children: ReactNode) {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  return render(<QueryClientProvider client={client}>{children}</QueryClientProvider>);
}

export type ApiCall = [path: string, init?: { method?: string; body?: Record<string, unknown> }];

/** Bodies that were sent to the route that does something. */
export function sentBatches(calls: readonly unknown[][]): ElevationInput[] {
  return (calls as ApiCall[])
    .filter(([path, init]) => path === "/api/elevation/requests" && init?.method === "POST")
    .map(([, init]) => init?.body as ElevationInput);
}
