import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { END_STATES, transitionPairs } from "@/lib/domain/rollout/states";
import { ROLLOUT_STATES, TASK_STATES, WAVE_STATES } from "@/lib/domain/rollout/types";
import type { Database } from "./database";
import { queryRows, storeErrorOf } from "./query";
import { storeRollout } from "./rollout-testing";
import { pastTriggers, testEngines } from "./testing";

const engines = await testEngines();
afterAll(async () => {
  for (const engine of engines) await engine.stop();
});

const UNDO = "undo";

describe.each(engines)("states of roll-outs on $name", ({ open }) => {
  let db: Database;
  let id = "";
  beforeAll(async () => {
    const opened = await open();
    db = opened.db;
    id = await storeRollout(db, { machines: 1 });
    return opened.dispose;
  });

  const ended = (table: string, state: string) =>
    table === "task" ? END_STATES.some((end) => end === state) : table === "rollout" && ["canceled", "finished"].includes(state);

  /** Whether the store takes the move: put into the first state past the trigger, then moved with it, then undone. */
  async function takes(table: string, name: string, from: string, to: string): Promise<boolean> {
    const where = table === "rollout" ? "id" : "rollout_id";
    const set = (state: string) =>
      sql.raw(
        `update ${name} set state = '${state}'${table === "wave" ? "" : `, ended_at = ${ended(table, state) ? "now()" : "null"}`} where ${where} = '${id}'`,
      );
    try {
      await db.session.transaction(async (tx) => {
        await pastTriggers(tx, name, set(from));
        await tx.execute(set(to));
        throw new Error(UNDO);
      });
    } catch (error) {
      if (error instanceof Error && error.message === UNDO) return true;
      expect(storeErrorOf(error).code).toBe("23514");
    }
    return false;
  }

  it.each([
    ["rollout", "rollout", ROLLOUT_STATES],
    ["wave", "rollout_wave", WAVE_STATES],
    ["task", "rollout_task", TASK_STATES],
  ] as const)("takes exactly the transitions that the domain names: %s", async (table, name, states) => {
    const taken: string[] = [];
    for (const from of states) {
      for (const to of states) if (from !== to && (await takes(table, name, from, to))) taken.push(`${from}>${to}`);
    }
    expect(taken.sort()).toEqual(transitionPairs(table).sort());
  });

  it("refuses a state that nobody has named", async () => {
    const write = queryRows(db.session, sql`update rollout_task set state = 'done' where rollout_id = ${id}::uuid`);
    expect(storeErrorOf(await write.catch((error: unknown) => error)).code).toBe("23514");
  });

  it("refuses an end without a time and a time without an end", async () => {
    for (const statement of [
      sql`update rollout_task set state = 'failed' where rollout_id = ${id}::uuid`,
      sql`update rollout_task set ended_at = now() where rollout_id = ${id}::uuid`,
      sql`update rollout set ended_at = now() where id = ${id}::uuid`,
    ]) {
      expect(storeErrorOf(await queryRows(db.session, statement).catch((error: unknown) => error)).code).toBe("23514");
    }
  });
});
