import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LocalAzure, startLocalAzure } from "../core/start.ts";
import { patchMachine } from "../world/mutate.ts";
import type { Json } from "./request-reading.ts";
import { type Answer, armTestClient, errorOf, valuesOf } from "./test-client.ts";

let azure: LocalAzure;
const arm = armTestClient(() => azure);
const QUEUED = 30_000;
const RUNNING = 120_000;

beforeAll(async () => {
  azure = await startLocalAzure({
    machines: 250,
    options: { extensionQueuedMs: QUEUED, extensionRunningMs: RUNNING, enforceQuotas: false },
  });
});
afterAll(async () => {
  await azure.close();
});

const SIGN_IN = {
  publisher: "Microsoft.Azure.ActiveDirectory",
  type: "AADLoginForWindows",
  typeHandlerVersion: "2.1.0.0",
  autoUpgradeMinorVersion: true,
  settings: { mdmId: "" },
};
const pathOf = (machine: string, name = "AADLogin"): string => `${arm.machineId(machine)}/extensions/${name}`;
const bodyFor = (machine: string, properties: Json = SIGN_IN): Json => ({ location: arm.machine(machine).location, properties });
const put = (machine: string, name = "AADLogin", properties: Json = SIGN_IN): Promise<Answer> =>
  arm.call("PUT", pathOf(machine, name), { body: bodyFor(machine, properties) });
const statusUrl = (answer: Answer): string => answer.headers.get("azure-asyncoperation") ?? "";
const resultUrl = (answer: Answer): string => answer.headers.get("location") ?? "";
const stateOf = async (machine: string): Promise<unknown> =>
  ((await arm.call("GET", pathOf(machine))).body.properties as Json).provisioningState;

describe("PUT of an extension", () => {
  it("goes the recorded way: 202 and nothing, Queued, InProgress, Succeeded with the resource", async () => {
    const answer = await put("ams-app-0001");
    expect([answer.status, answer.text]).toEqual([202, ""]);
    expect(answer.headers.get("retry-after")).toBeNull();
    expect(await stateOf("ams-app-0001")).toBe("Creating");

    const queued = await arm.follow(statusUrl(answer));
    expect([queued.status, queued.body.status, Object.keys(queued.body)]).toEqual([
      200,
      "Queued",
      ["name", "status", "startTime"],
    ]);
    expect(queued.headers.get("azure-asyncoperation")).not.toBeNull();
    expect(queued.headers.get("location")).not.toBeNull();
    expect((await arm.follow(resultUrl(answer))).status).toBe(202);

    azure.clock.advance(QUEUED);
    expect((await arm.follow(statusUrl(answer))).body.status).toBe("InProgress");

    azure.clock.advance(RUNNING);
    const ended = await arm.follow(statusUrl(answer));
    const resource = (await arm.call("GET", pathOf("ams-app-0001"))).body;
    expect([ended.body.status, ended.body.properties]).toEqual(["Succeeded", resource]);
    expect(ended.headers.get("azure-asyncoperation")).toBeNull();
    expect((await arm.follow(resultUrl(answer))).body).toEqual(resource);
    expect(resource.properties).toMatchObject({ ...SIGN_IN, provisioningState: "Succeeded", enableAutomaticUpgrade: true });
  });

  it("leaves a device object in Entra that an uninstall does not remove", async () => {
    const devices = (): number => azure.world.devices.filter((device) => device.displayName === "AMS-APP-0001").length;
    expect(devices()).toBe(1);
    const answer = await arm.call("DELETE", pathOf("ams-app-0001"));
    expect([answer.status, answer.text]).toEqual([202, ""]);
    expect(await stateOf("ams-app-0001")).toBe("Deleting");
    azure.clock.advance(QUEUED + RUNNING);
    const ended = await arm.follow(statusUrl(answer));
    expect(ended.body).toEqual({ name: ended.body.name, status: "Succeeded", startTime: ended.body.startTime });
    expect((await arm.follow(resultUrl(answer))).text).toBe("");
    expect((await arm.call("GET", pathOf("ams-app-0001"))).status).toBe(404);
    expect(devices()).toBe(1);
  });

  it.each([
    ["fra-sql-0007", "51"],
    ["fra-core-0010", "51"],
    ["ams-noid-0014", "-2145648574"],
    ["ams-net-0015", "-2145648607"],
    ["ams-dup-0042", "-2145648509"],
    ["fra-allow-0031", "1"],
  ])("on %s ends Failed with HTTP 200 and code %s, and the extension stays with it", async (machine, code) => {
    const answer = await put(machine);
    expect(answer.status).toBe(202);
    azure.clock.advance(QUEUED + RUNNING);
    const ended = await arm.follow(statusUrl(answer));
    expect([ended.status, ended.body.status, (ended.body.error as Json).code]).toEqual([200, "Failed", code]);
    const properties = (await arm.call("GET", pathOf(machine))).body.properties as Json;
    expect(properties.provisioningState).toBe("Failed");
    expect((properties.instanceView as Json).status).toMatchObject({ code, level: "Error" });
  });

  it("stays Creating and Queued on a silent machine, and goes on when it comes back", async () => {
    const answer = await put("dub-app-0008");
    azure.clock.advance(86_400_000);
    expect([(await arm.follow(statusUrl(answer))).body.status, await stateOf("dub-app-0008")]).toEqual(["Queued", "Creating"]);
    patchMachine(azure.world, "dub-app-0008", { status: "Connected" });
    expect((await arm.follow(statusUrl(answer))).body.status).toBe("Queued");
    azure.clock.advance(QUEUED + RUNNING);
    expect((await arm.follow(statusUrl(answer))).body.status).toBe("Succeeded");
  });

  it("is refused with 409 while another write of it runs, and the first goes on", async () => {
    const first = await put("ams-w11-0046");
    const second = await put("ams-w11-0046");
    expect([second.status, errorOf(second).code]).toEqual([409, "Conflict"]);
    expect((await arm.call("DELETE", pathOf("ams-w11-0046"))).status).toBe(409);
    azure.clock.advance(QUEUED + RUNNING);
    expect((await arm.follow(statusUrl(first))).body.status).toBe("Succeeded");
    expect(arm.machine("ams-w11-0046").extensions?.get("aadlogin")?.writes).toBe(1);
  });

  it("shows Updating on a second write, keeps the name's case and fills omitted flags with false and true", async () => {
    const properties = {
      publisher: SIGN_IN.publisher,
      type: SIGN_IN.type,
      settings: { mdmId: "" },
      protectedSettings: { secret: "s3cret" },
    };
    await put("ams-w11-0046", "aadlogin", properties);
    const read = await arm.call("GET", pathOf("ams-w11-0046"));
    expect(read.body.name).toBe("AADLogin");
    expect(read.body.properties).toMatchObject({
      provisioningState: "Updating",
      autoUpgradeMinorVersion: false,
      enableAutomaticUpgrade: true,
    });
    expect(read.text).not.toContain("s3cret");
    azure.clock.advance(QUEUED + RUNNING);
    expect(await stateOf("ams-w11-0046")).toBe("Succeeded");
  });

  it("succeeds and fails later when the control API says so", async () => {
    patchMachine(azure.world, "ams-wrt-0044", {
      overrides: { "identity.tenantId": "10ca1a2e-0000-4000-8000-000000000001" },
      extensionOutcome: { kind: "succeedThenFail", exitCode: 5, message: "fell over", afterMs: 60_000 },
    });
    await put("ams-wrt-0044");
    azure.clock.advance(QUEUED + RUNNING);
    expect(await stateOf("ams-wrt-0044")).toBe("Succeeded");
    azure.clock.advance(60_000);
    expect(await stateOf("ams-wrt-0044")).toBe("Failed");
  });

  it.each([
    ["no location", { properties: SIGN_IN }, "LocationRequired", undefined],
    ["the location of another region", { location: "northeurope", properties: SIGN_IN }, "HCRP400", "location"],
    ["no publisher", { location: "westeurope", properties: { type: "X" } }, "HCRP400", "properties.publisher"],
    ["no type", { location: "westeurope", properties: { publisher: "X" } }, "HCRP400", "properties.type"],
    [
      "settings that are text",
      { location: "westeurope", properties: { ...SIGN_IN, settings: "x" } },
      "HCRP400",
      "properties.settings",
    ],
    [
      "a flag that is text",
      { location: "westeurope", properties: { ...SIGN_IN, autoUpgradeMinorVersion: "true" } },
      "HCRP400",
      "properties.autoUpgradeMinorVersion",
    ],
    ["a body that is a list", [], "InvalidRequestContent", undefined],
  ])("refuses %s and writes nothing", async (_, body, code, target) => {
    const before = azure.world.operations.size;
    const answer = await arm.call("PUT", pathOf("ams-pki-0040"), { body });
    expect([answer.status, errorOf(answer).code, errorOf(answer).target]).toEqual([400, code, target]);
    expect([azure.world.operations.size, arm.machine("ams-pki-0040").extensions]).toEqual([before, null]);
  });

  it("refuses a name with other signs", async () => {
    const answer = await put("ams-pki-0040", "AAD%20Login");
    expect([answer.status, errorOf(answer).code]).toEqual([400, "InvalidResourceName"]);
  });

  it("below a machine that is not there is ParentResourceNotFound", async () => {
    const path = arm.machineId("ams-app-0001").replace("ams-app-0001", "none");
    const answer = await arm.call("PUT", `${path}/extensions/AADLogin`, { body: bodyFor("ams-app-0001") });
    expect([answer.status, errorOf(answer).code]).toEqual([404, "ParentResourceNotFound"]);
  });

  it.each(["rene.reader@contoso.example", "lena.login@contoso.example", "anton.approver@contoso.example"])(
    "is refused to %s, who may read only",
    async (upn) => {
      const answer = await arm.call("PUT", pathOf("ams-app-0001"), { upn, body: bodyFor("ams-app-0001") });
      expect([answer.status, errorOf(answer).code]).toEqual([403, "AuthorizationFailed"]);
      expect((await arm.call("GET", pathOf("ams-app-0001"), { upn })).status).toBe(404);
    },
  );
});

describe("PATCH of an extension", () => {
  it("changes only what it names", async () => {
    const path = pathOf("ams-rdp-0003");
    const answer = await arm.call("PATCH", path, { body: { properties: { settings: { mdmId: "" } } } });
    expect(answer.status).toBe(202);
    azure.clock.advance(QUEUED + RUNNING);
    const properties = (await arm.call("GET", path)).body.properties as Json;
    expect(properties).toMatchObject({
      settings: { mdmId: "" },
      type: "AADLoginForWindows",
      autoUpgradeMinorVersion: true,
      provisioningState: "Succeeded",
    });
  });

  it("of an extension that is not there is ResourceNotFound", async () => {
    expect((await arm.call("PATCH", pathOf("ams-pki-0040"), { body: {} })).status).toBe(404);
  });
});

describe("DELETE of an extension", () => {
  it("answers 204 when there is none", async () => {
    expect((await arm.call("DELETE", pathOf("ams-pki-0040"))).status).toBe(204);
  });

  it("works where the agent would refuse to install", async () => {
    const answer = await arm.call("DELETE", pathOf("fra-allow-0031"));
    azure.clock.advance(QUEUED + RUNNING);
    expect((await arm.follow(statusUrl(answer))).body.status).toBe("Succeeded");
  });
});

describe("operation URLs", () => {
  it("are about 3 KB long, name the service's own api-version and must come back unchanged", async () => {
    const url = statusUrl(await put("ams-uai-0041"));
    expect(url.length).toBeGreaterThan(2_900);
    expect(url.length).toBeLessThan(3_500);
    expect(new URL(url).searchParams.get("api-version")).toBe("2024-11-10-preview");
    expect((await arm.follow(url)).status).toBe(200);
    const at = url.indexOf("&s=") + 5;
    for (const spoilt of [
      url.replace("api-version=2024-11-10-preview", "api-version=2025-01-13"),
      `${url.slice(0, at)}${url[at] === "A" ? "B" : "A"}${url.slice(at + 1)}`,
      url.replace(/&t=\d+/, "&t=1"),
      url.replace(/&h=[^&]+/, ""),
    ]) {
      const answer = await arm.follow(spoilt);
      expect([answer.status, errorOf(answer).code]).toEqual([400, "InvalidOperationUrl"]);
    }
  });

  it("are short when the option says so, and carry Retry-After when it is set", async () => {
    Object.assign(azure.options, { longOperationUrls: false, extensionRetryAfterSeconds: 15 });
    const answer = await put("ams-very-long-name-0043");
    Object.assign(azure.options, { longOperationUrls: true, extensionRetryAfterSeconds: null });
    expect(statusUrl(answer).length).toBeLessThan(800);
    expect(answer.headers.get("retry-after")).toBe("15");
  });

  it("need a token like every other call", async () => {
    const answer = await put("ams-dom-0045");
    expect((await fetch(statusUrl(answer))).status).toBe(401);
  });
});

describe("the list of extensions", () => {
  it("holds publisher, type and state of each", async () => {
    const answer = await arm.call("GET", `${arm.machineId("ams-app-0002")}/extensions`);
    expect(valuesOf(answer).map((item) => item.name)).toEqual(["AADLogin", "AzureMonitorWindowsAgent"]);
  });
});
