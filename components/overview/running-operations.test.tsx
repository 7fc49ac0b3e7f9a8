// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiProblem } from "@/lib/client/api-problem";
import { RunningOperations } from "./running-operations";

const apiFetch = vi.hoisted(() => vi.fn());
vi.mock("@/lib/client/api", () => ({ apiFetch }));
vi.mock("@/lib/client/session", () => ({ useSession: () => ({ account: { tenantId: "t1", objectId: "o1" } }) }));
vi.mock("@/lib/client/use-now", () => ({ useNow: () => 0 }));

const PROBLEM = {
  type: "x",
  title: "Upstream",
  status: 503,
  code: "upstream",
  detail: "The store is away.",
  traceId: "t",
} as const;

beforeEach(() => {
  apiFetch.mockReset();
});
afterEach(cleanup);

function show() {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  return render(
    <QueryClientProvider client={client}>
      <RunningOperations />
    </QueryClientProvider>,
  );
}

describe("running operations", () => {
  it("that could not be read are not called none, and can be read again", async () => {
    apiFetch.mockRejectedValueOnce(new ApiProblem(PROBLEM));
    show();
    const alert = await screen.findByRole("alert");
    for (const words of ["Running operations could not be read.", "The store is away."])
      expect(alert.textContent).toContain(words);
    expect(screen.queryByText("No operation is running.")).toBeNull();
    apiFetch.mockResolvedValue({ operations: [], asOf: "2026-03-01T00:00:00Z" });
    fireEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByText("No operation is running.")).toBeDefined();
    expect(screen.getByText(/^None, and the list is complete/).textContent).toBe(
      "None, and the list is complete · as of 00:00 UTC",
    );
  });
});
