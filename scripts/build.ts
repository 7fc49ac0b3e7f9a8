import { join } from "node:path";
import { buildWhenNeeded } from "./build-when-needed.ts";

const built = buildWhenNeeded(join(import.meta.dirname, ".."), process.env.NEXT_DIST_DIR ?? ".next", (text) =>
  process.stdout.write(`${text}\n`),
);
process.exit(built ? 0 : 1);
