import { join } from "node:path";
import { allStages } from "./stage-list.ts";
import { runStages } from "./stages.ts";

process.exit(await runStages(allStages(), join(import.meta.dirname, "..")));
