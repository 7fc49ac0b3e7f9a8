import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { emptyTestDatabase, type TestDatabase } from "@/lib/db/testing";
import { prepareAccess } from "@/lib/domain/access/access-index";
import { CAPABILITY_IDS } from "@/lib/domain/access/capabilities";
import { evaluateMachine } from "@/lib/domain/access/evaluate-machine";
import { type AssembledInputs, createInputsAssembler } from "@/lib/domain/access/inputs-codec";
import type { AccessInputsMessage } from "@/lib/domain/access/inputs-wire";
import type { FaultRule } from "../../../emulator/core/faults";
import { type LocalAzure, startLocalAzure } from "../../../emulator/core/start";
import { type ControlClient, createControlClient } from "../../../emulator/testing/control-client";
import type { ServiceContext } from "../context";
import { fleetInputs, streamAccessInputs } from "./inputs";
import { getMachineAccess } from "./machine";
import { type AccessBench, createAccessBench, NO_RIGHTS, PARTIAL, SECURITY } from "./testing";

let azure: LocalAzure;
let control: ControlClient;
let bench: AccessBench;
let store: TestDatabase;

beforeAll(async () => {
  azure = await startLocalAzure({ machines: 200, options: { enforceQuotas: false } });
  control = createControlClient(azure.controlOrigin);
  store = await emptyTestDatabase();
  bench = await createAccessBench({ origin: azure.origin, token: control.token }, store.db);
});
afterAll(async () => {
  await azure.close();
  await store.dispose();
});
beforeEach(() => control.clearFaults());

const refused = (status: number, code: string): FaultRule["effect"] => ({
  kind: "respond",
  status,
  body: { error: { code, message: `refused by the test: ${code}` } },
});

async function read(ctx: ServiceContext, snapshot = false): Promise<{ types: string[]; result: AssembledInputs }> {
  const assembler = createInputsAssembler();
  const types: string[] = [];
  for await (const line of streamAccessInputs({ ctx, snapshot })) {
    const message = JSON.parse(line) as AccessInputsMessage;
    types.push(message.type);
    assembler.push(message);
  }
  const result = assembler.end();
  if (result === null) throw new Error("no tail");
  return { types, result };
}

describe("the inputs of the fleet", () => {
  it("give the same answers about a machine as the machine's own fresh read", async () => {
    const ctx = bench.as(SECURITY);
    const { inputs } = (await read(ctx)).result;
    const index = prepareAccess(inputs, ctx.clock.now());
    for (const name of ["ams-app-0001", "fra-sql-0007"]) {
      const fresh = await getMachineAccess({ ctx, ref: bench.machine(name) });
      const answers = evaluateMachine(index, fresh.machine.id).answers;
      for (const capability of CAPABILITY_IDS) {
        const people = (list: (typeof answers)["read"]) => list.holders.map(({ principal }) => principal.id).sort();
        expect(people(answers[capability]), `${name} ${capability}`).toEqual(people(fresh.access.answers[capability]));
      }
    }
  });

  it("begin with the head, end with the tail and count what Azure counted", async () => {
    const { types, result } = await read(bench.as(SECURITY));
    expect(types[0]).toBe("head");
    expect(types.at(-1)).toBe("tail");
    expect(result.completeness.received).toBe(result.completeness.expected);
    expect(result.inputs.machines).toHaveLength(200);
    expect(new Set(result.inputs.assignments.map(({ id }) => id.toLowerCase())).size).toBe(result.inputs.assignments.length);
  });

  it("name the subscription whose deny assignments cannot be read, and bring everything else", async () => {
    await control.addFault({
      match: { face: "arm", method: "GET", path: "/denyAssignments" },
      effect: refused(403, "AuthorizationFailed"),
      times: 1,
    });
    const { inputs, completeness } = (await read(bench.as(SECURITY))).result;
    const gaps = inputs.incomplete.filter(({ source }) => source === "denyAssignments");
    expect(gaps).toHaveLength(1);
    expect(gaps[0]).toMatchObject({
      at: expect.stringMatching(/^\/subscriptions\//),
      reason: expect.stringContaining("refused by the test"),
    });
    expect(completeness.complete).toBe(false);
    expect(inputs.machines).toHaveLength(200);
  });

  it("say that machines are missing when Resource Graph fails for good", async () => {
    await control.addFault({
      match: { face: "resourceGraph", method: "POST" },
      effect: refused(400, "BadRequest"),
    });
    const { inputs } = (await read({ ...bench.as(SECURITY) })).result;
    expect(inputs.incomplete.map(({ source }) => source)).toEqual(expect.arrayContaining(["scopes", "machines", "assignments"]));
    expect(inputs.asOf.assignments).not.toBeNull();
  });

  it("throw before the first line when the sign-in is refused", async () => {
    await control.addFault({
      match: { face: "resourceGraph" },
      effect: { kind: "respond", status: 401, body: { error: { code: "InvalidAuthenticationToken", message: "expired" } } },
    });
    await expect(streamAccessInputs({ ctx: bench.as(SECURITY), snapshot: false }).next()).rejects.toMatchObject({
      code: "unauthenticated",
    });
  });

  it("show somebody with rights in one subscription only that subscription", async () => {
    const { inputs } = (await read(bench.as(PARTIAL))).result;
    const subscriptions = new Set(inputs.machines.map(({ id }) => id.split("/")[2]));
    expect(subscriptions.size).toBe(1);
    expect(inputs.subscriptions).toHaveLength(1);
  });

  it("show somebody without rights nothing, and never what another person has read", async () => {
    await read(bench.as(SECURITY));
    const { inputs } = (await read(bench.as(NO_RIGHTS), true)).result;
    expect(inputs.machines).toEqual([]);
    expect(inputs.assignments).toEqual([]);
  });

  it("come from the operator's last read when asked for, marked as such and with its age", async () => {
    const ctx = bench.as(SECURITY);
    const first = (await read(ctx)).result;
    bench.nowMs.value += 3_600_000;
    const again = (await read(bench.as(SECURITY), true)).result;
    expect(again).toMatchObject({ fromSnapshot: true, asOf: first.asOf });
    expect(again.inputs).toEqual(first.inputs);
  });

  it("are read again on the server once they are older than asked", async () => {
    const first = await fleetInputs(bench.as(SECURITY), 60_000);
    bench.nowMs.value += 60_000;
    expect((await fleetInputs(bench.as(SECURITY), 60_000)).asOf).toBe(first.asOf);
    bench.nowMs.value += 1;
    expect((await fleetInputs(bench.as(SECURITY), 60_000)).asOf).not.toBe(first.asOf);
  });

  it("are read again within seconds when Azure failed, however old they might be", async () => {
    bench.nowMs.value += 120_000;
    await control.addFault({
      match: { face: "resourceGraph", method: "POST" },
      effect: refused(400, "BadRequest"),
    });
    const failed = await fleetInputs(bench.as(SECURITY), 60_000);
    await control.clearFaults();
    expect((await fleetInputs(bench.as(SECURITY), 60_000)).asOf).toBe(failed.asOf);
    bench.nowMs.value += 3_001;
    expect((await fleetInputs(bench.as(SECURITY), 60_000)).inputs.incomplete.map(({ source }) => source)).not.toContain(
      "machines",
    );
  });
});
