import { existsSync } from "node:fs";
import { join } from "node:path";
import { verificationLines, verifyAudit } from "@/lib/db/audit-verify";
import { AUDIT_CHAIN, type Chain, HISTORY_CHAIN } from "@/lib/db/chain";
import { type Database, openDatabase } from "@/lib/db/database";

async function verify(db: Database, dataDir: string, chain: Chain, name: string): Promise<boolean> {
  const file = join(dataDir, `${name}-anchor.jsonl`);
  const result = await verifyAudit({
    db,
    chain,
    anchorFile: existsSync(file) ? file : null,
    anchorKey: process.env.AUDIT_ANCHOR_KEY || null,
  });
  process.stdout.write(`${verificationLines(result, name).join("\n")}\n`);
  return result.ok;
}

/** `npm run audit:verify`: recomputes the chains of the store: audit and history. The store is the one that DATA_DIR or DATABASE_URL names. Reads only. */
async function main(): Promise<number> {
  const databaseUrl = process.env.DATABASE_URL ?? "";
  const dataDir = process.env.DATA_DIR || ".data";
  if (databaseUrl === "" && !existsSync(dataDir)) {
    process.stderr.write(
      `There is no store in ${dataDir}. Set DATA_DIR to the portal's data folder, or DATABASE_URL to its database.\n`,
    );
    return 2;
  }
  const db = await openDatabase(databaseUrl === "" ? { dataDir } : { databaseUrl });
  try {
    const audit = await verify(db, dataDir, AUDIT_CHAIN, "audit");
    const history = await verify(db, dataDir, HISTORY_CHAIN, "history");
    return audit && history ? 0 : 1;
  } finally {
    await db.close();
  }
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    const locked = error instanceof Error && error.name === "StoreOpenError";
    process.stderr.write(`${locked ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
    if (locked) process.stderr.write("A running portal shows the state of its chain on its Audit page.\n");
    process.exit(2);
  },
);
