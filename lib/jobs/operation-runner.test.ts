import { sql } from "drizzle-orm";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { verifyAudit } from "@/lib/db/audit-verify";
import { findOperation, operationEvents, resumeOperations } from "@/lib/db/operations";
import { queryRows } from "@/lib/db/query";
import { testEngines } from "@/lib/db/testing";
import type { ExtensionFailure } from "@/lib/domain/api";
import { ACCEPTED, azureError, type Bench, createBench, plan, running, succeeded } from "./testing";

const engines = await testEngines();
afterAll(async () => {
  for (const engine of engines) await engine.stop();
});

const LOST = azureError(null);
const failure: ExtensionFailure = {
  exitCode: "51",
  hex: null,
  name: null,
  meaning: "failures.known.x.meaning",
  likelyCauses: [],
  fixes: [],
  confidence: "doc",
  sources: [],
  rawCode: "VMExtensionProvisioningError",
  rawMessage: "exit code: 51",
  actions: ["uninstall"],
};

describe.each(engines)("operation runner on $name", ({ open }) => {
  let bench: Bench;
  beforeEach(async () => {
    const { db, dispose } = await open();
    bench = createBench(db);
    return dispose;
  });

  const rowOf = async (id: string) => {
    const row = await findOperation(bench.db, id);
    if (row === null) throw new Error("no operation");
    return row;
  };
  const stateOf = async (id: string) => (await rowOf(id)).state;
  const outcomes = async () =>
    (await queryRows(bench.db.session, sql`select outcome from audit_event order by seq`)).map((row) => row.outcome);
  const pass = async (ms: number) => {
    bench.clock.advance(ms);
    await bench.runner.tick();
  };
  /** The process ends here: nothing of it remains but the store. */
  const restart = () => {
    const { db, clock } = bench;
    const fresh = createBench(db);
    fresh.clock.advance(clock.now().getTime() - fresh.clock.now().getTime());
    return fresh;
  };

  it("commits submitting before anything is sent", async () => {
    const id = await plan(bench);
    let seen = "";
    bench.remote.sends = [
      async () => {
        seen = await stateOf(id);
        return ACCEPTED;
      },
    ];
    await bench.runner.submit(id);
    expect(seen).toBe("submitting");
  });

  it("goes from planned to succeeded with one request and one confirming look", async () => {
    const id = await plan(bench);
    bench.remote.polls = [running, succeeded];
    expect((await bench.runner.submit(id)).state).toBe("provisioning");
    await pass(2_000);
    expect(await stateOf(id)).toBe("provisioning");
    await pass(2_600);
    expect(await stateOf(id)).toBe("succeeded");
    expect(bench.remote.calls).toEqual(["send", "poll", "poll", "look"]);
    expect((await operationEvents(bench.db, id)).map((event) => event.state)).toEqual([
      "planned",
      "submitting",
      "provisioning",
      "provisioning",
      "succeeded",
    ]);
    expect(await outcomes()).toEqual(["done"]);
  });

  it("waits as long as Azure asks before the first look", async () => {
    const id = await plan(bench);
    bench.remote.sends = [{ ...ACCEPTED, retryAfterSeconds: 30 }];
    await bench.runner.submit(id);
    await pass(29_999);
    expect(bench.remote.count("poll")).toBe(0);
    await pass(1);
    expect(bench.remote.count("poll")).toBe(1);
  });

  it("sends once when the same operation is submitted twice at the same time", async () => {
    const id = await plan(bench);
    await Promise.all([bench.runner.submit(id), bench.runner.submit(id)]);
    await bench.runner.submit(id);
    expect(bench.remote.count("send")).toBe(1);
  });

  it("reports failed when Azure says succeeded and the extension then failed", async () => {
    const id = await plan(bench);
    bench.remote.looks = [{ seen: "failed", azureStatus: "Failed", failure }];
    await bench.runner.submit(id);
    await pass(2_000);
    const row = await rowOf(id);
    expect(row.state).toBe("failed");
    expect(JSON.parse(row.failure ?? "{}")).toMatchObject({ exitCode: "51" });
    expect((await operationEvents(bench.db, id)).at(-1)?.detail).toContain("first reported success");
    expect(await outcomes()).toEqual(["failed"]);
  });

  it("keeps Azure's words and the decoded reason of a failure", async () => {
    const id = await plan(bench);
    const azure = azureError(200).azure ?? null;
    bench.remote.polls = [{ ...running, azureStatus: "Failed", phase: "failed", failure: azure, decoded: failure }];
    bench.remote.looks = [{ seen: "nothing", azureStatus: null }];
    await bench.runner.submit(id);
    await pass(2_000);
    const row = await rowOf(id);
    expect(row.state).toBe("failed");
    expect(JSON.parse(row.azure ?? "{}")).toMatchObject({ requestId: "r1" });
    expect(JSON.parse(row.failure ?? "{}")).toMatchObject({ exitCode: "51" });
  });

  it.each([400, 403, 404, 409, 429])("is refused for good when Azure answers %i", async (status) => {
    const id = await plan(bench);
    bench.remote.sends = [azureError(status, "conflict")];
    expect((await bench.runner.submit(id)).state).toBe("refused");
    await pass(3_600_000);
    expect(bench.remote.calls).toEqual(["send"]);
    expect(await outcomes()).toEqual(["refused"]);
  });

  it("stays planned when Azure wants a stronger sign-in, and is sent when it is repeated", async () => {
    const id = await plan(bench);
    bench.remote.sends = [azureError(401, "unauthenticated", "e30="), ACCEPTED];
    await expect(bench.runner.submit(id)).rejects.toMatchObject({ code: "unauthenticated", claims: "e30=" });
    expect(await rowOf(id)).toMatchObject({ state: "planned", waitingFor: "Ada to confirm the sign-in" });
    await pass(60_000);
    expect(bench.remote.count("send")).toBe(1);
    expect((await bench.runner.submit(id)).state).toBe("provisioning");
    expect(await outcomes()).toEqual([]);
  });

  it("ends an operation whose stronger sign-in never comes", async () => {
    const id = await plan(bench);
    bench.remote.sends = [azureError(401, "unauthenticated", "e30=")];
    await bench.runner.submit(id).catch(() => undefined);
    await pass(30 * 60_000 + 1);
    expect(await stateOf(id)).toBe("canceled");
    expect(bench.remote.count("send")).toBe(1);
  });

  it("says unknown when no answer comes and adopts what Azure then shows", async () => {
    const id = await plan(bench);
    bench.remote.sends = [LOST];
    bench.remote.looks = [
      { seen: "running", azureStatus: "Creating" },
      { seen: "succeeded", azureStatus: "Succeeded" },
    ];
    expect((await bench.runner.submit(id)).state).toBe("unknown");
    await pass(4_999);
    expect(bench.remote.count("look")).toBe(0);
    await pass(1);
    expect(await stateOf(id)).toBe("provisioning");
    await pass(2_000);
    expect(await stateOf(id)).toBe("succeeded");
    expect(bench.remote.count("send")).toBe(1);
    expect(await outcomes()).toEqual(["unknown", "done"]);
  });

  it.each([
    ["succeeded", { seen: "succeeded", azureStatus: "Succeeded" }],
    ["failed", { seen: "failed", azureStatus: "Failed", failure }],
    ["canceled", { seen: "canceled", azureStatus: "Canceled" }],
  ] as const)("adopts an end that it finds: %s", async (state, sighting) => {
    const id = await plan(bench);
    bench.remote.sends = [LOST];
    bench.remote.looks = [sighting];
    await bench.runner.submit(id);
    await pass(5_000);
    expect(await stateOf(id)).toBe(state);
    expect(bench.remote.count("send")).toBe(1);
  });

  it("sends again only after Azure was asked and shows nothing", async () => {
    const id = await plan(bench);
    bench.remote.sends = [LOST, ACCEPTED];
    bench.remote.looks = [
      { seen: "nothing", azureStatus: null },
      { seen: "succeeded", azureStatus: "Succeeded" },
    ];
    await bench.runner.submit(id);
    await pass(5_000);
    expect(bench.remote.calls).toEqual(["send", "look", "send"]);
    expect(await stateOf(id)).toBe("provisioning");
  });

  it("does not send again when the decision is older than half an hour", async () => {
    const id = await plan(bench);
    bench.remote.sends = [LOST];
    bench.remote.looks = [{ seen: "nothing", azureStatus: null }];
    await bench.runner.submit(id);
    await pass(30 * 60_000 + 1);
    expect(await stateOf(id)).toBe("canceled");
    expect(bench.remote.count("send")).toBe(1);
    expect(await outcomes()).toEqual(["unknown", "failed"]);
  });

  it("stays unknown while the look itself gets no answer", async () => {
    const id = await plan(bench);
    bench.remote.sends = [LOST];
    bench.remote.looks = [azureError(503), azureError(null), { seen: "succeeded", azureStatus: "Succeeded" }];
    await bench.runner.submit(id);
    await pass(5_000);
    await pass(15_000);
    expect(await stateOf(id)).toBe("unknown");
    await pass(15_000);
    expect(await stateOf(id)).toBe("succeeded");
  });

  it("after a kill in submitting asks Azure before anything else", async () => {
    const id = await plan(bench);
    bench.remote.sends = [() => new Promise(() => undefined)];
    void bench.runner.submit(id);
    await expect.poll(() => stateOf(id)).toBe("submitting");
    const fresh = restart();
    fresh.remote.looks = [{ seen: "running", azureStatus: "Creating" }];
    fresh.clock.advance(180_000);
    await fresh.runner.tick();
    expect(fresh.remote.calls).toEqual(["look"]);
    expect(await stateOf(id)).toBe("provisioning");
    expect(await outcomes()).toEqual(["unknown"]);
  });

  it("after a kill in planned sends, because nothing was sent", async () => {
    const id = await plan(bench);
    const fresh = restart();
    fresh.clock.advance(180_000);
    await fresh.runner.tick();
    expect(fresh.remote.calls).toEqual(["send"]);
    expect(await stateOf(id)).toBe("provisioning");
  });

  it("after a kill in provisioning polls on and sends nothing", async () => {
    const id = await plan(bench);
    await bench.runner.submit(id);
    const fresh = restart();
    fresh.clock.advance(2_000);
    await fresh.runner.tick();
    expect(fresh.remote.calls).toEqual(["poll", "look"]);
    expect(await stateOf(id)).toBe("succeeded");
  });

  it("waits visibly while nobody with a token is there and goes on when one comes", async () => {
    const id = await plan(bench);
    await bench.runner.submit(id);
    bench.access.people.clear();
    await pass(60_000);
    expect(await rowOf(id)).toMatchObject({ state: "provisioning", waitingFor: "an operator to sign in" });
    bench.access.people.add("t1/bob");
    await resumeOperations(bench.db, [id], "bob", bench.clock.now(), "Bob signed in.");
    await pass(0);
    expect(await stateOf(id)).toBe("succeeded");
    const audit = await queryRows(
      bench.db.session,
      sql`select operator_id, payload::jsonb -> 'detail' ->> 'seenThrough' as through from audit_event`,
    );
    expect(audit).toEqual([{ operator_id: "ada", through: "bob" }]);
  });

  it("never sends in another person's name", async () => {
    const id = await plan(bench);
    bench.remote.sends = [LOST];
    bench.remote.looks = [{ seen: "nothing", azureStatus: null }];
    await bench.runner.submit(id);
    bench.access.people.clear();
    await pass(60_000);
    bench.access.people.add("t1/bob");
    await resumeOperations(bench.db, [id], "bob", bench.clock.now(), "Bob signed in.");
    await pass(0);
    expect(bench.remote.calls).toEqual(["send", "look"]);
    expect(await rowOf(id)).toMatchObject({ state: "unknown", waitingFor: "Ada to sign in", carrierObjectId: "ada" });
  });

  it("waits for an operator when Azure no longer takes the token, and drops that token", async () => {
    const id = await plan(bench);
    bench.remote.polls = [azureError(401, "unauthenticated")];
    await bench.runner.submit(id);
    await pass(2_000);
    expect(await rowOf(id)).toMatchObject({ state: "provisioning", waitingFor: "an operator to sign in" });
    expect(bench.access.carriers()).toEqual([]);
  });

  it("says that a right is missing when Azure forbids the look", async () => {
    const id = await plan(bench);
    bench.remote.polls = [azureError(403, "forbidden")];
    await bench.runner.submit(id);
    await pass(2_000);
    expect(await rowOf(id)).toMatchObject({
      state: "provisioning",
      waitingFor: "an operator with the right to read this machine",
    });
  });

  it.each([azureError(429, "throttled"), azureError(500), azureError(null)])(
    "keeps polling after a poll that failed (%s)",
    async (error) => {
      const id = await plan(bench);
      bench.remote.polls = [error, succeeded];
      await bench.runner.submit(id);
      await pass(2_000);
      expect(await stateOf(id)).toBe("provisioning");
      await pass(15_000);
      expect(await stateOf(id)).toBe("succeeded");
      expect(bench.remote.count("send")).toBe(1);
    },
  );

  it("looks at the target when Azure has forgotten the operation", async () => {
    const id = await plan(bench);
    bench.remote.polls = [azureError(404, "not_found")];
    await bench.runner.submit(id);
    await pass(2_000);
    expect(await stateOf(id)).toBe("succeeded");
  });

  it("bears a target that flickers after success", async () => {
    const id = await plan(bench);
    bench.remote.looks = [
      { seen: "nothing", azureStatus: null },
      { seen: "nothing", azureStatus: null },
      { seen: "succeeded", azureStatus: "Succeeded" },
    ];
    await bench.runner.submit(id);
    for (let round = 0; round < 3; round++) await pass(15_000);
    expect(await stateOf(id)).toBe("succeeded");
  });

  it("reports failed when the target stays away after success", async () => {
    const id = await plan(bench);
    bench.remote.looks = [{ seen: "nothing", azureStatus: null }];
    await bench.runner.submit(id);
    for (let round = 0; round < 4; round++) await pass(15_000);
    expect(await stateOf(id)).toBe("provisioning");
    await pass(15_000);
    expect(await stateOf(id)).toBe("failed");
  });

  it("says after a quarter of an hour what a stuck extension waits for, and goes on looking", async () => {
    const id = await plan(bench);
    bench.remote.polls = [running];
    await bench.runner.submit(id);
    await pass(15 * 60_000);
    expect((await rowOf(id)).waitingFor).toBeNull();
    await pass(15_000);
    expect((await rowOf(id)).waitingFor).toContain("the server to answer");
    bench.remote.polls = [succeeded];
    await pass(15_000);
    expect(await stateOf(id)).toBe("succeeded");
  });

  it("confirms a change without an address by looking", async () => {
    const id = await plan(bench, { kind: "identity.enable", extensionName: null });
    bench.remote.sends = [{ ...ACCEPTED, operationUrl: null }];
    await bench.runner.submit(id);
    await pass(0);
    expect(bench.remote.calls).toEqual(["send", "look"]);
    expect(await stateOf(id)).toBe("succeeded");
  });

  it("keeps the audit chain whole over all of it", async () => {
    for (const status of [403, null, 200]) {
      const id = await plan(bench);
      bench.remote.sends = status === 200 ? [ACCEPTED] : [azureError(status)];
      await bench.runner.submit(id);
      await pass(5_000);
      expect(["refused", "succeeded"]).toContain(await stateOf(id));
    }
    expect(await verifyAudit({ db: bench.db, anchorFile: null, anchorKey: null })).toMatchObject({ ok: true, entries: 4 });
  });

  it("works by itself once started and stops when told", async () => {
    const id = await plan(bench);
    await bench.runner.start();
    await bench.runner.submit(id);
    bench.clock.advance(2_000);
    const ended = new Promise<void>((resolve) => {
      const off = bench.runner.onChange(id, () => {
        off();
        resolve();
      });
    });
    bench.runner.nudge();
    await ended;
    await bench.runner.stop();
    expect(await stateOf(id)).toBe("succeeded");
  });
});
