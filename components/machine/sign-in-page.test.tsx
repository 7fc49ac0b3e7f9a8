// @vitest-environment jsdom
import { cleanup, fireEvent, screen, within } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiProblem } from "@/lib/client/api-problem";
import type { MachineDetail, OperationView, PreflightResult } from "@/lib/domain/api";
import { cloudById } from "@/lib/domain/clouds";
import { decodeFailure } from "@/lib/domain/extension-failure";
import type { Machine } from "@/lib/domain/machine";
import { runPreflight } from "@/lib/domain/preflight";
import { deployRequest, INTUNE_MDM_ID } from "@/lib/domain/sign-in-extension";
import { deployTemplates } from "@/lib/domain/templates";
import { detailFixture, NOW, operationFixture, permissionsFixture, TENANT } from "./detail-fixture";
import { renderPart } from "./render-fixture";
import { SignInPage } from "./sign-in-page";

const apiFetch = vi.hoisted(() => vi.fn());
const stream = vi.hoisted(() => ({ send: (_data: string) => {}, path: "" }));
vi.mock("@/lib/client/api", () => ({ apiFetch }));
vi.mock("@/lib/client/session", () => ({
  useSession: () => ({ account: { tenantId: "44444444-4444-4444-4444-444444444444" } }),
}));
vi.mock("@/lib/client/sse", () => ({
  openEventStream: (path: string, handlers: { onMessage: (message: { data: string }) => void }) => {
    stream.path = path;
    stream.send = (data) => handlers.onMessage({ data });
    return () => undefined;
  },
}));
vi.mock("next/navigation", () => ({ useRouter: () => ({ push: vi.fn() }) }));

const REF = { subscriptionId: "s", resourceGroup: "rg", name: "ams-app-0001" };

type Call = [path: string, init: { method?: string; body?: Record<string, unknown> } | undefined];

/** Answers as the portal's API would for one machine. */
function serve(detail: MachineDetail, deploy: (body: Record<string, unknown>) => Promise<OperationView>): void {
  apiFetch.mockImplementation((...[path, init]: Call) => {
    if (path.endsWith("/preflight")) return Promise.resolve(preflight(detail, init?.body ?? {}));
    if (path.endsWith("/deployments")) return deploy(init?.body ?? {});
    if (path.includes("/operations/")) return Promise.resolve(operationFixture({ id: path.split("/").at(-1) ?? "" }));
    return Promise.resolve(detail);
  });
}

function preflight(detail: MachineDetail, body: Record<string, unknown>): PreflightResult {
  const cloud = cloudById("public");
  const extensionName = String(body.extensionName);
  const mdmId = String(body.mdmId);
  const { machine } = detail;
  const args = { cloud, ref: machine, location: machine.location, extensionName, mdmId };
  const facts = {
    machine,
    subscriptionTenantId: TENANT,
    cloud,
    extensions: detail.extensions,
    permissions: detail.permissions,
    regionVersions: ["2.1.0.0"],
    extensionName,
    mdmId,
    now: new Date(NOW),
  };
  return { ...runPreflight(facts), asOf: NOW, request: deployRequest(args), templates: deployTemplates(args) };
}

function deployments(): Record<string, unknown>[] {
  return (apiFetch.mock.calls as Call[]).filter(([path]) => path.endsWith("/deployments")).map(([, init]) => init?.body ?? {});
}

async function open(
  part: Partial<MachineDetail> = {},
  machine: Partial<Machine> = {},
  deploy?: (body: Record<string, unknown>) => Promise<OperationView>,
) {
  serve(detailFixture(part, machine), deploy ?? ((body) => Promise.resolve(operationFixture({ id: String(body.operationId) }))));
  renderPart(<SignInPage machineRef={REF} initialOperationId={null} />);
  await screen.findByText(/passed, /);
}

function step(name: RegExp): void {
  fireEvent.click(within(screen.getByRole("navigation", { name: "Steps" })).getByRole("button", { name }));
}

function deployButton(): HTMLButtonElement {
  return screen.getByRole<HTMLButtonElement>("button", { name: "Deploy to ams-app-0001" });
}

function consent(): void {
  step(/Consent/);
  fireEvent.click(screen.getByRole("checkbox", { name: "I understand that ams-app-0001 becomes Entra joined." }));
}

beforeEach(() => {
  apiFetch.mockReset();
  sessionStorage.clear();
  window.history.replaceState(null, "", "/");
});
afterEach(cleanup);

describe("the checks", () => {
  it("shows the worst first, with evidence, fix and source", async () => {
    await open({}, { osSku: "Windows Server 2022 Datacenter", osVersion: "10.0.20348.1" });
    const first = screen.getAllByRole("listitem").find((item) => item.textContent?.startsWith("Blocks"));
    expect(first?.textContent).toContain("the extension needs build 26100 or newer");
    expect(first?.textContent).toContain("exit code 51");
    expect(first?.textContent).toContain("Source: Microsoft");
    expect(screen.getByText("At least one check blocks the deployment. Nothing can be sent.")).toBeDefined();
  });

  it("[C28] [C59] offers to switch the identity on where it is missing", async () => {
    await open({}, { identity: { kind: "None", raw: "None", principalId: null, tenantId: TENANT, userAssigned: [] } });
    fireEvent.click(screen.getByRole("button", { name: "Switch the identity on" }));
    expect(await screen.findByRole("dialog", { name: "Switch on the system-assigned identity of ams-app-0001" })).toBeDefined();
  });

  it("[C12] [C13] [C16] [C17] warns about Conditional Access, clones and hardened images, and lists the hosts", async () => {
    await open();
    expect(screen.getByText(/disagree whether Conditional Access applies/)).toBeDefined();
    expect(screen.getByText("enterpriseregistration.windows.net")).toBeDefined();
    step(/Consent/);
    expect(screen.getByText(/Never clone a machine after this/)).toBeDefined();
    expect(screen.getByText(/CIS-hardened images/)).toBeDefined();
  });
});

describe("sending", () => {
  it("[C09] [C30] [C31] [C32] sends nothing before the consent, then exactly what the form says", async () => {
    await open();
    step(/Review/);
    expect(deployButton().disabled).toBe(true);
    expect(screen.getByText("Tick the consent first.")).toBeDefined();
    consent();
    step(/Review/);
    const target = screen.getByRole("group", { name: "Target" }).textContent;
    expect(target).toMatch(
      /^PUT https:\/\/management\.azure\.com\/.*\/machines\/ams-app-0001\/extensions\/AADLogin\?api-version=\d/,
    );
    expect(JSON.parse(screen.getByRole("group", { name: "Body" }).textContent ?? "")).toMatchObject({
      properties: { settings: { mdmId: "" }, typeHandlerVersion: "2.1.0.0", autoUpgradeMinorVersion: true },
    });
    fireEvent.click(deployButton());
    await screen.findByText(/You can close this page/);
    expect(deployments()).toEqual([
      {
        extensionName: "AADLogin",
        mdmId: "",
        consent: true,
        overrides: [],
        typedMachineName: "",
        operationId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      },
    ]);
  });

  it("[C32] sends Intune's id when that is chosen", async () => {
    await open();
    step(/Settings/);
    fireEvent.click(screen.getByRole("radio", { name: /Microsoft Intune/ }));
    consent();
    step(/Review/);
    await vi.waitFor(() => expect(deployButton().disabled).toBe(false));
    fireEvent.click(deployButton());
    await vi.waitFor(() => expect(deployments()).toMatchObject([{ mdmId: INTUNE_MDM_ID }]));
  });

  it("[C10] lets an operator overrule a domain join only with the machine's name typed, and says so to the server", async () => {
    await open({}, { domainName: "corp.local" });
    fireEvent.click(screen.getByRole("checkbox", { name: "Overrule this check" }));
    consent();
    step(/Review/);
    expect(screen.getByText("Type the machine's name first.")).toBeDefined();
    step(/Consent/);
    fireEvent.change(screen.getByRole("textbox", { name: "Type ams-app-0001 to overrule the blocking checks" }), {
      target: { value: "ams-app-0001" },
    });
    step(/Review/);
    fireEvent.click(deployButton());
    await vi.waitFor(() =>
      expect(deployments()).toMatchObject([{ overrides: ["domainJoined"], typedMachineName: "ams-app-0001" }]),
    );
  });

  it("[C01] offers no way to overrule an unsupported system", async () => {
    await open({}, { osVersion: "10.0.20348.1" });
    expect(screen.queryByRole("checkbox", { name: "Overrule this check" })).toBeNull();
    consent();
    step(/Review/);
    expect(deployButton().disabled).toBe(true);
    expect(screen.getByText("Blocked by: Operating system and build.")).toBeDefined();
  });

  it("[B27] is off for a reader, with the missing right", async () => {
    await open({ permissions: permissionsFixture("*/read") });
    consent();
    step(/Review/);
    expect(deployButton().disabled).toBe(true);
    expect(
      screen.getByText(
        "You lack Microsoft.HybridCompute/machines/extensions/write on this machine. The role made for it is Azure Connected Machine Resource Administrator.",
      ),
    ).toBeDefined();
  });

  it("names the operation in the address before the request leaves", async () => {
    let address = "";
    await open({}, {}, (body) => {
      address = window.location.search;
      return Promise.resolve(operationFixture({ id: String(body.operationId) }));
    });
    consent();
    step(/Review/);
    fireEvent.click(deployButton());
    await vi.waitFor(() => expect(deployments()).toHaveLength(1));
    expect(address).toBe(`?operation=${deployments()[0]?.operationId}`);
  });

  it("shows a refusal, takes the operation out of the address and uses a new id for the next try", async () => {
    const problem = {
      type: "x",
      title: "Conflict",
      status: 409,
      code: "conflict" as const,
      detail: "Another change runs.",
      traceId: "t",
    };
    await open({}, {}, () => Promise.reject(new ApiProblem(problem)));
    consent();
    step(/Review/);
    fireEvent.click(deployButton());
    expect(await screen.findByText("Another change runs.")).toBeDefined();
    expect(window.location.search).toBe("");
    fireEvent.click(deployButton());
    await vi.waitFor(() => expect(deployments()).toHaveLength(2));
    expect(deployments()[0]?.operationId).not.toBe(deployments()[1]?.operationId);
  });
});

describe("the form survives", () => {
  it("a reload of the page", async () => {
    await open();
    step(/Settings/);
    fireEvent.change(screen.getByRole("textbox", { name: "Extension name" }), { target: { value: "my-login" } });
    cleanup();
    renderPart(<SignInPage machineRef={REF} initialOperationId={null} />);
    await vi.waitFor(() =>
      expect(screen.getByRole<HTMLInputElement>("textbox", { name: "Extension name" }).value).toBe("my-login"),
    );
  });
});

describe("the deployment", () => {
  const ID = "66666666-6666-4666-8666-666666666666";

  async function follow() {
    serve(detailFixture(), () => Promise.reject(new Error("nothing is sent")));
    renderPart(<SignInPage machineRef={REF} initialOperationId={ID} />);
    await screen.findByText("Azure says InProgress");
  }

  it("[C27] [C33] is shown again by its id after a reload and goes on live until it has succeeded", async () => {
    await follow();
    expect(stream.path).toContain(`/operations/${ID}/events`);
    stream.send(JSON.stringify(operationFixture({ id: ID, state: "succeeded", azureStatus: "Succeeded", endedAt: NOW })));
    expect(await screen.findByText("Azure reports Succeeded. ams-app-0001 is Entra joined.")).toBeDefined();
    expect(deployments()).toEqual([]);
  });

  it("says to the second when each of its steps was", async () => {
    await follow();
    const events = ["12:00:04", "12:00:31"].map((time) => ({
      at: `2026-11-21T${time}Z`,
      state: "provisioning" as const,
      detail: `At ${time}`,
    }));
    stream.send(JSON.stringify(operationFixture({ id: ID, events })));
    expect(await screen.findByText("At 12:00:31")).toBeDefined();
    expect(screen.getAllByText(/^Nov 21, 2026, 12:00:\d\d UTC$/).map((time) => time.textContent)).toEqual(
      expect.arrayContaining(["Nov 21, 2026, 12:00:04 UTC", "Nov 21, 2026, 12:00:31 UTC"]),
    );
  });

  it("[C33] [C60] explains the failure and offers to start again", async () => {
    await follow();
    const failure = decodeFailure({
      code: null,
      message: "AAD Join failed with status code: -2145648607",
      extensionType: "AADLoginForWindows",
    });
    stream.send(JSON.stringify(operationFixture({ id: ID, state: "failed", failure })));
    expect(await screen.findByText("DSREG_AUTOJOIN_DISC_FAILED")).toBeDefined();
    expect(screen.getByText("0x801C0021")).toBeDefined();
    fireEvent.click(screen.getByRole("button", { name: "Start again" }));
    expect(await screen.findByRole("navigation", { name: "Steps" })).toBeDefined();
    expect(window.location.search).toBe("");
  });

  it("is not disturbed by a broken event or by another operation's", async () => {
    await follow();
    stream.send("<html>");
    stream.send(JSON.stringify(operationFixture({ id: "77777777-7777-4777-8777-777777777777", state: "failed" })));
    expect(screen.getByText("Azure says InProgress")).toBeDefined();
  });

  it("says what it waits for when it cannot go on by itself", async () => {
    await follow();
    stream.send(JSON.stringify(operationFixture({ id: ID, state: "unknown", waitingFor: "an operator to sign in" })));
    expect(await screen.findByText("Waiting for an operator to sign in")).toBeDefined();
    expect(screen.getByText(/Azure has not answered/)).toBeDefined();
  });
});
