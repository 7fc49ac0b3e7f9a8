import "server-only";
import { sql } from "drizzle-orm";
import { type Anchor, anchorIsGenuine, readAnchors } from "./audit-anchor";
import { AUDIT_CHAIN, CHAIN_START, type Chain, type ChainMark } from "./chain";
import type { Database } from "./database";
import { queryRows } from "./query";

export type AuditVerification = {
  ok: boolean;
  entries: number;
  headHash: string;
  /** The first entry that does not hold, and in which way. */
  broken: { seq: number; reason: string } | null;
  anchor: { state: "none" | "genuine" | "forged" | "contradicts"; seq: number | null; sentence: string };
  ms: number;
};

/**
 * The store computes the hashes itself: one pass over a million entries in seconds, without moving them. An entry holds when
 * its hash is that of its text, its `prev` is the hash before it, and its text carries its own number and that same hash.
 */
const firstBroken = (chain: Chain, start: ChainMark) => sql`
  select seq,
    case
      when seq <> n then 'an entry before it is missing'
      when hash <> encode(sha256(convert_to(payload, 'UTF8')), 'hex') then 'its text was changed after it was written'
      when prev <> before then 'it does not continue the entry before it'
      when payload::jsonb ->> 'previousHash' <> prev or (payload::jsonb ->> 'seq')::bigint <> seq then 'its text belongs to another place of the chain'
    end as reason
  from (
    select seq, payload, prev, hash,
      coalesce(lag(hash) over (order by seq), ${start.hash}) as before,
      row_number() over (order by seq) + ${start.seq}::bigint as n
    from ${sql.identifier(chain.table)} where stream = ${chain.stream} and seq > ${start.seq}
  ) chain
  where seq <> n or prev <> before
    or hash <> encode(sha256(convert_to(payload, 'UTF8')), 'hex')
    or payload::jsonb ->> 'previousHash' <> prev or (payload::jsonb ->> 'seq')::bigint <> seq
  order by seq limit 1`;

async function verifyHead(
  db: Database,
  chain: Chain,
): Promise<{ entries: number; headHash: string; reason: { seq: number; reason: string } | null }> {
  const table = sql.identifier(chain.table);
  // One statement sees one moment: an entry written between two of them would look like a broken chain.
  const rows = await queryRows(
    db.session,
    sql`select count(*)::int as entries, max(seq) as seq,
          (select hash from ${table} where stream = ${chain.stream} order by seq desc limit 1) as hash,
          (select seq from audit_head where stream = ${chain.stream}) as head_seq,
          (select hash from audit_head where stream = ${chain.stream}) as head_hash
        from ${table} where stream = ${chain.stream}`,
  );
  const entries = Number(rows[0]?.entries ?? 0);
  const lastSeq = Number(rows[0]?.seq ?? 0);
  const lastHash = entries === 0 ? CHAIN_START : String(rows[0]?.hash);
  const head = { seq: Number(rows[0]?.head_seq ?? 0), hash: String(rows[0]?.head_hash ?? CHAIN_START) };
  const holds = head.seq === lastSeq && head.hash === lastHash;
  const reason = holds ? null : { seq: Math.min(head.seq, lastSeq) + 1, reason: "the chain's head names another last entry" };
  return { entries, headHash: lastHash, reason };
}

async function checkAnchor(db: Database, chain: Chain, anchor: Anchor, key: string | null): Promise<AuditVerification["anchor"]> {
  if (key !== null && !anchorIsGenuine(key, anchor, chain)) {
    return { state: "forged", seq: anchor.seq, sentence: `The anchor at entry ${anchor.seq} was not signed with this key.` };
  }
  const rows = await queryRows(
    db.session,
    sql`select hash from ${sql.identifier(chain.table)} where stream = ${chain.stream} and seq = ${anchor.seq}`,
  );
  if (rows[0]?.hash !== anchor.hash) {
    return {
      state: "contradicts",
      seq: anchor.seq,
      sentence: `The anchor of ${anchor.at} names another entry ${anchor.seq} than the store holds: the chain was rewritten or cut.`,
    };
  }
  const proven = key === null ? " Its signature was not checked: AUDIT_ANCHOR_KEY is not set." : "";
  return { state: "genuine", seq: anchor.seq, sentence: `Entry ${anchor.seq} agrees with the anchor of ${anchor.at}.${proven}` };
}

async function verifyAnchors(
  db: Database,
  chain: Chain,
  file: string | null,
  key: string | null,
): Promise<AuditVerification["anchor"]> {
  const anchors = file === null ? [] : readAnchors(file);
  if (anchors.length === 0) {
    return {
      state: "none",
      seq: null,
      sentence: "There is no anchor outside the store. Set AUDIT_ANCHOR_KEY to have one written.",
    };
  }
  let result: AuditVerification["anchor"] | null = null;
  for (const anchor of anchors) {
    result = await checkAnchor(db, chain, anchor, key);
    if (result.state !== "genuine") return result;
  }
  return result ?? { state: "none", seq: null, sentence: "There is no anchor outside the store." };
}

/**
 * Recomputes the chain and compares it with the anchors outside the store. Reads only. `from` names an entry that was
 * verified before and where to go on; without it the whole chain is recomputed.
 */
export async function verifyAudit(args: {
  db: Database;
  anchorFile: string | null;
  anchorKey: string | null;
  from?: ChainMark;
  /** Absent = the audit. */
  chain?: Chain;
}): Promise<AuditVerification> {
  const started = performance.now();
  const chain = args.chain ?? AUDIT_CHAIN;
  const rows = await queryRows(args.db.session, firstBroken(chain, args.from ?? { seq: 0, hash: CHAIN_START }));
  const first = rows[0];
  const head = await verifyHead(args.db, chain);
  const anchor = await verifyAnchors(args.db, chain, args.anchorFile, args.anchorKey);
  const broken = first === undefined ? head.reason : { seq: Number(first.seq), reason: String(first.reason) };
  return {
    ok: broken === null && anchor.state !== "forged" && anchor.state !== "contradicts",
    entries: head.entries,
    headHash: head.headHash,
    broken,
    anchor,
    ms: Math.round(performance.now() - started),
  };
}

/** The verification in sentences, one a line, for `npm run audit:verify`. */
export function verificationLines(result: AuditVerification, name = "audit"): string[] {
  const lines = [`${result.entries} entries checked in ${result.ms} ms. Head: ${result.headHash}`];
  if (result.broken !== null) lines.push(`BROKEN at entry ${result.broken.seq}: ${result.broken.reason}.`);
  lines.push(result.anchor.sentence);
  lines.push(
    result.ok
      ? `The ${name} chain holds.`
      : `The ${name} chain does NOT hold. Keep the store as it is and compare it with a backup.`,
  );
  return lines;
}
