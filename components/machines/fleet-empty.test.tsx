// @vitest-environment jsdom
import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { IDLE_STATUS } from "@/lib/client/fleet-session";
import { FleetEmpty } from "./fleet-empty";
import type { GridState } from "./use-grid-state";

afterEach(cleanup);

function show(total: number | null) {
  // Only its way to clear the filters is used here.
  const grid = { clearFilters: () => undefined } as GridState;
  render(<FleetEmpty status={{ ...IDLE_STATUS, phase: "ready" }} grid={grid} total={total} />);
}

describe("in the place of the rows", () => {
  it("no fleet is called empty while the answer is still on its way", () => {
    show(null);
    expect(screen.getByRole("status").textContent).toBe("Reading the fleet");
    expect(screen.queryByText("No Arc-enabled servers here")).toBeNull();
  });

  it("a fleet without machines and a filter without matches are told apart", () => {
    show(0);
    expect(screen.getByText("No Arc-enabled servers here")).toBeDefined();
    cleanup();
    show(7);
    expect(screen.getByText("No machine matches")).toBeDefined();
  });
});
