// @vitest-environment jsdom
import { act, renderHook } from "@testing-library/react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { IDLE_STATUS } from "./fleet-session";
import { EMPTY_QUERY } from "./fleet-store";
import type { FleetView } from "./fleet-types";
import { useFleetView } from "./use-fleet-view";

const shared = vi.hoisted(() => ({ version: 0, answers: [] as ((view: FleetView) => void)[] }));
vi.mock("./use-fleet", () => ({
  useFleetStatus: () => ({ ...IDLE_STATUS, version: shared.version }),
  getFleet: () => ({
    backend: async () => ({ call: () => new Promise<FleetView>((resolve) => shared.answers.push(resolve)) }),
  }),
}));

const KPIS = { machines: 0, connected: 0, renewalStuck: 0, critical: 0, expired: 0 };

// Facets and rows play no part here.
const viewOf = (total: number) => ({ total, shown: total, facets: {}, kpis: KPIS, from: 0, rows: [] }) as unknown as FleetView;

async function hook() {
  const { result, rerender } = renderHook(() => useFleetView(EMPTY_QUERY));
  const becomes = async (version: number) => {
    shared.version = version;
    rerender();
    await act(async () => undefined);
  };
  const answer = (view: FleetView) => act(async () => shared.answers.shift()?.(view));
  return { result, becomes, answer };
}

beforeEach(() => {
  shared.version = 0;
  shared.answers = [];
});

describe("what is said of the fleet while rows are on their way", () => {
  it("nothing before there is something to ask", async () => {
    const { result } = await hook();
    expect(shared.answers).toHaveLength(0);
    expect(result.current.view).toBeNull();
  });

  it("no fleet is empty as long as an answer of newer rows is missing", async () => {
    const { result, becomes, answer } = await hook();
    await becomes(1);
    await answer(viewOf(0));
    expect(result.current).toMatchObject({ view: { total: 0 }, isCurrent: true });
    await becomes(2);
    expect(result.current).toMatchObject({ view: null, isCurrent: false });
    await answer(viewOf(3));
    expect(result.current).toMatchObject({ view: { total: 3 }, isCurrent: true });
  });

  it("the rows of before stay, and are not called the present ones", async () => {
    const { result, becomes, answer } = await hook();
    await becomes(1);
    await answer(viewOf(3));
    await becomes(2);
    expect(result.current).toMatchObject({ view: { total: 3 }, isCurrent: false });
    await answer(viewOf(4));
    expect(result.current).toMatchObject({ view: { total: 4 }, isCurrent: true });
  });
});
