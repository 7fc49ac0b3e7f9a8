import { describe, expect, it } from "vitest";
import { assign, G1, PROD, principal, tenant } from "@/lib/domain/access/access-fixture";
import type { AccessInputsMessage } from "@/lib/domain/access/inputs-wire";
import type { Problem } from "@/lib/domain/errors";
import { mainThread } from "../worker-backend";
import { accessMessages, accessStream, FIXTURE_AS_OF } from "./access-fixture";
import { AccessHost, type AccessMethods } from "./access-host";
import { AccessSession, type AccessStatus } from "./access-session";

const INPUTS = tenant({ principals: [principal("ada")], assignments: [assign("ada", "admin-login", PROD)] });
const MORE = tenant({ principals: [principal("ada")], assignments: [assign("ada", "admin-login", G1)] });

function problem(code: Problem["code"], detail: string): Problem {
  return { type: "t", title: detail, status: 0, code, detail, traceId: "" };
}

class Refused extends Error {
  readonly problem: Problem;
  constructor(code: Problem["code"]) {
    super(code);
    this.problem = problem(code, code);
  }
}

function streamOf(lines: readonly (AccessInputsMessage | string)[], cut = 37): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(accessStream(lines));
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(at, at + cut));
      at += cut;
    },
  });
}

function harness(...answers: (() => ReadableStream<Uint8Array>)[]) {
  const asked: boolean[] = [];
  const session = new AccessSession({
    openBackend: async () => mainThread<AccessMethods>(new AccessHost()),
    openStream: async ({ snapshot }) => {
      asked.push(snapshot);
      const next = answers.shift();
      if (next === undefined) throw new Error("asked once too often");
      return next();
    },
    toProblem: (error) => (error instanceof Refused ? error.problem : problem("upstream", (error as Error).message)),
    brokenProblem: (reason) => problem("upstream", reason === "" ? "ended early" : reason),
    nowMs: () => Date.parse("2026-11-21T12:00:00Z"),
  });
  const history: AccessStatus[] = [];
  session.subscribe(() => history.push(session.getStatus()));
  const administered = async () => (await (await session.backend()).call("summary"))?.widest?.machines ?? null;
  return { session, history, asked, administered };
}

const settled = (session: AccessSession, version: number) =>
  new Promise<AccessStatus>((resolve) => {
    const check = () => {
      const status = session.getStatus();
      if (status.phase === "failed" || (status.phase === "ready" && status.version >= version)) resolve(status);
    };
    session.subscribe(check);
    check();
  });

describe("reading access", () => {
  it("is ready with the server's age and completeness once the end mark has come, and knows the answers", async () => {
    const { session, administered } = harness(() => streamOf(accessMessages(INPUTS)));
    session.start();
    expect(await settled(session, 1)).toMatchObject({
      phase: "ready",
      version: 1,
      asOf: FIXTURE_AS_OF,
      fromSnapshot: false,
      machines: 4,
      completeness: { complete: true, received: 4 },
      incomplete: [],
      problem: null,
      received: { machines: 4, assignments: 1 },
    });
    expect(await administered()).toBe(3);
  });

  it("reads once however often it is started", async () => {
    const { session, asked } = harness(() => streamOf(accessMessages(INPUTS)));
    session.start();
    session.start();
    await settled(session, 1);
    expect(asked).toEqual([true]);
  });

  it("reads again when it is started after a change, from Azure and once", async () => {
    const { session, asked, administered } = harness(
      () => streamOf(accessMessages(INPUTS)),
      () => streamOf(accessMessages(MORE)),
    );
    session.start();
    await settled(session, 1);
    session.outdate();
    session.start();
    await settled(session, 2);
    session.start();
    expect(asked).toEqual([true, false]);
    expect(await administered()).toBe(2);
  });

  it("shows the stored answer at once, then reads what access is now", async () => {
    const { session, asked, administered } = harness(
      () => streamOf(accessMessages(INPUTS, true)),
      () => streamOf(accessMessages(MORE)),
    );
    session.start();
    expect(await settled(session, 2)).toMatchObject({ fromSnapshot: false, version: 2 });
    expect(asked).toEqual([true, false]);
    expect(await administered()).toBe(2);
  });

  it("says which input waits for a quota, and stops saying so when rows come", async () => {
    const [head, ...rest] = accessMessages(INPUTS);
    const waiting: AccessInputsMessage = { type: "progress", source: "assignments", received: 40, waitingForQuotaMs: 3_000 };
    const { session, history } = harness(() => streamOf([head ?? waiting, waiting, ...rest]));
    session.start();
    const end = await settled(session, 1);
    expect(history.some(({ waiting: shown }) => shown?.ms === 3_000 && shown.source === "assignments")).toBe(true);
    expect(history.some(({ received }) => received.assignments === 40)).toBe(true);
    expect(end.waiting).toBeNull();
  });

  it("keeps what could not be read with its reason", async () => {
    const incomplete = [{ source: "groups", at: "g", label: "Ops", reason: "forbidden" }] as const;
    const { session } = harness(() => streamOf(accessMessages({ ...INPUTS, incomplete })));
    session.start();
    expect(await settled(session, 1)).toMatchObject({ incomplete, completeness: { complete: false } });
  });
});

describe("a read that fails", () => {
  it.each([
    ["ends before its end mark", () => streamOf(accessMessages(INPUTS).slice(0, -1)), "ended early"],
    ["is empty", () => streamOf([]), "ended early"],
    ["holds a line that is no JSON", () => streamOf(["<html>"]), "a line is not JSON"],
    ["holds a line that is no message", () => streamOf(['{"type":"rows"}']), "a line is not an access message"],
  ] as const)("has nothing to show when the stream %s", async (_, open, detail) => {
    const { session, administered } = harness(open);
    session.start();
    expect(await settled(session, 1)).toMatchObject({ phase: "failed", version: 0, problem: { detail } });
    expect(await administered()).toBeNull();
  });

  it("shows the refusal of the server", async () => {
    const { session } = harness(() => {
      throw new Refused("forbidden");
    });
    session.start();
    expect(await settled(session, 1)).toMatchObject({ phase: "failed", problem: { code: "forbidden" } });
  });

  it("keeps the answers of the read before, with their age", async () => {
    const { session, administered } = harness(
      () => streamOf(accessMessages(INPUTS)),
      () => streamOf(accessMessages(MORE).slice(0, -1)),
    );
    session.start();
    await settled(session, 1);
    await session.refresh();
    expect(session.getStatus()).toMatchObject({
      phase: "ready",
      version: 1,
      asOf: FIXTURE_AS_OF,
      problem: { detail: "ended early" },
    });
    expect(await administered()).toBe(3);
  });

  it("takes the newer of two reads, however late the older one ends", async () => {
    let release: () => void = () => undefined;
    const late = () =>
      new ReadableStream<Uint8Array>({
        start(controller) {
          release = () => {
            controller.enqueue(new TextEncoder().encode(accessStream(accessMessages(INPUTS))));
            controller.close();
          };
        },
      });
    const { session, administered } = harness(late, () => streamOf(accessMessages(MORE)));
    session.start();
    await session.backend();
    await new Promise((resolve) => setImmediate(resolve));
    await session.refresh();
    release();
    await new Promise((resolve) => setImmediate(resolve));
    expect(session.getStatus()).toMatchObject({ phase: "ready", version: 1 });
    expect(await administered()).toBe(2);
  });
});

describe("before anything was read", () => {
  it("answers every question with nothing", async () => {
    const host = mainThread<AccessMethods>(new AccessHost());
    const scopes = { lane: "now", capabilities: [] } as const;
    expect(await host.call("person", "x")).toBeNull();
    expect(await host.call("holders", "x", "read")).toBeNull();
    expect(await host.call("scopeTree", scopes)).toEqual([]);
    expect(await host.call("scopeMachines", "x", scopes)).toEqual([]);
    expect(await host.call("scopeGrants", "x")).toEqual([]);
    expect(await host.call("matrixRows", 0, 9)).toEqual([]);
    expect(await host.call("peopleRows", 0, 9)).toEqual([]);
    expect(await host.call("personMachineRows", "x", 0, 9)).toEqual([]);
    expect(await host.call("findPeople", "x", 9)).toEqual([]);
  });
});
