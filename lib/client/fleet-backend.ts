import { FleetHost, type FleetMethod, type FleetMethods } from "./fleet-host";
import type { FleetAnswer, FleetCall } from "./fleet-worker";

/** Asks the fleet something. The answer always comes later, so the caller never knows which thread did the work. */
export type FleetBackend = {
  readonly where: "worker" | "main";
  call: <M extends FleetMethod>(method: M, ...args: Parameters<FleetMethods[M]>) => Promise<ReturnType<FleetMethods[M]>>;
  close: () => void;
};

export function mainThreadBackend(): FleetBackend {
  const host = new FleetHost();
  return {
    where: "main",
    call: async <M extends FleetMethod>(method: M, ...args: Parameters<FleetMethods[M]>) =>
      host.call(method, args) as ReturnType<FleetMethods[M]>,
    close: () => undefined,
  };
}

/** The part of Worker that is used; tests pass a plain object. */
export type WorkerLike = {
  postMessage: (call: FleetCall, transfer: Transferable[]) => void;
  terminate: () => void;
  onmessage: ((event: MessageEvent<FleetAnswer>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
};

type Waiting = { resolve: (value: unknown) => void; reject: (error: Error) => void };

function workerBackend(worker: WorkerLike): FleetBackend {
  const waiting = new Map<number, Waiting>();
  let nextId = 1;
  worker.onmessage = ({ data }) => {
    const entry = waiting.get(data.id);
    waiting.delete(data.id);
    if (entry === undefined) return;
    if ("error" in data) entry.reject(new Error(data.error));
    else entry.resolve(data.value);
  };
  worker.onerror = (event) => {
    for (const entry of waiting.values()) entry.reject(new Error(event.message || "The fleet worker stopped."));
    waiting.clear();
  };
  return {
    where: "worker",
    call: <M extends FleetMethod>(method: M, ...args: Parameters<FleetMethods[M]>) =>
      new Promise<ReturnType<FleetMethods[M]>>((resolve, reject) => {
        const id = nextId++;
        waiting.set(id, { resolve: (value) => resolve(value as ReturnType<FleetMethods[M]>), reject });
        const transfer = args.flatMap((arg) =>
          arg instanceof Uint8Array && arg.buffer instanceof ArrayBuffer ? [arg.buffer] : [],
        );
        worker.postMessage({ id, method, args }, transfer);
      }),
    close: () => worker.terminate(),
  };
}

const START_LIMIT_MS = 3_000;

/** A worker when the browser and the content policy allow one, else the same store on the main thread. */
export async function openFleetBackend(createWorker: () => WorkerLike): Promise<FleetBackend> {
  let worker: WorkerLike;
  try {
    worker = createWorker();
  } catch {
    return mainThreadBackend();
  }
  const started = await new Promise<boolean>((resolve) => {
    const limit = setTimeout(() => resolve(false), START_LIMIT_MS);
    const settle = (ok: boolean) => {
      clearTimeout(limit);
      resolve(ok);
    };
    worker.onmessage = () => settle(true);
    worker.onerror = () => settle(false);
  });
  if (started) return workerBackend(worker);
  worker.terminate();
  return mainThreadBackend();
}
