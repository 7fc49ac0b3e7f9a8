import { FleetHost, type FleetMethod } from "./fleet-host";

export type FleetCall = { id: number; method: FleetMethod; args: readonly unknown[] };
export type FleetAnswer = { id: number; value: unknown } | { id: number; error: string };

type WorkerScope = {
  onmessage: ((event: { data: FleetCall }) => void) | null;
  postMessage: (answer: FleetAnswer) => void;
};

const host = new FleetHost();
// The DOM library types the global object as a window; this file runs in a dedicated worker only.
const scope = globalThis as unknown as WorkerScope;

scope.onmessage = ({ data }) => {
  try {
    scope.postMessage({ id: data.id, value: host.call(data.method, data.args) });
  } catch (error) {
    scope.postMessage({ id: data.id, error: error instanceof Error ? error.message : String(error) });
  }
};

scope.postMessage({ id: 0, value: "ready" });
