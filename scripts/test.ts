import { join } from "node:path";
import { allSteps } from "./stage-list.ts";
import { runStages } from "./stages.ts";

process.exit(await runStages(allSteps(), join(import.meta.dirname, "..")));
