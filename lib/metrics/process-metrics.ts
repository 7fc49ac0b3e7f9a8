import "server-only";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { Family } from "./registry";

/** Memory, processor and how late the event loop runs. Names follow those of Prometheus' client libraries. */

const NANO = 1e9;

type LoopDelay = ReturnType<typeof monitorEventLoopDelay>;
type Holder = { __arcwardenEventLoop?: LoopDelay };

function eventLoop(): LoopDelay {
  const holder = globalThis as Holder;
  if (holder.__arcwardenEventLoop === undefined) {
    holder.__arcwardenEventLoop = monitorEventLoopDelay({ resolution: 20 });
    holder.__arcwardenEventLoop.enable();
  }
  return holder.__arcwardenEventLoop;
}

/** Begins to watch the event loop; called at start, so that the first answer covers everything since. */
export function watchEventLoop(): void {
  eventLoop();
}

function gauge(name: string, help: string, value: number): Family {
  const family = new Family("gauge", name, help);
  family.set({}, value);
  return family;
}

/** Numbers of this process as they stand now. The delay of the event loop is that since the last time it was asked for. */
export function processFamilies(startedAt: Date): Family[] {
  const memory = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  const loop = eventLoop();
  const cpu = new Family("counter", "process_cpu_seconds_total", "Processor time of this process, in seconds.");
  cpu.add({}, (user + system) / 1e6);
  const lag = new Family(
    "gauge",
    "nodejs_eventloop_lag_seconds",
    "How late the event loop ran since the last scrape, in seconds.",
  );
  // Without a sample the histogram answers with the largest number there is.
  const seconds = (value: number) => (loop.count === 0 || Number.isNaN(value) ? 0 : value / NANO);
  lag.set({ quantile: "mean" }, seconds(loop.mean));
  lag.set({ quantile: "0.99" }, seconds(loop.percentile(99)));
  lag.set({ quantile: "max" }, seconds(loop.max));
  loop.reset();
  return [
    cpu,
    gauge("process_resident_memory_bytes", "Memory of this process.", memory.rss),
    gauge("nodejs_heap_size_used_bytes", "JavaScript heap in use.", memory.heapUsed),
    gauge("nodejs_external_memory_bytes", "Memory outside of the heap, bound to JavaScript objects.", memory.external),
    gauge("process_start_time_seconds", "When this process started, in seconds since 1970.", startedAt.getTime() / 1000),
    lag,
  ];
}
