import { describe, expect, it } from "vitest";
import { openFleetBackend } from "./fleet-backend";
import { FIXTURE_NOW_MS, fixtureFleet, fixtureHead, fixtureRows, fixtureTail } from "./fleet-fixture";
import { FleetHost } from "./fleet-host";
import { EMPTY_QUERY } from "./fleet-store";
import type { WorkerAnswer, WorkerLike } from "./worker-backend";

const STREAM = `${[fixtureHead(5), fixtureRows(fixtureFleet(5)), fixtureTail(5)].map((line) => JSON.stringify(line)).join("\n")}\n`;

type Answering = "all" | "none" | "errors";

/** A worker on this thread: structured clones and later answers, as a real one gives. */
function fakeWorker(answering: Answering): WorkerLike & { terminated: boolean } {
  const host = new FleetHost();
  const answer = (data: WorkerAnswer) => queueMicrotask(() => worker.onmessage?.({ data } as MessageEvent<WorkerAnswer>));
  const worker: WorkerLike & { terminated: boolean } = {
    terminated: false,
    onmessage: null,
    onerror: null,
    postMessage: (call) => {
      if (answering === "errors") return answer({ id: call.id, error: "broken inside" });
      const copy = structuredClone(call);
      answer({ id: copy.id, value: structuredClone(host.call(copy.method, copy.args)) });
    },
    terminate: () => {
      worker.terminated = true;
    },
  };
  if (answering !== "none") answer({ id: 0, value: "ready" });
  return worker;
}

async function namesFrom(open: () => WorkerLike): Promise<{ where: string; names: string[] }> {
  const backend = await openFleetBackend(open);
  await backend.call("begin");
  await backend.call("feed", new TextEncoder().encode(STREAM));
  const view = await backend.call("query", { ...EMPTY_QUERY, nowMs: FIXTURE_NOW_MS }, 0, 10);
  return { where: backend.where, names: view.rows.map((row) => row.name) };
}

describe("where the fleet lives", () => {
  it("answers the same from a worker and from the main thread", async () => {
    const inWorker = await namesFrom(() => fakeWorker("all"));
    const onMain = await namesFrom(() => {
      throw new Error("workers are not allowed here");
    });
    expect([inWorker.where, onMain.where]).toEqual(["worker", "main"]);
    expect(inWorker.names).toEqual(onMain.names);
    expect(onMain.names).toHaveLength(5);
  });

  it("falls back when the content policy blocks the worker, and ends that worker", async () => {
    const blocked = fakeWorker("none");
    const opening = openFleetBackend(() => blocked);
    blocked.onerror?.({ message: "blocked" } as ErrorEvent);
    expect((await opening).where).toBe("main");
    expect(blocked.terminated).toBe(true);
  });

  it("gives an error of the worker to the one who asked", async () => {
    const backend = await openFleetBackend(() => fakeWorker("errors"));
    await expect(backend.call("unconfirmed")).rejects.toThrow("broken inside");
  });

  it("fails what is under way when the worker dies, instead of waiting for ever", async () => {
    const worker = fakeWorker("all");
    const backend = await openFleetBackend(() => worker);
    worker.postMessage = () => undefined;
    const waiting = backend.call("unconfirmed");
    worker.onerror?.({ message: "out of memory" } as ErrorEvent);
    await expect(waiting).rejects.toThrow("out of memory");
  });
});
