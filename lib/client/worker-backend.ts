/** Calls that a worker answers, by name. */
type AnyMethods = Record<string, (...args: never[]) => unknown>;

export type WorkerCall = { id: number; method: string; args: readonly unknown[] };
export type WorkerAnswer = { id: number; value: unknown } | { id: number; error: string };

/** Something that answers calls that arrive as data. */
export type CallHost = { call: (method: string, args: readonly unknown[]) => unknown };

/** Asks a question. The answer always comes later, so the caller never knows which thread did the work. */
export type WorkerBackend<M extends AnyMethods> = {
  readonly where: "worker" | "main";
  call: <K extends keyof M & string>(method: K, ...args: Parameters<M[K]>) => Promise<ReturnType<M[K]>>;
  close: () => void;
};

export function mainThread<M extends AnyMethods>(host: CallHost): WorkerBackend<M> {
  return {
    where: "main",
    call: async <K extends keyof M & string>(method: K, ...args: Parameters<M[K]>) => host.call(method, args) as ReturnType<M[K]>,
    close: () => undefined,
  };
}

/** The part of Worker that is used; tests pass a plain object. */
export type WorkerLike = {
  postMessage: (call: WorkerCall, transfer: Transferable[]) => void;
  terminate: () => void;
  onmessage: ((event: MessageEvent<WorkerAnswer>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
};

type Waiting = { resolve: (value: unknown) => void; reject: (error: Error) => void };

function workerBackend<M extends AnyMethods>(worker: WorkerLike): WorkerBackend<M> {
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
    for (const entry of waiting.values()) entry.reject(new Error(event.message || "The worker stopped."));
    waiting.clear();
  };
  return {
    where: "worker",
    call: <K extends keyof M & string>(method: K, ...args: Parameters<M[K]>) =>
      new Promise<ReturnType<M[K]>>((resolve, reject) => {
        const id = nextId++;
        waiting.set(id, { resolve: (value) => resolve(value as ReturnType<M[K]>), reject });
        const transfer = (args as unknown[]).flatMap((arg) =>
          arg instanceof Uint8Array && arg.buffer instanceof ArrayBuffer ? [arg.buffer] : [],
        );
        worker.postMessage({ id, method, args }, transfer);
      }),
    close: () => worker.terminate(),
  };
}

const START_LIMIT_MS = 3_000;

/** A worker when the browser and the content policy allow one, else the same host on the main thread. */
export async function openBackend<M extends AnyMethods>(
  createWorker: () => WorkerLike,
  createHost: () => CallHost | Promise<CallHost>,
): Promise<WorkerBackend<M>> {
  let worker: WorkerLike;
  try {
    worker = createWorker();
  } catch {
    return mainThread(await createHost());
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
  return mainThread(await createHost());
}

type WorkerScope = {
  onmessage: ((event: { data: WorkerCall }) => void) | null;
  postMessage: (answer: WorkerAnswer) => void;
};

/** The other end: answers every call of the page. Runs in a dedicated worker only. */
export function serveWorker(host: CallHost): void {
  // The DOM library types the global object as a window.
  const scope = globalThis as unknown as WorkerScope;
  scope.onmessage = ({ data }) => {
    try {
      scope.postMessage({ id: data.id, value: host.call(data.method, data.args) });
    } catch (error) {
      scope.postMessage({ id: data.id, error: error instanceof Error ? error.message : String(error) });
    }
  };
  scope.postMessage({ id: 0, value: "ready" });
}
