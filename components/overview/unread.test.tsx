// @vitest-environment jsdom
import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { noCounts } from "@/lib/client/fleet-facts";
import { AttentionList } from "./attention-list";
import { HorizonCard } from "./horizon-card";

afterEach(cleanup);

const NOTHING = noCounts();
const CALM = { ...NOTHING, machines: 250 };
const NO_WEEKS = { weeks: [], renews: 250, beyondSaving: 0, unknown: 0, total: 250 };

describe("what needs you now", () => {
  it("calls nothing done of what has not been counted or could not be read", () => {
    const { rerender } = render(<AttentionList counts={CALM} read="reading" />);
    expect(screen.getByText("Counting")).toBeDefined();
    expect(screen.queryByText(/Nothing to do|Nothing urgent/)).toBeNull();
    rerender(<AttentionList counts={CALM} read="partial" />);
    expect(screen.getByText(/^Nothing urgent in what could be read. Not everything could/)).toBeDefined();
    expect(screen.queryByText(/Nothing to do/)).toBeNull();
    rerender(<AttentionList counts={CALM} read="whole" />);
    expect(screen.getByText(/Nothing to do/)).toBeDefined();
  });

  it("is no good news without a machine", () => {
    render(<AttentionList counts={NOTHING} read="whole" />);
    expect(screen.getByText("No Arc-enabled servers here")).toBeDefined();
    expect(screen.queryByText(/Nothing urgent/)).toBeNull();
  });

  it("promises no quiet weeks before the machines are read", () => {
    const { rerender } = render(<HorizonCard counts={null} horizon={NO_WEEKS} />);
    expect(screen.queryByText(/No identity lapses/)).toBeNull();
    rerender(<HorizonCard counts={CALM} horizon={NO_WEEKS} />);
    expect(screen.getByText(/No identity lapses/)).toBeDefined();
  });
});
