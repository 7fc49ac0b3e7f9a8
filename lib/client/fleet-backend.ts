import { FleetHost, type FleetMethods } from "./fleet-host";
import { mainThread, openBackend, type WorkerBackend, type WorkerLike } from "./worker-backend";

export type FleetBackend = WorkerBackend<FleetMethods>;

export function mainThreadBackend(): FleetBackend {
  return mainThread<FleetMethods>(new FleetHost());
}

/** A worker when the browser and the content policy allow one, else the same store on the main thread. */
export function openFleetBackend(createWorker: () => WorkerLike): Promise<FleetBackend> {
  return openBackend<FleetMethods>(createWorker, () => new FleetHost());
}
