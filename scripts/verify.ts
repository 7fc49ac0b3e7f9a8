import { join } from "node:path";
import { quickSteps } from "./stage-list.ts";
import { runStages } from "./stages.ts";

process.exit(await runStages(quickSteps(), join(import.meta.dirname, "..")));
