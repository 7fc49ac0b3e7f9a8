import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ClientFixture, createClientFixture } from "@/lib/azure/client-fixture";
import { emptyTestDatabase, type TestDatabase } from "@/lib/db/testing";
import type { MachineDetail, MachineUnavailable } from "@/lib/domain/api";
import { type MachineRef, parseMachineId } from "@/lib/domain/machine";
import { type LocalAzure, startLocalAzure } from "../../../emulator/core/start";
import { type ControlClient, createControlClient } from "../../../emulator/testing/control-client";
import type { ServiceContext } from "../context";
import { fakeFleetContext, readAll } from "../fleet/fleet-fakes";
import { streamFleet } from "../fleet/stream";
import { getSession } from "../session/get";
import { getMachine } from "./get";

const OPERATOR = "olivia.operator@contoso.example";
const READER = "rene.reader@contoso.example";
const NOBODY = "nora.norights@contoso.example";
const GUEST = "gus.guest_fabrikam.example#EXT#@contoso.example";

let azure: LocalAzure;
let control: ControlClient;
let fixture: ClientFixture;
let store: TestDatabase;
let refs: Map<string, MachineRef>;

beforeAll(async () => {
  azure = await startLocalAzure({ machines: 60, options: { enforceQuotas: false } });
  control = createControlClient(azure.controlOrigin);
  fixture = createClientFixture({ origin: azure.origin, token: control.token });
  store = await emptyTestDatabase();
  refs = await refsOf(OPERATOR);
});
afterAll(async () => {
  await azure.close();
  await store.dispose();
});
beforeEach(() => control.clearFaults());

async function refsOf(upn: string): Promise<Map<string, MachineRef>> {
  const query = "resources | where type =~ 'microsoft.hybridcompute/machines' | project id, name";
  const { rows } = await fixture.clientsFor(upn).resourceGraph.query({ query });
  const pairs = rows.flatMap((row) => {
    const ref = parseMachineId(String(row.id));
    return ref === null ? [] : [[String(row.name), ref] as const];
  });
  return new Map(pairs);
}

function contextFor(upn: string, changes: Partial<ServiceContext> = {}): ServiceContext {
  const base = fakeFleetContext({ machines: {} });
  return {
    ...base,
    azure: fixture.clientsFor(upn, { attemptTimeoutMs: 1_500 }),
    clock: { now: () => new Date() },
    db: store.db,
    operator: { ...base.operator, objectId: upn, tenantId: fixture.config.tenantId },
    config: fixture.config,
    ...changes,
  };
}

function refOf(name: string): MachineRef {
  const ref = refs.get(name);
  if (ref === undefined) throw new Error(`no machine ${name}`);
  return ref;
}

async function detailOf(name: string, upn = OPERATOR): Promise<MachineDetail> {
  const answer = await getMachine({ ctx: contextFor(upn), input: refOf(name) });
  if (!answer.ok) throw new Error(answer.unavailable.detail);
  return answer.detail;
}

async function unavailableOf(input: MachineRef, upn = OPERATOR): Promise<MachineUnavailable> {
  const answer = await getMachine({ ctx: contextFor(upn), input });
  if (answer.ok) throw new Error("the machine could be read");
  return answer.unavailable;
}

describe("a machine's page", () => {
  it("has machine, identity, certificate, extension, rights and activity, each with its source", async () => {
    const detail = await detailOf("ams-app-0002");
    expect(detail).toMatchObject({
      machine: { name: "ams-app-0002", status: "Connected" },
      joinState: "entra",
      subscriptionName: "Production EU 01",
      nameMatches: true,
      servicePrincipal: { known: true, source: "Microsoft Graph", value: { displayName: "ams-app-0002" } },
      certificate: { state: "ok", disagreement: null, estimate: null },
      signIn: { state: "succeeded", failure: null, mdmIdMissing: false },
      permissions: { known: true, value: { writeExtension: { allowed: true } } },
      activity: { known: true, source: "Azure Resource Manager" },
      runningOperations: [],
    });
    expect(detail.certificate.daysLeft).toBeGreaterThan(45);
  });

  it("tells a reader that extensions may not be written", async () => {
    const { permissions } = await detailOf("ams-app-0001", READER);
    expect(permissions).toMatchObject({
      known: true,
      value: {
        readMachine: { allowed: true },
        writeExtension: { allowed: false, action: "Microsoft.HybridCompute/machines/extensions/write" },
      },
    });
  });

  it("decodes why the extension failed", async () => {
    expect((await detailOf("fra-f51-0047")).signIn).toMatchObject({ state: "failed", failure: { exitCode: "51" } });
  });

  it("sees that settings.mdmId is missing", async () => {
    expect((await detailOf("ams-rdp-0003")).signIn).toMatchObject({ state: "succeeded", mdmIdMissing: true });
  });

  it("shows both words when ARM calls a machine expired whose certificate is valid [B10]", async () => {
    const { certificate } = await detailOf("dub-exp-0022");
    expect(certificate.disagreement).toMatchObject({ arm: "Expired", certificate: expect.any(String) });
  });

  it("says that there is no identity instead of leaving a gap", async () => {
    const detail = await detailOf("ams-noid-0014");
    expect(detail.servicePrincipal).toEqual({ known: false, reason: "The machine has no system-assigned identity." });
    expect(detail).toMatchObject({ nameMatches: null, certificate: { state: "unknown" } });
  });

  it("estimates the certificate for a guest who may not read Graph and shows Graph's refusal", async () => {
    const [name] = (await refsOf(GUEST)).keys();
    const detail = await detailOf(name ?? "", GUEST);
    expect(detail.servicePrincipal).toMatchObject({
      known: false,
      problem: { code: "forbidden", azure: { code: "Authorization_RequestDenied" } },
    });
    expect(detail.certificate).toMatchObject({ state: "estimated", endsAt: null, estimate: { from: expect.any(String) } });
  });
});

describe("a part that fails", () => {
  it("is named with its problem and never claims that the extension is not installed", async () => {
    const effect = { kind: "respond", status: 500, body: { error: { code: "InternalServerError", message: "x" } } } as const;
    await control.addFault({ match: { face: "arm", path: "/extensions\\?" }, effect });
    const detail = await detailOf("ams-app-0002");
    expect(detail.extensions).toMatchObject({
      known: false,
      problem: { code: "upstream", azure: { code: "InternalServerError" } },
    });
    expect(detail.signIn).toEqual({ state: "unknown", extension: null, failure: null, mdmIdMissing: false });
    expect(detail.servicePrincipal.known).toBe(true);
  });

  it("ends the request when it is a demand for a stronger sign-in", async () => {
    const claims = Buffer.from('{"access_token":{"acrs":{"essential":true,"value":"c1"}}}').toString("base64");
    const headers = { "www-authenticate": `Bearer error="insufficient_claims", claims="${claims}"` };
    await control.addFault({ match: { face: "graph" }, effect: { kind: "respond", status: 401, headers, body: {} } });
    await expect(detailOf("ams-app-0002")).rejects.toMatchObject({ code: "unauthenticated", claims });
  });
});

describe("a machine that cannot be read", () => {
  it("answers not_found with what this operator's stored fleet knew", async () => {
    await readAll(streamFleet({ ctx: contextFor(OPERATOR), input: { snapshot: false } }));
    const body = { error: { code: "ResourceNotFound", message: "gone" } };
    await control.addFault({
      match: { face: "arm", path: "/machines/ams-app-0001\\?" },
      effect: { kind: "respond", status: 404, body },
    });
    const unavailable = await unavailableOf(refOf("ams-app-0001"));
    expect(unavailable).toMatchObject({
      code: "not_found",
      status: 404,
      azure: { code: "ResourceNotFound" },
      lastKnown: { name: "ams-app-0001", facts: { status: "Connected", osFamily: "windows", location: "westeurope" } },
    });
  });

  it("knows nothing of what others have seen", async () => {
    const unavailable = await unavailableOf(refOf("ams-app-0001"), NOBODY);
    expect(unavailable).toMatchObject({
      code: "forbidden",
      status: 403,
      azure: { code: "AuthorizationFailed" },
      lastKnown: null,
    });
  });

  it("is read again after it flapped", async () => {
    const effect = { kind: "respond", status: 404, body: { error: { code: "ResourceNotFound", message: "x" } } } as const;
    await control.addFault({ match: { face: "arm", path: "/machines/ams-app-0001\\?" }, effect, times: 1 });
    expect((await unavailableOf(refOf("ams-app-0001"))).code).toBe("not_found");
    expect((await detailOf("ams-app-0001")).machine.name).toBe("ams-app-0001");
  });

  it("in a form that is no machine is Azure's error with a sentence, not a crash", async () => {
    await control.addFault({
      match: { face: "arm", path: "/machines/ams-app-0001\\?" },
      effect: { kind: "patchJson", set: { id: 7 } },
    });
    expect(await unavailableOf(refOf("ams-app-0001"))).toMatchObject({
      code: "upstream",
      status: 502,
      detail: expect.stringContaining("ams-app-0001"),
    });
  });
});

describe("the session", () => {
  it("names tenants, subscriptions and what Graph allows", async () => {
    const session = await getSession({ ctx: contextFor(OPERATOR) });
    expect(session.tenants).toMatchObject([{ tenantId: fixture.config.tenantId, displayName: "Contoso", current: true }]);
    expect(session.subscriptions.length).toBeGreaterThan(5);
    expect(session.subscriptionsCompleteness).toMatchObject({ complete: true, missing: [] });
    expect(session.capabilities).toEqual({ readCertificates: true, readPeople: true });
  });

  it("says that a guest may not read certificates", async () => {
    expect((await getSession({ ctx: contextFor(GUEST) })).capabilities.readCertificates).toBe(false);
  });

  it("stays usable without subscriptions when ARM does not answer, and says so", async () => {
    await control.addFault({ match: { face: "arm", path: "^/subscriptions" }, effect: { kind: "respond", status: 503 } });
    const session = await getSession({ ctx: contextFor(OPERATOR) });
    expect(session.subscriptions).toEqual([]);
    expect(session.subscriptionsCompleteness).toMatchObject({
      expected: null,
      complete: false,
      missing: [{ problem: { code: "upstream" } }],
    });
  });

  it("lists the tenant that one is signed in to even when Azure names none", async () => {
    await control.addFault({ match: { face: "arm", path: "^/tenants" }, effect: { kind: "respond", status: 503 } });
    expect((await getSession({ ctx: contextFor(OPERATOR) })).tenants).toMatchObject([
      { tenantId: fixture.config.tenantId, current: true },
    ]);
  });
});
