import { FleetHost } from "./fleet-host";
import { serveWorker } from "./worker-backend";

serveWorker(new FleetHost());
