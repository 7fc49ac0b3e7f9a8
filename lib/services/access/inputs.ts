import "server-only";
import { loadSnapshot, saveSnapshot } from "@/lib/db/snapshots";
import { type AssembledInputs, createInputsAssembler } from "@/lib/domain/access/inputs-codec";
import type { AccessInputsMessage } from "@/lib/domain/access/inputs-wire";
import { AppError } from "@/lib/domain/errors";
import type { ServiceContext } from "../context";
import { perStore } from "../per-store";
import { accessMessages } from "./read-fleet";

/** Raised when the form of the lines changes: an old snapshot is then simply not found. */
const FORMAT = "access/1";
/** Operators whose last read is kept in memory, for previews and findings right after the screen's own read. */
const KEPT = 4;

type Stored = { lines: readonly string[]; at: Date };

type Memory = {
  /** Newest last. The key holds tenant, person and cloud: nobody is ever answered from another person's read. */
  recent: Map<string, Stored>;
  /** When an operator last changed something: what was read before is no longer good enough for a preview. */
  changedAt: Map<string, number>;
};
const memoryOf = perStore<Memory>(() => ({ recent: new Map(), changedAt: new Map() }));

function keyOf(ctx: ServiceContext) {
  const { tenantId, objectId } = ctx.operator;
  return { tenantId, objectId, key: `${FORMAT}/${ctx.config.cloud.id}` };
}

function keep(ctx: ServiceContext, stored: Stored): void {
  const { recent } = memoryOf(ctx.db);
  const name = JSON.stringify(keyOf(ctx));
  recent.delete(name);
  recent.set(name, stored);
  const oldest = recent.keys().next();
  if (recent.size > KEPT && !oldest.done) recent.delete(oldest.value);
  saveSnapshot(ctx.db, keyOf(ctx), stored.lines.join("\n"), stored.at).catch((error: unknown) =>
    ctx.log.error("access.snapshotNotStored", error, { traceId: ctx.traceId }),
  );
}

/** Makes the server read anew for this operator, who has just changed what was read. */
export function forgetInputs(ctx: ServiceContext): void {
  memoryOf(ctx.db).changedAt.set(JSON.stringify(keyOf(ctx)), ctx.clock.now().getTime());
}

function isFresh(ctx: ServiceContext, stored: Stored, maxAgeMs: number): boolean {
  const readMs = stored.at.getTime();
  const changedMs = memoryOf(ctx.db).changedAt.get(JSON.stringify(keyOf(ctx))) ?? Number.NEGATIVE_INFINITY;
  return readMs > changedMs && ctx.clock.now().getTime() - readMs <= maxAgeMs;
}

async function storedLines(ctx: ServiceContext): Promise<Stored | null> {
  const here = memoryOf(ctx.db).recent.get(JSON.stringify(keyOf(ctx)));
  if (here !== undefined) return here;
  const stored = await loadSnapshot(ctx.db, keyOf(ctx));
  return stored === null ? null : { lines: stored.body.split("\n"), at: stored.at };
}

function asSnapshot(line: string): string {
  // Only this module writes snapshots, so the first line is the head it wrote.
  return JSON.stringify({ ...(JSON.parse(line) as AccessInputsMessage), fromSnapshot: true });
}

/**
 * The inputs of the engine as JSON lines. With `snapshot`, this operator's last read when there is one; the browser asks
 * again without it. A read is stored when its tail has come, gaps included: the tail names them.
 */
export async function* streamAccessInputs(args: { ctx: ServiceContext; snapshot: boolean }): AsyncGenerator<string> {
  const { ctx } = args;
  const stored = args.snapshot ? await storedLines(ctx) : null;
  const [head, ...rest] = stored?.lines ?? [];
  if (head !== undefined) {
    yield asSnapshot(head);
    yield* rest;
    return;
  }
  const at = ctx.clock.now();
  const lines: string[] = [];
  for await (const message of accessMessages(ctx)) {
    const line = JSON.stringify(message);
    if (message.type !== "progress") lines.push(line);
    if (message.type === "tail") keep(ctx, { lines, at });
    yield line;
  }
}

function assemble(lines: readonly string[]): AssembledInputs | null {
  const assembler = createInputsAssembler();
  for (const line of lines) assembler.push(JSON.parse(line) as AccessInputsMessage);
  return assembler.end();
}

/** What failed for another reason than a missing right may work a moment later: such a read serves those who ask together. */
const FAILED_AGE_MS = 3_000;

function mayWorkNow({ completeness }: AssembledInputs): boolean {
  return completeness.missing.some(({ problem }) => problem.code !== "forbidden");
}

/** The inputs for work on the server: this operator's last read when it is fresh enough, else a new one. Throws AppError. */
export async function fleetInputs(ctx: ServiceContext, maxAgeMs: number): Promise<AssembledInputs> {
  const stored = await storedLines(ctx);
  if (stored !== null && isFresh(ctx, stored, maxAgeMs)) {
    const known = assemble(stored.lines);
    if (known !== null && (!mayWorkNow(known) || isFresh(ctx, stored, FAILED_AGE_MS))) return known;
  }
  const lines: string[] = [];
  for await (const line of streamAccessInputs({ ctx, snapshot: false })) lines.push(line);
  const read = assemble(lines);
  if (read === null) throw new AppError({ code: "upstream", message: "The reading of access ended before it was whole." });
  return read;
}
