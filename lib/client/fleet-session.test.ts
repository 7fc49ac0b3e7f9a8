import { describe, expect, it, vi } from "vitest";
import type { Problem } from "@/lib/domain/errors";
import type { FleetMessage } from "@/lib/domain/fleet-wire";
import { mainThreadBackend } from "./fleet-backend";
import { fixtureCompleteness, fixtureFleet, fixtureHead, fixtureRows, fixtureTail } from "./fleet-fixture";
import { FleetSession, type FleetStatus } from "./fleet-session";
import { EMPTY_QUERY } from "./fleet-store";

type Line = FleetMessage | string;

function problem(code: Problem["code"], detail: string): Problem {
  return { type: "t", title: detail, status: 0, code, detail, traceId: "" };
}

function streamOf(lines: readonly Line[], end: "close" | "reset" = "close"): ReadableStream<Uint8Array> {
  const queue = lines.map((line) => new TextEncoder().encode(`${typeof line === "string" ? line : JSON.stringify(line)}\n`));
  return new ReadableStream({
    pull(controller) {
      const next = queue.shift();
      if (next !== undefined) controller.enqueue(next);
      else if (end === "close") controller.close();
      else controller.error(new Error("connection reset"));
    },
  });
}

type Answer = () => ReadableStream<Uint8Array>;

function harness(...answers: Answer[]) {
  const asked: boolean[] = [];
  const timers = new Set<() => void>();
  const session = new FleetSession({
    openBackend: async () => mainThreadBackend(),
    openStream: async ({ snapshot }) => {
      asked.push(snapshot);
      const next = answers.shift();
      if (next === undefined) throw new Error("asked once too often");
      return next();
    },
    toProblem: (error) => (error instanceof Refused ? error.problem : problem("upstream", (error as Error).message)),
    brokenProblem: (reason) => problem("upstream", reason === "" ? "ended early" : reason),
    monotonicMs: () => 0,
    after: (_ms, call) => {
      timers.add(call);
      return () => timers.delete(call);
    },
  });
  const history: FleetStatus[] = [];
  session.subscribe(() => history.push(session.getStatus()));
  const settled = () => until(session, ({ phase }) => phase === "ready" || phase === "failed");
  const names = async () => {
    const backend = await session.backend();
    return (await backend.call("query", EMPTY_QUERY, 0, 99)).rows.map((row) => row.name);
  };
  return { session, history, settled, names, asked, timers };
}

function until(session: FleetSession, holds: (status: FleetStatus) => boolean): Promise<FleetStatus> {
  return new Promise((resolve) => {
    const stop = session.subscribe(() => {
      if (!holds(session.getStatus())) return;
      stop();
      resolve(session.getStatus());
    });
  });
}

class Refused extends Error {
  readonly problem: Problem;
  constructor(refusal: Problem) {
    super(refusal.detail);
    this.problem = refusal;
  }
}

const FLEET = fixtureFleet(4);
const whole = () => streamOf([fixtureHead(4), fixtureRows(FLEET), fixtureTail(4)]);

describe("reading the fleet", () => {
  it("ends ready with rows, completeness and as-of; asks for the snapshot only the first time", async () => {
    const { session, settled, names, asked } = harness(whole, whole);
    const first = settled();
    session.start();
    session.start();
    expect(await first).toMatchObject({ phase: "ready", problem: null, expected: 4, received: 4, asOf: fixtureHead(4).asOf });
    expect(session.getStatus().completeness?.machines.complete).toBe(true);
    const second = settled();
    void session.refresh();
    await second;
    expect(asked).toEqual([true, false]);
    expect(await names()).toHaveLength(4);
  });

  it("says what it waits for and stops saying so when rows come again", async () => {
    const waiting: FleetMessage = {
      type: "progress",
      received: 2,
      expected: 4,
      waitingForQuotaMs: 3_000,
      source: "resourceGraph",
    };
    const lines = [fixtureHead(4), fixtureRows(FLEET.slice(0, 2)), waiting, fixtureRows(FLEET.slice(2), 1), fixtureTail(4)];
    const { session, settled, history } = harness(() => streamOf(lines));
    const done = settled();
    session.start();
    expect((await done).waiting).toBeNull();
    expect(history.some((status) => status.waiting?.ms === 3_000 && status.waiting.source === "resourceGraph")).toBe(true);
  });
});

describe("rows on their way", () => {
  it("are first asked for when there are some, and drawn once when they come in one go", async () => {
    const { session, settled, history, timers } = harness(whole);
    const done = settled();
    session.start();
    await done;
    expect(history.some(({ expected, version }) => expected === 4 && version === 0)).toBe(true);
    expect(history.filter(({ version }) => version > 0).map(({ phase }) => phase)).toEqual(["ready"]);
    expect(timers.size).toBe(0);
  });

  it("do not wait for a stream that stalls behind them", async () => {
    const stalled = () =>
      new ReadableStream<Uint8Array>({
        start(controller) {
          for (const line of [fixtureHead(4), fixtureRows(FLEET.slice(0, 2))]) {
            controller.enqueue(new TextEncoder().encode(`${JSON.stringify(line)}\n`));
          }
        },
      });
    const { session, names, timers } = harness(stalled);
    session.start();
    await vi.waitFor(() => expect(timers.size).toBe(1));
    expect(session.getStatus()).toMatchObject({ version: 0, expected: 4 });
    for (const call of timers) call();
    expect(session.getStatus()).toMatchObject({ phase: "loading", received: 2 });
    expect(session.getStatus().version).toBeGreaterThan(0);
    expect(await names()).toHaveLength(2);
  });
});

describe("a read that fails", () => {
  it("with nothing read before is failed, with Azure's refusal", async () => {
    const { session, settled } = harness(() => {
      throw new Refused(problem("forbidden", "no right"));
    });
    const done = settled();
    session.start();
    expect(await done).toMatchObject({ phase: "failed", completeness: null, problem: { code: "forbidden" } });
  });

  it("after a good one keeps every row, says why, and calls the list incomplete", async () => {
    const cut = () => streamOf([fixtureHead(4), fixtureRows(FLEET.slice(0, 1))], "reset");
    const { session, settled, names } = harness(whole, cut);
    const first = settled();
    session.start();
    await first;
    const second = settled();
    void session.refresh();
    expect(await second).toMatchObject({ phase: "ready", problem: { detail: "connection reset" } });
    expect(session.getStatus().completeness?.machines.complete).toBe(false);
    expect(await names()).toHaveLength(4);
  });

  it("without an end mark is never complete, even when every expected row came", async () => {
    const { session, settled } = harness(() => streamOf([fixtureHead(4), fixtureRows(FLEET)]));
    const done = settled();
    session.start();
    const status = await done;
    expect(status.problem?.detail).toBe("ended early");
    expect(status.completeness?.machines).toMatchObject({ complete: false, received: 4, expected: 4 });
  });

  it("stops at a line that is no message and keeps what came before it", async () => {
    const { session, settled, names } = harness(() => streamOf([fixtureHead(4), fixtureRows(FLEET), "<html>", fixtureTail(4)]));
    const done = settled();
    session.start();
    expect((await done).completeness?.machines.complete).toBe(false);
    expect(await names()).toHaveLength(4);
  });

  it("passes on what the server names as missing", async () => {
    const missing = [{ source: "resourceGraph", label: "Subscription X", problem: problem("forbidden", "no right") }];
    const tail = fixtureTail(1, { machines: { ...fixtureCompleteness(1, false), missing } });
    const { session, settled } = harness(() => streamOf([fixtureHead(4), fixtureRows(FLEET.slice(0, 1)), tail]));
    const done = settled();
    session.start();
    expect((await done).completeness?.machines.missing).toEqual(missing);
    expect(session.getStatus().problem).toBeNull();
  });
});

describe("rows stored at the last visit", () => {
  const OLD = "2026-11-20T08:00:00.000Z";
  const stored = () => streamOf([{ ...fixtureHead(3, true), asOf: OLD }, fixtureRows(FLEET.slice(0, 3)), fixtureTail(3)]);

  it("are shown at once with their own as-of, and Azure is read right after without being asked", async () => {
    const { session, history, asked, names } = harness(stored, whole);
    const fresh = until(session, (status) => status.phase === "ready" && !status.fromSnapshot);
    session.start();
    await fresh;
    expect(asked).toEqual([true, false]);
    const between = history.filter((status) => status.phase === "refreshing");
    expect(between.length).toBeGreaterThan(0);
    expect(between.every((status) => status.asOf === OLD && status.fromSnapshot)).toBe(true);
    expect(session.getStatus().asOf).toBe(fixtureHead(4).asOf);
    expect(await names()).toHaveLength(4);
  });

  it("stay with their old as-of when reading Azure fails", async () => {
    const refuse = () => {
      throw new Refused(problem("throttled", "too many requests"));
    };
    const { session, names } = harness(stored, refuse);
    const failed = until(session, (status) => status.problem !== null);
    session.start();
    expect(await failed).toMatchObject({ phase: "ready", asOf: OLD, fromSnapshot: true, problem: { code: "throttled" } });
    expect(await names()).toHaveLength(3);
  });
});

describe("a refresh while a read is under way", () => {
  it("gives the first one up, so that its end cannot overwrite the second", async () => {
    let release: () => void = () => undefined;
    const slow = () =>
      new ReadableStream<Uint8Array>({
        start(controller) {
          release = () => controller.close();
        },
      });
    const { session, settled } = harness(slow, whole);
    const done = settled();
    session.start();
    await session.backend();
    void session.refresh();
    const status = await done;
    release();
    await Promise.resolve();
    expect(status).toMatchObject({ phase: "ready", problem: null });
    expect(session.getStatus()).toBe(status);
  });
});
