import "server-only";
import { createHmac, timingSafeEqual } from "node:crypto";
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { AUDIT_CHAIN, type Chain, type ChainMark, chainHeadOf } from "./chain";
import type { Database } from "./database";
import { auditAnchor } from "./schema";

/**
 * Whoever owns the database can rewrite the whole chain and every hash in it. An anchor is the head of the chain, signed
 * with a key the database never sees, written to a file outside of it.
 */
export type Anchor = { seq: number; hash: string; at: string; mac: string };

function macOf(key: string, chain: Chain, mark: ChainMark, at: string): string {
  // The name keeps an anchor of one chain from being passed off as another's; the audit's are older than the name.
  const name = chain === AUDIT_CHAIN ? "" : `${chain.stream}\n`;
  return createHmac("sha256", key).update(`${name}${mark.seq}\n${mark.hash}\n${at}`).digest("hex");
}

/** Whether this key signed this anchor. */
export function anchorIsGenuine(key: string, anchor: Anchor, chain: Chain = AUDIT_CHAIN): boolean {
  const expected = Buffer.from(macOf(key, chain, anchor, anchor.at));
  const found = Buffer.from(anchor.mac);
  return expected.length === found.length && timingSafeEqual(expected, found);
}

/** The anchors of a file, oldest first. A line cut short by a crash is left out. */
export function readAnchors(file: string): Anchor[] {
  if (!existsSync(file)) return [];
  const anchors: Anchor[] = [];
  for (const line of readFileSync(file, "utf8").split("\n")) {
    try {
      const parsed = JSON.parse(line) as Partial<Anchor>;
      const { seq, hash, at, mac } = parsed;
      if (typeof seq === "number" && typeof hash === "string" && typeof at === "string" && typeof mac === "string") {
        anchors.push({ seq, hash, at, mac });
      }
    } catch {
      // An incomplete last line is what a crash leaves; the anchor before it still stands.
    }
  }
  return anchors;
}

function appendLine(file: string, line: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const fd = openSync(file, "a", 0o600);
  try {
    writeSync(fd, `${line}\n`);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Signs the present head and writes it to the file and, for reference, to the store. Null when nothing new is there. */
export async function writeAnchor(args: {
  db: Database;
  file: string;
  key: string;
  now: Date;
  chain?: Chain;
}): Promise<Anchor | null> {
  const chain = args.chain ?? AUDIT_CHAIN;
  const mark = await chainHeadOf(args.db, chain);
  const last = readAnchors(args.file).at(-1);
  if (mark.seq === 0 || last?.seq === mark.seq) return null;
  const at = args.now.toISOString();
  const anchor: Anchor = { ...mark, at, mac: macOf(args.key, chain, mark, at) };
  appendLine(args.file, JSON.stringify(anchor));
  await args.db.session
    .insert(auditAnchor)
    .values({ stream: chain.stream, seq: anchor.seq, hash: anchor.hash, mac: anchor.mac, at: args.now })
    .onConflictDoNothing();
  return anchor;
}
