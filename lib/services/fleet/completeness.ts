import "server-only";
import type { Completeness } from "@/lib/domain/fleet-wire";
import { problemOf } from "@/lib/domain/problem";

type Missing = Completeness["missing"][number];

/** Counts what came against what was promised. Nothing is complete that has a hole, and no hole is without a reason. */
export type Tally = {
  expect(total: number): void;
  receive(count: number): void;
  lose(source: string, label: string, error: unknown): void;
  result(): Completeness;
};

export function createTally(asOf: string, traceId: string, labelOfShortfall: string): Tally {
  const missing: Missing[] = [];
  let expected: number | null = null;
  let received = 0;
  return {
    expect(total) {
      expected = (expected ?? 0) + total;
    },
    receive(count) {
      received += count;
    },
    lose(source, label, error) {
      missing.push({ source, label, problem: problemOf(error, traceId) });
    },
    result() {
      const short = expected !== null && received < expected;
      const holes = [...missing];
      if (short && holes.length === 0) holes.push(shortfall(labelOfShortfall, received, expected ?? 0, traceId));
      return { expected, received, complete: holes.length === 0, missing: holes, asOf };
    },
  };
}

function shortfall(label: string, received: number, expected: number, traceId: string): Missing {
  return {
    source: "resourceGraph",
    label,
    problem: {
      type: "urn:arcwarden:problem:upstream",
      title: "The list came short",
      status: 502,
      code: "upstream",
      detail: `Azure counted ${expected} and sent ${received}.`,
      nextStep: "Refresh the list. Changes while it was read can cause this.",
      traceId,
    },
  };
}
