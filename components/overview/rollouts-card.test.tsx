// @vitest-environment jsdom
import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { ApiProblem } from "@/lib/client/api-problem";
import { t } from "@/messages/t";
import { RolloutsCard } from "./rollouts-card";

const query = vi.hoisted(() => ({ current: {} as object }));
vi.mock("@/lib/client/use-rollout-list", () => ({ useRolloutList: () => query.current }));
const none = () => screen.queryByText(t("rolloutLive.overview.none"));

afterEach(cleanup);

it("does not call roll-outs none that could not be read", () => {
  const problem = { type: "x", title: "Upstream", status: 503, code: "upstream", detail: "The store is away.", traceId: "t" };
  query.current = { data: undefined, error: new ApiProblem({ ...problem, code: "upstream" }), isPending: false };
  render(<RolloutsCard />);
  expect(screen.getByRole("alert").textContent).toContain("The store is away.");
  expect(none()).toBeNull();
  cleanup();
  query.current = {
    data: { rollouts: [], asOf: "2026-03-01T00:00:00Z", scope: "own", olderLeftOut: null },
    error: null,
    isPending: false,
  };
  render(<RolloutsCard />);
  expect(none()).not.toBeNull();
});
