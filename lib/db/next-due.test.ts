import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { claimDueItems, nextItemDue } from "./access-changes";
import type { Database } from "./database";
import { claimDueElevations, nextElevationDue } from "./elevation";
import { testEngines } from "./testing";
import { AT, IDS, LATER, OWN, storeChanges, storeElevations } from "./work-testing";

const engines = await testEngines();
afterAll(async () => {
  for (const engine of engines) await engine.stop();
});

const WORK = [
  { what: "change of access", store: storeChanges, next: nextItemDue, claim: claimDueItems },
  { what: "request of elevation", store: storeElevations, next: nextElevationDue, claim: claimDueElevations },
];

describe.each(engines)("what is due next on $name", ({ open }) => {
  let db: Database;
  beforeEach(async () => {
    const opened = await open();
    db = opened.db;
    return opened.dispose;
  });

  it.each(WORK)("is the earliest $what of these carriers, a held one when its lease ends", async ({ store, next, claim }) => {
    const carriers = [`${OWN.tenantId}/${OWN.operatorObjectId}`];
    expect(await next(db, carriers)).toBeNull();
    await store(db);
    expect(await next(db, carriers)).toEqual(AT);
    expect(await next(db, [`${OWN.tenantId}/somebody`])).toBeNull();
    expect(await next(db, [])).toBeNull();
    await claim(db, { carriers, now: AT, leaseUntil: LATER, limit: IDS.length - 1 });
    expect(await next(db, carriers)).toEqual(AT);
    await claim(db, { carriers, now: AT, leaseUntil: LATER, limit: IDS.length });
    expect(await next(db, carriers)).toEqual(LATER);
  });
});
