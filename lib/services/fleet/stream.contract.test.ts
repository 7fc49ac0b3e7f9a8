import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ClientFixture, createClientFixture } from "@/lib/azure/client-fixture";
import { emptyTestDatabase, type TestDatabase } from "@/lib/db/testing";
import type { FleetMessage, FleetTail, FleetTextColumn } from "@/lib/domain/fleet-wire";
import { type LocalAzure, startLocalAzure } from "../../../emulator/core/start";
import { type ControlClient, createControlClient } from "../../../emulator/testing/control-client";
import { fakeFleetContext, readAll } from "./fleet-fakes";
import { type FleetContext, streamFleet } from "./stream";

/** Enough for one machine of each kind. */
const MACHINES = 60;
const OPERATOR = "olivia.operator@contoso.example";

let azure: LocalAzure;
let control: ControlClient;
let fixture: ClientFixture;
let store: TestDatabase;

beforeAll(async () => {
  azure = await startLocalAzure({ machines: MACHINES });
  control = createControlClient(azure.controlOrigin);
  fixture = createClientFixture({ origin: azure.origin, token: control.token });
  store = await emptyTestDatabase();
});
afterAll(async () => {
  await azure.close();
  await store.dispose();
});
beforeEach(async () => {
  await control.clearFaults();
  azure.instance.throttle.reset();
});
afterEach(() => control.clearRequests());

function contextFor(upn: string, changes: Partial<FleetContext> = {}): FleetContext {
  const base = fakeFleetContext({ machines: {} });
  return {
    ...base,
    azure: fixture.clientsFor(upn, { attemptTimeoutMs: 1_500 }),
    clock: { now: () => new Date() },
    db: store.db,
    operator: { ...base.operator, objectId: upn },
    config: fixture.config,
    ...changes,
  };
}

function read(upn: string, snapshot = false): Promise<FleetMessage[]> {
  return readAll(streamFleet({ ctx: contextFor(upn), input: { snapshot } }));
}

function tailOf(messages: FleetMessage[]): FleetTail {
  const tail = messages.at(-1);
  if (tail?.type !== "tail") throw new Error("the stream has no tail");
  return tail;
}

function machinesIn(messages: FleetMessage[]): Map<string, Record<FleetTextColumn, string>> {
  const rows = new Map<string, Record<FleetTextColumn, string>>();
  for (const message of messages) {
    if (message.type !== "rows") continue;
    for (const [row, name] of message.name.entries()) {
      const columns = Object.entries(message.columns).map(([column, { dictionary, codes }]) => [
        column,
        dictionary[codes[row] ?? -1] ?? "",
      ]);
      rows.set(name, Object.fromEntries(columns) as Record<FleetTextColumn, string>);
    }
  }
  return rows;
}

function certificatesIn(messages: FleetMessage[]): Map<string, { state: string; endsAt: number; from: number }> {
  const facts = new Map<string, { state: string; endsAt: number; from: number }>();
  for (const message of messages) {
    if (message.type !== "certificates") continue;
    for (const [row, id] of message.machineId.entries()) {
      facts.set(id.slice(id.lastIndexOf("/") + 1), {
        state: message.state.dictionary[message.state.codes[row] ?? -1] ?? "",
        endsAt: message.endsAt[row] ?? -1,
        from: message.estimateFrom[row] ?? -1,
      });
    }
  }
  return facts;
}

function extensionsIn(messages: FleetMessage[]): Map<string, Record<string, string>> {
  const facts = new Map<string, Record<string, string>>();
  for (const message of messages) {
    if (message.type !== "extensions") continue;
    for (const [row, id] of message.machineId.entries()) {
      const text = (column: "state" | "exitCode" | "mdmId" | "extensionType") =>
        message[column].dictionary[message[column].codes[row] ?? -1] ?? "";
      facts.set(id.slice(id.lastIndexOf("/") + 1), {
        state: text("state"),
        exitCode: text("exitCode"),
        mdmId: text("mdmId"),
        type: text("extensionType"),
      });
    }
  }
  return facts;
}

describe("the fleet of an operator", () => {
  it("comes whole, with every odd machine, its certificate and its sign-in extension [B10]", async () => {
    const messages = await read(OPERATOR);
    const tail = tailOf(messages);
    expect(tail.machines).toMatchObject({ expected: MACHINES, received: MACHINES, complete: true, missing: [] });
    expect(tail.certificates).toMatchObject({ complete: true, missing: [] });
    expect(tail.extensions).toMatchObject({ complete: true, missing: [] });

    const machines = machinesIn(messages);
    expect(machines.size).toBe(MACHINES);
    expect(machines.get("ams-app-0001")).toMatchObject({
      status: "Connected",
      osFamily: "windows",
      joinState: "workgroup",
      identityKind: "SystemAssigned",
    });
    expect(machines.get("ams-lnx-0012")).toMatchObject({ status: "Paused", osFamily: "linux" });
    expect(machines.get("ams-dc-0013")).toMatchObject({ joinState: "domain" });
    expect(machines.get("ams-noid-0014")).toMatchObject({ identityKind: "None", principalId: "" });
    expect(machines.get("dub-exp-0020")).toMatchObject({ status: "Expired" });

    const certificates = certificatesIn(messages);
    const state = (name: string) => certificates.get(name)?.state;
    expect(state("ams-app-0001")).toBe("ok");
    expect(state("dub-crit-0019")).toBe("critical");
    expect(state("dub-exp-0020")).toBe("expired");
    expect(state("dub-exp-0021")).toBe("expired");
    expect(state("lon-ren-0023")).toBe("renewal-window");
    expect(state("lon-ren-0024")).toBe("renewal-stuck");
    expect(state("ams-noid-0014")).toBe("unknown");

    const extensions = extensionsIn(messages);
    expect(extensions.get("ams-app-0002")).toMatchObject({ state: "succeeded", mdmId: "empty", type: "AADLoginForWindows" });
    expect(extensions.get("ams-rdp-0003")).toMatchObject({ mdmId: "missing" });
    expect(extensions.get("ams-mdm-0004")).toMatchObject({ mdmId: "set" });
    expect(extensions.get("fra-f51-0047")).toMatchObject({ state: "failed", exitCode: "51" });
    expect(extensions.get("ams-lnx-0011")).toMatchObject({ state: "succeeded", type: "AADSSHLoginForLinux" });
    expect(extensions.has("ams-app-0001")).toBe(false);
  });

  it("is served from the store the second time without a call to Azure, and only to the same person", async () => {
    await read(OPERATOR);
    await control.clearRequests();
    const again = await read(OPERATOR, true);
    expect(again[0]).toMatchObject({ type: "head", fromSnapshot: true });
    expect(machinesIn(again).size).toBe(MACHINES);
    expect(await control.requests()).toEqual([]);
    const other = await read("rene.reader@contoso.example", true);
    expect(other[0]).toMatchObject({ fromSnapshot: false });
  });
});

describe("the fleet of others", () => {
  it("is what their rights show: one subscription for its contributor, and that is complete", async () => {
    const messages = await read("wade.wholesale@contoso.example");
    expect(new Set([...machinesIn(messages).values()].map((row) => row.subscriptionId)).size).toBe(1);
    expect(tailOf(messages).machines.complete).toBe(true);
  });

  it("is empty and says so for a person without rights", async () => {
    const messages = await read("nora.norights@contoso.example");
    expect(machinesIn(messages).size).toBe(0);
    expect(tailOf(messages).machines).toMatchObject({ received: 0, complete: true });
  });

  it("has estimated certificates for a guest who may not read Graph, with Graph's refusal named", async () => {
    const messages = await read("gus.guest_fabrikam.example#EXT#@contoso.example");
    const certificates = [...certificatesIn(messages).values()];
    expect(certificates.length).toBeGreaterThan(0);
    expect(certificates.every((fact) => fact.endsAt === -1)).toBe(true);
    expect(certificates.some((fact) => fact.state === "estimated" && fact.from > 0)).toBe(true);
    expect(tailOf(messages).certificates).toMatchObject({
      complete: false,
      missing: [
        { source: "graph", problem: { code: "forbidden", azure: { code: "Authorization_RequestDenied", service: "graph" } } },
      ],
    });
  });
});

describe("faults while the fleet is read", () => {
  const RESOURCE_GRAPH = { face: "resourceGraph" as const };

  it("that pass are met by another attempt and leave the list whole", async () => {
    await control.addFault({ match: RESOURCE_GRAPH, effect: { kind: "reset" }, skip: 1, times: 1 });
    await control.addFault({ match: { face: "graph" }, effect: { kind: "respond", status: 503 }, times: 2 });
    const tail = tailOf(await read(OPERATOR));
    expect(tail.machines).toMatchObject({ received: MACHINES, complete: true });
    expect(tail.certificates.complete).toBe(true);
  });

  it("that stay leave the rows that came and a tail that names what is missing", async () => {
    await control.addFault({
      match: { face: "graph" },
      effect: { kind: "respond", status: 502, contentType: "text/html", body: "<html>" },
    });
    const messages = await read(OPERATOR);
    expect(machinesIn(messages).size).toBe(MACHINES);
    const { certificates } = tailOf(messages);
    expect(certificates).toMatchObject({
      received: 0,
      complete: false,
      missing: [{ problem: { code: "upstream", azure: { status: 502 } } }],
    });
    expect([...certificatesIn(messages).values()].every((fact) => fact.state !== "ok")).toBe(true);
  });

  it("in the paging of Resource Graph never end in a short list that calls itself whole", async () => {
    await control.setOptions({ resourceGraphPageSizes: [10] });
    await control.addFault({ match: RESOURCE_GRAPH, effect: { kind: "patchJson", remove: ["$skipToken"] } });
    const { machines } = tailOf(await read(OPERATOR));
    await control.setOptions({ resourceGraphPageSizes: [] });
    expect(machines).toMatchObject({ expected: MACHINES, received: 10, complete: false });
  });

  it("with pages of changing size and many pages still give every machine once", async () => {
    await control.setOptions({ resourceGraphPageSizes: [3, 7, 1] });
    const messages = await read(OPERATOR);
    await control.setOptions({ resourceGraphPageSizes: [] });
    expect(machinesIn(messages).size).toBe(MACHINES);
    expect(tailOf(messages).machines.complete).toBe(true);
  });
});
