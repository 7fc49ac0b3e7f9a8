import "server-only";
import { join } from "node:path";
import type { ServerConfig } from "@/lib/config/env";
import { writeAnchor } from "@/lib/db/audit-anchor";
import { verifyAudit } from "@/lib/db/audit-verify";
import { AUDIT_CHAIN, type Chain, type ChainMark } from "@/lib/db/chain";
import type { Database } from "@/lib/db/database";
import type { AuditChainState } from "@/lib/domain/api";

/** The anchor file of a configuration: in the data directory, outside of the database's own files. */
export function anchorFileOf(config: Pick<ServerConfig, "dataDir">, chain: Chain = AUDIT_CHAIN): string {
  return join(config.dataDir, chain === AUDIT_CHAIN ? "audit-anchor.jsonl" : `${chain.stream}-anchor.jsonl`);
}

/** Between two whole recomputations only what is new is checked: a page view must not cost a pass over a million entries. */
const WHOLE_EVERY_MS = 10 * 60_000;
const ANCHOR_EVERY_MS = 30_000;

type Args = {
  db: Database;
  config: Pick<ServerConfig, "dataDir" | "auditAnchorKey">;
  now: () => Date;
  onError: (error: unknown) => void;
  /** Absent = the audit. */
  chain?: Chain;
};

/** Watches over a hash chain of the store: verifies on request and anchors the head from time to time. */
export class AuditChain {
  private readonly args: Args;
  private readonly chain: Chain;
  private verified: ChainMark | null = null;
  private wholeAt = Number.NEGATIVE_INFINITY;
  private running: Promise<AuditChainState> | null = null;
  private timer: NodeJS.Timeout | null = null;

  constructor(args: Args) {
    this.args = args;
    this.chain = args.chain ?? AUDIT_CHAIN;
  }

  /** Writes an anchor now and then; without AUDIT_ANCHOR_KEY there is nothing to sign with and nothing is written. */
  start(): void {
    if (this.args.config.auditAnchorKey === null) return;
    this.timer = setInterval(() => void this.anchor().catch(this.args.onError), ANCHOR_EVERY_MS);
    this.timer.unref();
  }

  async stop(): Promise<void> {
    if (this.timer !== null) clearInterval(this.timer);
    await this.anchor();
  }

  async anchor(): Promise<void> {
    const { db, config, now } = this.args;
    if (config.auditAnchorKey === null) return;
    const file = anchorFileOf(config, this.chain);
    await writeAnchor({ db, file, key: config.auditAnchorKey.reveal(), now: now(), chain: this.chain });
  }

  /** The state of the chain. Callers at the same time share one verification. */
  state(): Promise<AuditChainState> {
    this.running ??= this.verify().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  private async verify(): Promise<AuditChainState> {
    const { db, config, now } = this.args;
    const at = now();
    const whole = this.verified === null || at.getTime() - this.wholeAt >= WHOLE_EVERY_MS;
    const result = await verifyAudit({
      db,
      chain: this.chain,
      anchorFile: anchorFileOf(config, this.chain),
      anchorKey: config.auditAnchorKey?.reveal() ?? null,
      ...(whole || this.verified === null ? {} : { from: this.verified }),
    });
    if (whole) this.wholeAt = at.getTime();
    this.verified = result.broken === null ? { seq: result.entries, hash: result.headHash } : null;
    const { ok, entries, headHash, broken, anchor } = result;
    return { ok, entries, headHash, broken, anchor, checkedAt: at.toISOString() };
  }
}
