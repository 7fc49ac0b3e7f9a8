import { testDirectory } from "../../lib/db/testing.ts";

// Run with scripts/register.mjs: prints a folder that holds what a portal's first start would make of it.
process.stdout.write((await testDirectory()).dataDir);
