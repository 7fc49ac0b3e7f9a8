import { serveWorker } from "../worker-backend";
import { AccessHost } from "./access-host";

serveWorker(new AccessHost());
