import "server-only";
import { sql } from "drizzle-orm";
import type { ServerConfig } from "@/lib/config/env";
import { toWireUrl } from "@/lib/config/wire";
import type { Database } from "@/lib/db/database";
import type { Readiness } from "@/lib/domain/api";

type Check = { name: string; run: (signal: AbortSignal) => Promise<string> };

const LIMIT_MS = 3_000;
/** Anyone may ask for readiness, so asking often must not become traffic to Entra and Azure. */
const KEEP_MS = 5_000;

async function answers(
  config: ServerConfig,
  address: string,
  healthy: (status: number) => boolean,
  signal: AbortSignal,
): Promise<string> {
  const { host } = new URL(address);
  let status: number;
  try {
    ({ status } = await fetch(toWireUrl(config, address), { signal, redirect: "manual", cache: "no-store" }));
  } catch {
    throw new Error(`${host} does not answer`);
  }
  if (!healthy(status)) throw new Error(`${host} answers HTTP ${status}`);
  return `${host} answers`;
}

function checks(config: ServerConfig, db: Database): Check[] {
  const metadata = `${config.authority}/${config.tenantId}/v2.0/.well-known/openid-configuration`;
  const subscriptions = `${config.cloud.arm}/subscriptions?api-version=2022-12-01`;
  return [
    {
      name: "store",
      run: async () => {
        await db.session.execute(sql`select 1`);
        return db.engine === "embedded" ? "the embedded store answers" : "PostgreSQL answers";
      },
    },
    { name: "entra", run: (signal) => answers(config, metadata, (status) => status === 200, signal) },
    // Without a token Resource Manager answers 401, which is all that has to be known here.
    { name: "arm", run: (signal) => answers(config, subscriptions, (status) => status < 500, signal) },
  ];
}

async function runCheck(check: Check): Promise<Readiness["checks"][number]> {
  const started = performance.now();
  const limit = AbortSignal.timeout(LIMIT_MS);
  const late = new Promise<never>((_, reject) => {
    limit.addEventListener("abort", () => reject(new Error(`no answer within ${LIMIT_MS / 1000} s`)), { once: true });
  });
  const done = (ok: boolean, detail: string) => ({ name: check.name, ok, detail, ms: Math.round(performance.now() - started) });
  try {
    return done(true, await Promise.race([check.run(limit), late]));
  } catch (error) {
    // Own sentences only: the store's and the network's own words may name hosts, users and paths.
    const own = error instanceof Error && /answer/.test(error.message) ? error.message : "it does not answer";
    return done(false, own);
  }
}

/** Asks every dependency at once and keeps the answer for a few seconds. */
export function createReadiness(args: { config: ServerConfig; db: Database; now: () => number }): () => Promise<Readiness> {
  let kept: { at: number; answer: Promise<Readiness> } | null = null;
  const ask = async (): Promise<Readiness> => {
    const results = await Promise.all(checks(args.config, args.db).map(runCheck));
    return { ready: results.every((result) => result.ok), checks: results };
  };
  return () => {
    const at = args.now();
    if (kept === null || at - kept.at >= KEEP_MS) kept = { at, answer: ask() };
    return kept.answer;
  };
}
