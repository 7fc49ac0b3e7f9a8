import "server-only";
import { sql } from "drizzle-orm";
import { ARM_WRITES, GRAPH_PACE, ROLLOUT_PACE } from "@/lib/domain/rollout/pace";
import type { DbSession } from "./database";
import { queryRows } from "./query";
import type { RolloutRow } from "./rollouts";

/**
 * Tokens of ARM's buckets per caller and subscription, shared by every instance. ARM gives 200 at once and 10 a second
 * (https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling); ten of the burst and a
 * little of the refill stay free for people who work by hand.
 */
const BUCKET_BURST = ROLLOUT_PACE.burst;
const BUCKET_PER_SECOND = ROLLOUT_PACE.perSecond;
const KEPT_FOR_PEOPLE = ARM_WRITES.burst - ROLLOUT_PACE.burst;

export type BucketClass = "write" | "delete";
export type Bucket = { principal: string; subscriptionId: string; class: BucketClass };

/** What ARM said was left, when it said so. */
export type Observation = { remaining: number; at: Date };

type BucketRow = { subscriptionId: string; tokens: number; refilledAt: number; blockedUntil: number | null };

/** Whose bucket the calls of a roll-out draw on. */
export function principalOf(row: Pick<RolloutRow, "tenantId" | "actsAs" | "carrierObjectId">): string {
  return `${row.tenantId}/${row.actsAs === "managedIdentity" ? "managedIdentity" : row.carrierObjectId}`;
}

/** Removals have a bucket of their own at ARM. */
export function bucketClassOf(kind: RolloutRow["kind"]): BucketClass {
  return kind.endsWith(".uninstall") ? "delete" : "write";
}

function refilled(bucket: BucketRow, now: number): BucketRow {
  const seconds = Math.max(0, now - bucket.refilledAt) / 1000;
  const tokens = Math.min(BUCKET_BURST, bucket.tokens + seconds * BUCKET_PER_SECOND);
  return { ...bucket, tokens, refilledAt: Math.max(bucket.refilledAt, now) };
}

/** Learns downwards only: what was taken since the observation is already off the tokens. */
function learned(bucket: BucketRow, seen: Observation | undefined): BucketRow {
  if (seen === undefined) return bucket;
  const then = refilled(bucket, seen.at.getTime());
  return { ...then, tokens: Math.min(then.tokens, seen.remaining - KEPT_FOR_PEOPLE) };
}

async function lockBuckets(
  tx: DbSession,
  principal: string,
  subscriptionIds: readonly string[],
  class_: BucketClass,
  now: Date,
): Promise<BucketRow[]> {
  const ids = JSON.stringify([...new Set(subscriptionIds)].sort());
  const at = now.toISOString();
  await tx.execute(sql`
    insert into arm_budget (principal, subscription_id, class, tokens, refilled_at)
    select ${principal}, s, ${class_}, ${BUCKET_BURST}::float8, ${at}::timestamptz from json_array_elements_text(${ids}::json) s
    on conflict do nothing`);
  const rows = await queryRows(
    tx,
    sql`select subscription_id, tokens, (extract(epoch from refilled_at) * 1000)::float8 as refilled,
      (extract(epoch from blocked_until) * 1000)::float8 as blocked
    from arm_budget where principal = ${principal} and class = ${class_}
      and subscription_id in (select json_array_elements_text(${ids}::json)) order by subscription_id for update`,
  );
  return rows.map((row) => ({
    subscriptionId: String(row.subscription_id),
    tokens: Number(row.tokens),
    refilledAt: Number(row.refilled),
    blockedUntil: row.blocked === null ? null : Number(row.blocked),
  }));
}

/** Free slots go round the subscriptions, so that one with thousands of machines does not starve the others. */
export function shareSlots(wanted: ReadonlyMap<string, number>, slots: number): Map<string, number> {
  const given = new Map<string, number>();
  let left = slots;
  let open = [...wanted].filter(([, n]) => n > 0);
  while (left > 0 && open.length > 0) {
    const each = Math.max(1, Math.floor(left / open.length));
    for (const [id, n] of open) {
      const add = Math.min(each, n - (given.get(id) ?? 0), left);
      given.set(id, (given.get(id) ?? 0) + add);
      left -= add;
    }
    open = open.filter(([id, n]) => (given.get(id) ?? 0) < n);
  }
  return given;
}

/**
 * Takes whole tokens for up to `wanted` requests per subscription, at most `slots` in all, inside the caller's transaction:
 * when that is rolled back nothing was taken. `seen` is what ARM last said per subscription.
 */
export async function takeTokens(
  tx: DbSession,
  args: {
    principal: string;
    class: BucketClass;
    wanted: ReadonlyMap<string, number>;
    slots: number;
    now: Date;
    seen?: ReadonlyMap<string, Observation>;
  },
): Promise<Map<string, number>> {
  const ids = [...args.wanted.keys()];
  if (ids.length === 0 || args.slots <= 0) return new Map();
  const now = args.now.getTime();
  const locked = await lockBuckets(tx, args.principal, ids, args.class, args.now);
  const buckets = locked.map((bucket) => refilled(learned(bucket, args.seen?.get(bucket.subscriptionId)), now));
  const possible = new Map(
    buckets.map((bucket) => {
      const isBlocked = bucket.blockedUntil !== null && bucket.blockedUntil > now;
      const most = isBlocked ? 0 : Math.max(0, Math.floor(bucket.tokens));
      return [bucket.subscriptionId, Math.min(args.wanted.get(bucket.subscriptionId) ?? 0, most)] as const;
    }),
  );
  const given = shareSlots(possible, args.slots);
  const after = buckets.map((bucket) => ({
    s: bucket.subscriptionId,
    t: bucket.tokens - (given.get(bucket.subscriptionId) ?? 0),
    r: new Date(bucket.refilledAt).toISOString(),
  }));
  await tx.execute(sql`
    update arm_budget b set tokens = x.t, refilled_at = x.r
    from json_to_recordset(${JSON.stringify(after)}::json) as x(s text, t float8, r timestamptz)
    where b.principal = ${args.principal} and b.class = ${args.class} and b.subscription_id = x.s`);
  return given;
}

/**
 * Books the next query of Resource Graph in this caller's name and gives the milliseconds until it may leave. Every process books
 * here, by the store's own clock, so that several of them do not find the quota of one person by collision.
 */
export async function bookGraphQuery(session: DbSession, principal: string): Promise<number> {
  const { burst, perSecond } = GRAPH_PACE;
  const rows = await queryRows(
    session,
    sql`insert into arm_budget as b (principal, subscription_id, class, tokens, refilled_at)
      values (${principal}, '', 'graph', ${burst - 1}::float8, clock_timestamp())
      on conflict (principal, subscription_id, class) do update set
        tokens = least(${burst}::float8, b.tokens
          + greatest(0, extract(epoch from clock_timestamp() - b.refilled_at))::float8 * ${perSecond}::float8) - 1,
        refilled_at = greatest(b.refilled_at, clock_timestamp())
      returning tokens`,
  );
  const tokens = Number(rows[0]?.tokens ?? 0);
  return tokens >= 0 ? 0 : Math.ceil((-tokens / perSecond) * 1000);
}

/** Gives tokens back that were taken for requests which were not sent. */
export async function returnTokens(tx: DbSession, bucket: Bucket, count: number): Promise<void> {
  await tx.execute(sql`
    update arm_budget set tokens = least(${BUCKET_BURST}::float8, tokens + ${count}::float8)
    where principal = ${bucket.principal} and subscription_id = ${bucket.subscriptionId} and class = ${bucket.class}`);
}

/** ARM throttled: nothing more is sent before that time. The tokens stay, because a collision says nothing about them. */
export async function blockBucket(tx: DbSession, bucket: Bucket, until: Date): Promise<void> {
  const at = until.toISOString();
  await tx.execute(sql`
    insert into arm_budget (principal, subscription_id, class, tokens, refilled_at, blocked_until)
    values (${bucket.principal}, ${bucket.subscriptionId}, ${bucket.class}, 0, ${at}::timestamptz, ${at}::timestamptz)
    on conflict (principal, subscription_id, class)
    do update set blocked_until = greatest(arm_budget.blocked_until, excluded.blocked_until)`);
}
