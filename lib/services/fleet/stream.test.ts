import { beforeEach, describe, expect, it, vi } from "vitest";
import type { FleetMessage, FleetTail } from "@/lib/domain/fleet-wire";
import { azureError, type FakeFleet, fakeFleetContext, identity, machineRow, NOW, readAll, SUB_A, SUB_B } from "./fleet-fakes";
import { streamFleet } from "./stream";

const store = vi.hoisted(() => new Map<string, { body: string; at: Date }>());
vi.mock("@/lib/db/snapshots", () => ({
  loadSnapshot: async (_db: unknown, of: object) => store.get(JSON.stringify(of)) ?? null,
  saveSnapshot: async (_db: unknown, of: object, body: string, at: Date) => {
    store.set(JSON.stringify(of), { body, at });
  },
}));

beforeEach(() => store.clear());

function read(fleet: FakeFleet, snapshot = false): Promise<FleetMessage[]> {
  return readAll(streamFleet({ ctx: fakeFleetContext(fleet), input: { snapshot } }));
}

function tailOf(messages: FleetMessage[]): FleetTail {
  const tail = messages.at(-1);
  if (tail?.type !== "tail") throw new Error("the stream has no tail");
  return tail;
}

function namesIn(messages: FleetMessage[]): string[] {
  return messages.flatMap((message) => (message.type === "rows" ? message.name : [])).toSorted();
}

function certificatesIn(messages: FleetMessage[]) {
  const rows = messages.flatMap((message) =>
    message.type === "certificates"
      ? message.machineId.map((id, index) => ({
          name: id.slice(id.lastIndexOf("/") + 1),
          state: message.state.dictionary[message.state.codes[index] ?? -1],
          endsAt: message.endsAt[index],
          from: message.estimateFrom[index],
          to: message.estimateTo[index],
        }))
      : [],
  );
  return Object.fromEntries(rows.map(({ name, ...fact }) => [name, fact]));
}

const minutes = (iso: string) => Date.parse(iso) / 60_000;

describe("streamFleet", () => {
  it("sends one head, the rows of all subscriptions and one tail that says complete", async () => {
    const messages = await read({
      machines: { [SUB_A]: [[machineRow("a1")], [machineRow("a2")]], [SUB_B]: [[machineRow("b1", {}, SUB_B)]] },
    });
    expect(messages.filter((message) => message.type === "head")).toHaveLength(1);
    expect(messages[0]).toMatchObject({
      type: "head",
      fromSnapshot: false,
      subscriptions: [
        { id: SUB_A, name: "Alpha" },
        { id: SUB_B, name: "Beta" },
      ],
    });
    expect(namesIn(messages)).toEqual(["a1", "a2", "b1"]);
    expect(messages.filter((message) => message.type === "tail")).toHaveLength(1);
    expect(tailOf(messages).machines).toEqual({ expected: 3, received: 3, complete: true, missing: [], asOf: NOW.toISOString() });
  });

  it("keeps an unknown status and identity as Azure wrote them and survives missing fields", async () => {
    const bare = { id: machineRow("bare").id };
    const messages = await read({
      machines: { [SUB_A]: [[machineRow("odd", { status: "Paused", identityType: "Quantum" }), bare, { name: "no id" }]] },
    });
    const rows = messages.find((message) => message.type === "rows");
    if (rows?.type !== "rows") throw new Error("no rows");
    const text = (column: "status" | "identityKind" | "osFamily", row: number) => {
      const { dictionary, codes } = rows.columns[column];
      return dictionary[codes[row] ?? -1];
    };
    expect(rows.name).toEqual(["odd", "bare"]);
    expect([text("status", 0), text("identityKind", 0)]).toEqual(["Paused", "Quantum"]);
    expect([text("status", 1), text("identityKind", 1), text("osFamily", 1)]).toEqual(["", "None", "unknown"]);
    expect(rows.lastStatusChange).toEqual([minutes("2026-11-20T12:00:00Z"), -1]);
  });

  it("names the subscription that could not be read and keeps the others", async () => {
    const messages = await read({
      machines: { [SUB_A]: [[machineRow("a1")]], [SUB_B]: [azureError(500, "InternalServerError")] },
    });
    expect(namesIn(messages)).toEqual(["a1"]);
    const { machines } = tailOf(messages);
    expect(machines.complete).toBe(false);
    expect(machines.missing).toMatchObject([
      { source: SUB_B, label: "Beta", problem: { code: "upstream", azure: { requestId: "req" }, traceId: "trace" } },
    ]);
  });

  it("keeps the pages that came before a later page failed, and says so", async () => {
    const messages = await read({
      machines: { [SUB_A]: [[machineRow("a1")], azureError(429, "RateLimiting", { code: "throttled" })] },
    });
    expect(namesIn(messages)).toEqual(["a1"]);
    expect(tailOf(messages).machines).toMatchObject({
      expected: 2,
      received: 1,
      complete: false,
      missing: [{ problem: { code: "throttled" } }],
    });
  });

  it("says that a list is short when Azure counts more than it sends", async () => {
    const messages = await read({ machines: { [SUB_A]: [[machineRow("a1")]] }, total: 5 });
    expect(tailOf(messages).machines).toMatchObject({
      expected: 5,
      received: 1,
      complete: false,
      missing: [{ label: "Machines" }],
    });
  });

  it("counts a machine once that moved to another page while it was read", async () => {
    const messages = await read({ machines: { [SUB_A]: [[machineRow("a1")], [machineRow("A1"), machineRow("a2")]] } });
    expect(namesIn(messages)).toEqual(["a1", "a2"]);
  });

  it("ends a list whose pages turn in circles and says so", async () => {
    const messages = await read({ machines: { [SUB_A]: [[machineRow("a1")]] }, endless: true });
    expect(tailOf(messages).machines).toMatchObject({
      received: 1,
      complete: false,
      missing: [{ problem: { detail: expect.stringContaining("does not end") } }],
    });
  });

  it("reads everything in one chain with an unknown total when the count fails", async () => {
    const messages = await read({ machines: { [SUB_A]: [[machineRow("a1")]] }, count: azureError(500, "x") });
    expect(messages[0]).toMatchObject({ type: "head", expected: null });
    expect(namesIn(messages)).toEqual(["a1"]);
    expect(tailOf(messages).machines.complete).toBe(true);
  });

  it("names no expected number when neither count nor rows could be read", async () => {
    const lost = azureError(500, "x");
    const messages = await read({ machines: { [SUB_A]: [lost] }, count: lost });
    expect(tailOf(messages).machines).toMatchObject({ expected: null, received: 0, complete: false });
  });

  it("shows subscription ids when their names cannot be read", async () => {
    const messages = await read({ machines: { [SUB_A]: [azureError(500, "x")] }, subscriptions: azureError(500, "y") });
    expect(tailOf(messages).machines.missing).toMatchObject([{ label: SUB_A }]);
  });

  it("fails before the head with the claims when Azure demands a step-up", async () => {
    const stepUp = azureError(401, "InvalidAuthenticationToken", { claims: "e30=" });
    await expect(read({ machines: {}, count: stepUp })).rejects.toMatchObject({ code: "unauthenticated", claims: "e30=" });
  });

  it("fails before the head when Entra gives no token for Azure, instead of calling the fleet empty", async () => {
    const refused = azureError(403, "AADSTS50057");
    if (refused.azure !== undefined) refused.azure.service = "entra";
    await expect(read({ machines: {}, count: refused })).rejects.toBe(refused);
  });

  it("is complete and empty for an operator without machines", async () => {
    const tail = tailOf(await read({ machines: {} }));
    expect(tail.machines).toMatchObject({ received: 0, complete: true });
  });

  it("stops asking Azure when the browser leaves in the middle", async () => {
    const pages = Array.from({ length: 500 }, (_, index) => [machineRow(`a${index}`)]);
    const ctx = fakeFleetContext({ machines: { [SUB_A]: pages } });
    const lines = streamFleet({ ctx, input: { snapshot: false } });
    await lines.next();
    await lines.next();
    await lines.return(undefined);
    const asked = ctx.queries.length;
    await new Promise((resolve) => setImmediate(resolve));
    expect(asked).toBeLessThan(100);
    expect(ctx.queries.length - asked).toBeLessThanOrEqual(1);
  });
});

describe("certificates of the fleet", () => {
  it("joins machine and identity whichever comes first", async () => {
    const messages = await read({
      machines: { [SUB_A]: [[machineRow("a1")], [machineRow("a2", { status: "Disconnected" })]] },
      identities: [
        [identity("a2", "2026-11-25T12:00:00Z")],
        [identity("a1", "2027-02-01T12:00:00Z"), identity("stranger", "2027-01-01T00:00:00Z")],
      ],
    });
    expect(certificatesIn(messages)).toEqual({
      a1: { state: "ok", endsAt: minutes("2027-02-01T12:00:00Z"), from: -1, to: -1 },
      a2: { state: "critical", endsAt: minutes("2026-11-25T12:00:00Z"), from: -1, to: -1 },
    });
    expect(tailOf(messages).certificates).toMatchObject({ expected: 2, received: 2, complete: true, missing: [] });
  });

  it("estimates a range from the last change when Graph may not be read, and says why", async () => {
    const silent = machineRow("a1", { status: "Disconnected", lastStatusChange: "2026-11-01T00:00:00Z" });
    const messages = await read({
      machines: { [SUB_A]: [[silent]] },
      identities: [azureError(403, "Authorization_RequestDenied")],
    });
    expect(certificatesIn(messages)).toEqual({
      a1: { state: "estimated", endsAt: -1, from: minutes("2026-12-16T00:00:00Z"), to: minutes("2027-01-30T00:00:00Z") },
    });
    expect(tailOf(messages).certificates).toMatchObject({
      expected: 1,
      received: 0,
      complete: false,
      missing: [{ source: "graph", problem: { code: "forbidden" } }],
    });
    expect(tailOf(messages).machines.complete).toBe(true);
  });

  it("asks by id when the tenant refuses the filter of the list", async () => {
    const asked: string[][] = [];
    const messages = await read({
      machines: { [SUB_A]: [[machineRow("a1")]] },
      identities: [azureError(400, "Request_UnsupportedQuery")],
      byIds: (ids) => {
        asked.push([...ids]);
        return [identity("a1", "2027-02-01T12:00:00Z")];
      },
    });
    expect(asked).toEqual([["principal-a1"]]);
    expect(certificatesIn(messages)).toMatchObject({ a1: { state: "ok" } });
    expect(tailOf(messages).certificates).toMatchObject({ received: 1, complete: true });
  });

  it("gives two clones of one identity the same certificate", async () => {
    const twins = [machineRow("a1", { principalId: "principal-x" }), machineRow("a2", { principalId: "PRINCIPAL-X" })];
    const messages = await read({ machines: { [SUB_A]: [twins] }, identities: [[identity("x", "2027-02-01T12:00:00Z")]] });
    expect(certificatesIn(messages)).toMatchObject({ a1: { state: "ok" }, a2: { state: "ok" } });
  });

  it("calls a machine without an identity unknown instead of estimating", async () => {
    const bare = machineRow("a1", { principalId: "", identityType: "None" });
    const messages = await read({ machines: { [SUB_A]: [[bare]] }, identities: [] });
    expect(certificatesIn(messages)).toMatchObject({ a1: { state: "unknown" } });
    expect(tailOf(messages).certificates).toMatchObject({ expected: 0, received: 0, complete: true });
  });
});

describe("sign-in extensions of the fleet", () => {
  const extension = (name: string, changes: Record<string, unknown>) => ({
    id: `${machineRow(name).id}/extensions/AADLogin`,
    name: "AADLogin",
    extensionType: "AADLoginForWindows",
    state: "Succeeded",
    version: "2.1.0.0",
    settings: { mdmId: "" },
    code: "0",
    message: "Extension Message: done",
    ...changes,
  });

  it("carries state, version, exit code of a failure and whether mdmId is there", async () => {
    const messages = await read({
      machines: {},
      extensions: [
        [
          extension("a1", {}),
          extension("a2", { state: "Failed", code: "51", message: "exit code: 51", settings: {} }),
          { id: "/odd" },
        ],
        [extension("a3", { settings: { mdmId: "0000000a-0000-0000-c000-000000000000" }, state: "Frozen" })],
      ],
    });
    const pages = messages.filter((message) => message.type === "extensions");
    const facts = pages.flatMap((page) =>
      page.machineId.map((id, row) => ({
        machine: id.slice(id.lastIndexOf("/") + 1),
        ...Object.fromEntries(
          (["state", "version", "exitCode", "mdmId"] as const).map((column) => [
            column,
            page[column].dictionary[page[column].codes[row] ?? -1],
          ]),
        ),
      })),
    );
    expect(facts).toEqual([
      { machine: "a1", state: "succeeded", version: "2.1.0.0", exitCode: "", mdmId: "empty" },
      { machine: "a2", state: "failed", version: "2.1.0.0", exitCode: "51", mdmId: "missing" },
      { machine: "a3", state: "unknown", version: "2.1.0.0", exitCode: "", mdmId: "set" },
    ]);
    expect(tailOf(messages).extensions).toMatchObject({ expected: 4, received: 4, complete: true });
  });

  it("does not take the machines down when extensions cannot be read", async () => {
    const messages = await read({ machines: { [SUB_A]: [[machineRow("a1")]] }, extensions: [azureError(500, "x")] });
    expect(tailOf(messages).machines.complete).toBe(true);
    expect(tailOf(messages).extensions).toMatchObject({ complete: false, missing: [{ label: "Sign-in extensions" }] });
  });
});

describe("the stored fleet", () => {
  const whole: FakeFleet = { machines: { [SUB_A]: [[machineRow("a1"), machineRow("a2")]] } };

  it("comes first when asked for, marked as stored and without asking Azure", async () => {
    await read(whole);
    const ctx = fakeFleetContext({ machines: {} });
    const messages = await readAll(streamFleet({ ctx, input: { snapshot: true } }));
    expect(messages[0]).toMatchObject({ type: "head", fromSnapshot: true, asOf: NOW.toISOString() });
    expect(namesIn(messages)).toEqual(["a1", "a2"]);
    expect(tailOf(messages).machines.complete).toBe(true);
    expect(ctx.queries).toEqual([]);
  });

  it("is read fresh when there is none yet", async () => {
    const messages = await read(whole, true);
    expect(messages[0]).toMatchObject({ type: "head", fromSnapshot: false });
    expect(namesIn(messages)).toEqual(["a1", "a2"]);
  });

  it("is never another person's", async () => {
    await read(whole);
    const other = fakeFleetContext({ machines: {} });
    const operator = { ...other.operator, objectId: "someone-else" };
    const messages = await readAll(streamFleet({ ctx: { ...other, operator }, input: { snapshot: true } }));
    expect(namesIn(messages)).toEqual([]);
  });

  it("is not replaced by a list with a hole", async () => {
    await read(whole);
    await read({ machines: { [SUB_A]: [azureError(500, "x")] } });
    expect(namesIn(await read({ machines: {} }, true))).toEqual(["a1", "a2"]);
  });

  it("tells which machines have gone since, but only when the fresh read is whole", async () => {
    await read(whole);
    const partial = await read({ machines: { [SUB_A]: [[machineRow("a1")]], [SUB_B]: [azureError(500, "x")] } });
    expect(tailOf(partial).removed).toEqual([]);
    const fresh = await read({ machines: { [SUB_A]: [[machineRow("a1")]] } });
    expect(tailOf(fresh).removed).toEqual([String(machineRow("a2").id).toLowerCase()]);
  });
});
