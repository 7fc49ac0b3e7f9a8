import { join } from "node:path";
import { quickStages } from "./stage-list.ts";
import { runStages } from "./stages.ts";

process.exit(await runStages(quickStages(), join(import.meta.dirname, "..")));
