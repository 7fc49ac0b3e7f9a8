import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createQuotaGate, type QuotaGate } from "./quota-gate";
import type { QuotaTicket } from "./quota-window";

const clock = { now: () => new Date() };
const NOTHING = { remaining: null, resetsAfterMs: null };

beforeEach(() => void vi.useFakeTimers({ now: new Date("2026-11-21T12:00:00Z") }));
afterEach(() => void vi.useRealTimers());

type Ask = Parameters<QuotaGate["acquire"]>[0];

function ask(gate: QuotaGate, options: Ask = {}) {
  const state: { ticket: QuotaTicket | null } = { ticket: null };
  void gate.acquire(options).then((ticket) => {
    state.ticket = ticket;
  });
  return state;
}

/** A whole window of queries whose answers say nothing about the quota. */
async function useUp(gate: QuotaGate): Promise<void> {
  for (const ticket of await askMany(gate, 15)) gate.observe(ticket, NOTHING);
}

async function askMany(gate: QuotaGate, count: number): Promise<QuotaTicket[]> {
  return Promise.all(Array.from({ length: count }, () => gate.acquire({})));
}

describe("quota gate", () => {
  it("lets fifteen queries leave at once and keeps the sixteenth", async () => {
    const gate = createQuotaGate(clock);
    await useUp(gate);
    const next = ask(gate);
    await vi.advanceTimersByTimeAsync(4_999);
    expect(next.ticket).toBeNull();
    await vi.advanceTimersByTimeAsync(1);
    expect(next.ticket).not.toBeNull();
  });

  it("opens again at the end that the first answer of the window named", async () => {
    const gate = createQuotaGate(clock);
    const tickets = await askMany(gate, 15);
    await vi.advanceTimersByTimeAsync(200);
    for (const [index, ticket] of tickets.entries()) gate.observe(ticket, { remaining: 14 - index, resetsAfterMs: 3_000 });
    await vi.advanceTimersByTimeAsync(500);
    const next = ask(gate);
    await vi.advanceTimersByTimeAsync(2_500);
    expect(next.ticket).toBeNull();
    await vi.advanceTimersByTimeAsync(25);
    expect(next.ticket).not.toBeNull();
  });

  it("takes the earliest end, because the header is rounded up to seconds", async () => {
    const gate = createQuotaGate(clock);
    const [first, second, ...others] = await askMany(gate, 15);
    if (first === undefined || second === undefined) throw new Error("no tickets");
    gate.observe(first, { remaining: 14, resetsAfterMs: 5_000 });
    await vi.advanceTimersByTimeAsync(100);
    gate.observe(second, { remaining: 0, resetsAfterMs: 5_000 });
    for (const ticket of others) gate.observe(ticket, NOTHING);
    const next = ask(gate);
    await vi.advanceTimersByTimeAsync(4_924);
    expect(next.ticket).toBeNull();
    await vi.advanceTimersByTimeAsync(1);
    expect(next.ticket).not.toBeNull();
  });

  it("respects what another session of the same person has used up", async () => {
    const gate = createQuotaGate(clock);
    const ticket = await gate.acquire({});
    gate.observe(ticket, { remaining: 1, resetsAfterMs: 2_000 });
    await gate.acquire({});
    const next = ask(gate);
    await vi.advanceTimersByTimeAsync(2_024);
    expect(next.ticket).toBeNull();
    await vi.advanceTimersByTimeAsync(1);
    expect(next.ticket).not.toBeNull();
  });

  it("does not believe a late answer that names an older, larger rest", async () => {
    const gate = createQuotaGate(clock);
    const [early, ...later] = await askMany(gate, 15);
    for (const ticket of later) gate.observe(ticket, { remaining: 0, resetsAfterMs: 5_000 });
    if (early !== undefined) gate.observe(early, { remaining: 14, resetsAfterMs: 5_000 });
    const next = ask(gate);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(next.ticket).toBeNull();
  });

  it("uses a larger quota when the service grants one", async () => {
    const gate = createQuotaGate(clock);
    for (let index = 0; index < 40; index++) {
      const ticket = await gate.acquire({});
      gate.observe(ticket, { remaining: 100 - index, resetsAfterMs: 5_000 });
    }
    expect(vi.getTimerCount()).toBe(0);
  });

  describe("with background columns", () => {
    it("lets visible rows pass and keeps the columns until no row is on its way", async () => {
      const gate = createQuotaGate(clock);
      const row = await gate.acquire({});
      const column = ask(gate, { background: true });
      await vi.advanceTimersByTimeAsync(1_000);
      expect(column.ticket).toBeNull();
      gate.observe(row, { remaining: 14, resetsAfterMs: 5_000 });
      await vi.advanceTimersByTimeAsync(0);
      expect(column.ticket).not.toBeNull();
    });

    it("gives them what the rows have left in the last second of a window", async () => {
      const gate = createQuotaGate(clock);
      const first = await gate.acquire({});
      await gate.acquire({});
      gate.observe(first, { remaining: 14, resetsAfterMs: 5_000 });
      const column = ask(gate, { background: true });
      await vi.advanceTimersByTimeAsync(4_024);
      expect(column.ticket).toBeNull();
      await vi.advanceTimersByTimeAsync(1);
      expect(column.ticket).not.toBeNull();
    });

    it("lets rows take the whole next window first", async () => {
      const gate = createQuotaGate(clock);
      await useUp(gate);
      const column = ask(gate, { background: true });
      const rows = Array.from({ length: 15 }, () => ask(gate));
      await vi.advanceTimersByTimeAsync(5_000);
      expect(rows.every((state) => state.ticket !== null)).toBe(true);
      expect(column.ticket).toBeNull();
    });
  });

  it("counts a query that left in one window and was answered in the next to the next", async () => {
    const gate = createQuotaGate(clock);
    const [straggler, ...others] = await askMany(gate, 15);
    if (straggler === undefined) throw new Error("no ticket");
    for (const [index, ticket] of others.entries()) gate.observe(ticket, { remaining: 14 - index, resetsAfterMs: 1_000 });
    await vi.advanceTimersByTimeAsync(1_025);
    const rows = Array.from({ length: 20 }, () => ask(gate));
    await vi.advanceTimersByTimeAsync(0);
    expect(rows.filter((state) => state.ticket !== null)).toHaveLength(14);
    gate.observe(straggler, { remaining: 0, resetsAfterMs: 5_000 });
    await vi.advanceTimersByTimeAsync(0);
    expect(rows.filter((state) => state.ticket !== null)).toHaveLength(14);
  });

  it("is not slowed by an answer that was counted in the window before", async () => {
    const gate = createQuotaGate(clock);
    const [straggler, ...others] = await askMany(gate, 15);
    if (straggler === undefined) throw new Error("no ticket");
    for (const ticket of others) gate.observe(ticket, { remaining: 1, resetsAfterMs: 1_000 });
    await vi.advanceTimersByTimeAsync(1_025);
    const rows = Array.from({ length: 15 }, () => ask(gate));
    gate.observe(straggler, { remaining: 0, resetsAfterMs: 1_000 });
    await vi.advanceTimersByTimeAsync(0);
    expect(rows.every((state) => state.ticket !== null)).toBe(true);
  });

  it("never has more than a window of queries on their way", async () => {
    const gate = createQuotaGate(clock);
    const tickets = await askMany(gate, 15);
    const next = ask(gate);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(next.ticket).toBeNull();
    gate.observe(tickets[0] ?? { window: 0, background: false }, NOTHING);
    await vi.advanceTimersByTimeAsync(0);
    expect(next.ticket).not.toBeNull();
  });

  it("holds everybody after a refused query for as long as the service asked", async () => {
    const gate = createQuotaGate(clock);
    gate.hold(7_000);
    const next = ask(gate);
    await vi.advanceTimersByTimeAsync(6_999);
    expect(next.ticket).toBeNull();
    await vi.advanceTimersByTimeAsync(1);
    expect(next.ticket).not.toBeNull();
  });

  it("tells each waiter once per window how long it waits", async () => {
    const gate = createQuotaGate(clock);
    const tickets = await askMany(gate, 15);
    const onWait = vi.fn();
    ask(gate, { onWait });
    for (const ticket of tickets.slice(0, 5)) gate.observe(ticket, { remaining: 0, resetsAfterMs: 3_000 });
    expect(onWait.mock.calls).toEqual([[5_000]]);
  });

  it("lets a waiter leave and gives its place to the next", async () => {
    const gate = createQuotaGate(clock);
    await useUp(gate);
    const controller = new AbortController();
    const leaving = gate.acquire({ signal: controller.signal });
    const staying = ask(gate);
    controller.abort(new Error("left"));
    await expect(leaving).rejects.toThrow("left");
    await vi.advanceTimersByTimeAsync(5_000);
    expect(staying.ticket).not.toBeNull();
  });

  it("refuses a caller that has left already", async () => {
    const gate = createQuotaGate(clock);
    await expect(gate.acquire({ signal: AbortSignal.abort(new Error("gone")) })).rejects.toThrow("gone");
  });
});
