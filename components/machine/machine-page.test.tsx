// @vitest-environment jsdom
import { cleanup, fireEvent, screen, within } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiProblem } from "@/lib/client/api-problem";
import type { MachineDetail } from "@/lib/domain/api";
import type { Problem } from "@/lib/domain/errors";
import { decodeFailure } from "@/lib/domain/extension-failure";
import type { Machine } from "@/lib/domain/machine";
import {
  CONFIG,
  detailFixture,
  extensionFixture,
  knownFixture,
  operationFixture,
  permissionsFixture,
  TENANT,
} from "./detail-fixture";
import { MachinePage } from "./machine-page";
import { renderPart } from "./render-fixture";

const apiFetch = vi.hoisted(() => vi.fn());
vi.mock("@/lib/client/api", () => ({ apiFetch }));
vi.mock("@/lib/client/session", () => ({
  useSession: () => ({ account: { tenantId: "44444444-4444-4444-4444-444444444444" } }),
}));
vi.mock("next/navigation", () => ({ useRouter: () => ({ push: vi.fn() }) }));

const REF = { subscriptionId: "s", resourceGroup: "rg", name: "ams-app-0001" };
const FORBIDDEN: Problem = {
  type: "x",
  title: "Not allowed",
  status: 403,
  code: "forbidden",
  detail: "Azure refused.",
  traceId: "trace",
};

beforeEach(() => {
  apiFetch.mockReset();
});
afterEach(cleanup);

async function show(part: Partial<MachineDetail> = {}, machine: Partial<Machine> = {}, config = CONFIG) {
  apiFetch.mockResolvedValue(detailFixture(part, machine));
  renderPart(<MachinePage machineRef={REF} />, config);
  await screen.findByRole("heading", { level: 2, name: "Identity" });
}

function card(name: string): HTMLElement {
  return screen.getByRole("region", { name });
}

describe("header", () => {
  it("[A36] keeps connected to Arc and joined to Entra apart: a connected machine without extension is not Entra joined", async () => {
    await show();
    expect(screen.getByText("Not Entra joined")).toBeDefined();
    expect(screen.getByText("Connected")).toBeDefined();
    expect(screen.queryByText("Entra joined by the extension")).toBeNull();
  });

  it.each([
    ["workgroup", "Accounts: Workgroup, local accounts"],
    ["domain", "Accounts: Active Directory joined: corp.local"],
    ["entra", "Accounts: Entra joined"],
    ["domain+entra", "Accounts: Active Directory (corp.local) and Entra joined"],
  ] as const)("[A01] says the identity mode of a machine in state %s", async (joinState, text) => {
    await show({ joinState }, { domainName: "corp.local" });
    expect(screen.getByText(text)).toBeDefined();
  });

  it("[A07] [C61] [E05] shows tenant, subscription, time of onboarding and creator", async () => {
    await show();
    const header = screen.getByRole("banner");
    expect(within(header).getByText(TENANT)).toBeDefined();
    expect(within(header).getByText(/Production/)).toBeDefined();
    expect(within(header).getByText(/Jan 10, 2026/)).toBeDefined();
    expect(within(header).getByText("by olivia.operator@contoso.example")).toBeDefined();
  });

  it("shows a status that it does not know as Azure wrote it", async () => {
    await show({}, { status: "Unknown", statusRaw: "Paused" });
    expect(screen.getByText("Paused")).toBeDefined();
    expect(screen.getByText(/which the portal does not know/)).toBeDefined();
  });

  it("shows the agent's own errors", async () => {
    await show({}, { status: "Error", errorDetails: [{ code: "AZCM0026", message: "Network problem" }] });
    expect(screen.getByText("AZCM0026")).toBeDefined();
  });
});

describe("identity", () => {
  const none = { kind: "None", raw: "None", principalId: null, tenantId: TENANT, userAssigned: [] } as const;

  it("[A13] [C77] offers to switch a missing identity on, names the target and sends only after the confirmation", async () => {
    await show({}, { identity: { ...none, userAssigned: [] } });
    fireEvent.click(screen.getByRole("button", { name: "Switch on system-assigned identity" }));
    const dialog = await screen.findByRole("dialog");
    expect(
      within(dialog).getByText(/resourceGroups\/rg-prod\/providers\/Microsoft.HybridCompute\/machines\/ams-app-0001$/),
    ).toBeDefined();
    expect(within(dialog).getByRole("group", { name: "Body" }).textContent).toContain('"type": "SystemAssigned"');
    expect(apiFetch).toHaveBeenCalledTimes(1);
    fireEvent.click(within(dialog).getByRole("button", { name: "Switch on for ams-app-0001" }));
    await vi.waitFor(() => expect(apiFetch.mock.calls.length).toBeGreaterThan(1));
    expect(apiFetch.mock.calls[1]).toEqual([
      expect.stringMatching(/\/identity$/),
      { method: "PATCH", body: { confirm: true, operationId: expect.stringMatching(/^[0-9a-f-]{36}$/) } },
    ]);
  });

  it("[B27] keeps the switch off for a reader and says which right is missing", async () => {
    await show({ permissions: permissionsFixture("*/read") }, { identity: { ...none, userAssigned: [] } });
    const button = screen.getByRole<HTMLButtonElement>("button", { name: "Switch on system-assigned identity" });
    expect(button.disabled).toBe(true);
    expect(
      within(card("Identity")).getByText(
        "You lack Microsoft.HybridCompute/machines/write on this machine. The role made for it is Azure Connected Machine Resource Administrator.",
      ),
    ).toBeDefined();
  });

  it("[B03] hints at a service principal with another name", async () => {
    const servicePrincipal = knownFixture({
      id: "sp",
      appId: "a",
      displayName: "renamed",
      accountEnabled: true,
      alternativeNames: [],
      createdAt: null,
      keys: [],
    });
    await show({ servicePrincipal, nameMatches: false });
    expect(screen.getByText(/Its name “renamed” differs from the machine's/)).toBeDefined();
  });

  it("[A14] shows the application id and when the service principal was created", async () => {
    await show();
    expect(within(card("Identity")).getByText("55555555-5555-5555-5555-555555555555")).toBeDefined();
  });

  it("[D03] lists user-assigned identities", async () => {
    const id = "/subscriptions/s/providers/Microsoft.ManagedIdentity/userAssignedIdentities/shared";
    await show(
      {},
      {
        identity: {
          kind: "SystemAssigned, UserAssigned",
          raw: "SystemAssigned, UserAssigned",
          principalId: "p",
          tenantId: TENANT,
          userAssigned: [{ id, principalId: null, clientId: "client" }],
        },
      },
    );
    expect(within(card("Identity")).getByText(id)).toBeDefined();
    expect(within(card("Identity")).getByText("System-assigned and user-assigned")).toBeDefined();
  });

  it("[D07] [D08] explains where the identity comes from and that its endpoint is local", async () => {
    await show();
    expect(screen.getByText(/cannot be reached from outside the machine/)).toBeDefined();
  });
});

describe("certificate", () => {
  it("[B07] [B08] shows days left, the bar in words and both overlapping keys", async () => {
    await show();
    const part = within(card("Certificate"));
    expect(part.getByText("70 days left")).toBeDefined();
    expect(part.getByRole("img").getAttribute("aria-label")).toMatch(
      /From Nov 1, 2026 to Jan 30, 2027. Renewal opens Dec 16, 2026/,
    );
    expect(part.getAllByRole("row").map((row) => row.textContent)).toEqual([
      expect.stringContaining("Validity"),
      expect.stringContaining("in use"),
      expect.stringContaining("earlier"),
    ]);
  });

  it("[B10] shows both sides when Azure and the certificate disagree", async () => {
    const certificate = {
      ...detailFixture().certificate,
      disagreement: { arm: "Expired", certificate: "2027-01-30T12:00:00.000Z" },
    };
    await show({ certificate });
    expect(screen.getByText(/Azure Resource Manager says Expired; the newest certificate ends Jan 30, 2027/)).toBeDefined();
  });

  it("calls an estimate one and gives the reason why the dates are not known", async () => {
    await show({
      servicePrincipal: { known: false, reason: "You may not read service principals in Graph." },
      certificate: {
        state: "estimated",
        daysLeft: null,
        startsAt: null,
        endsAt: null,
        estimate: { from: "2026-12-16T12:00:00.000Z", to: "2027-01-30T12:00:00.000Z" },
        rule: { key: "certificate.rule.estimatedOffline", values: { since: "2026-11-01T12:00:00.000Z" } },
        disagreement: null,
      },
    });
    const part = within(card("Certificate"));
    expect(part.getByText(/between Dec 16, 2026 and Jan 30, 2027/)).toBeDefined();
    expect(part.getByText(/An estimate/)).toBeDefined();
    expect(part.getByText(/silent since Nov 1, 2026/)).toBeDefined();
    expect(part.getByText(/You may not read service principals in Graph/)).toBeDefined();
  });
});

describe("sign-in", () => {
  it("[A32] [C10] does not offer it on a domain-joined machine and says why", async () => {
    await show({ joinState: "domain" }, { domainName: "corp.local" });
    expect(screen.getByRole<HTMLButtonElement>("button", { name: "Enable Entra sign-in" }).disabled).toBe(true);
    expect(screen.getByText(/belongs to a domain/)).toBeDefined();
  });

  it("leads to the flow when nothing is in the way", async () => {
    await show();
    expect(screen.getByRole("link", { name: "Enable Entra sign-in" }).getAttribute("href")).toMatch(/\/ams-app-0001\/sign-in$/);
  });

  it("[C63] explains exit code 51 and removes the extension only after the name was typed", async () => {
    const extension = extensionFixture({ provisioningState: "Failed" });
    const failure = decodeFailure({ code: null, message: "Extension exit code: 51", extensionType: extension.type });
    await show({ signIn: { state: "failed", extension, failure, mdmIdMissing: false }, extensions: knownFixture([extension]) });
    expect(within(card("What the failure means")).getByText("Exit code 51")).toBeDefined();
    fireEvent.click(screen.getByRole("button", { name: "Uninstall" }));
    const dialog = await screen.findByRole("dialog");
    const confirm = within(dialog).getByRole<HTMLButtonElement>("button", { name: "Uninstall from ams-app-0001" });
    expect(confirm.disabled).toBe(true);
    fireEvent.change(within(dialog).getByRole("textbox"), { target: { value: "ams-app-0001" } });
    apiFetch.mockResolvedValue(operationFixture({ kind: "extension.uninstall" }));
    fireEvent.click(confirm);
    await vi.waitFor(() => expect(apiFetch.mock.calls.length).toBeGreaterThan(1));
    expect(apiFetch.mock.calls[1]).toEqual([
      expect.stringMatching(/\/extensions\/AADLogin$/),
      { method: "DELETE", body: { typedMachineName: "ams-app-0001", operationId: expect.any(String) } },
    ]);
  });

  it("[C11] says before the uninstall what it does and what stays", async () => {
    const extension = extensionFixture();
    await show({ signIn: { state: "succeeded", extension, failure: null, mdmIdMissing: false } });
    fireEvent.click(screen.getByRole("button", { name: "Uninstall" }));
    const dialog = await screen.findByRole("dialog");
    expect(within(dialog).getByText(/leaves Entra/)).toBeDefined();
    expect(within(dialog).getByText(/device object in Entra stays/)).toBeDefined();
  });

  it("[C32] offers the repair when mdmId is missing", async () => {
    const extension = extensionFixture({ settings: {} });
    await show({ signIn: { state: "succeeded", extension, failure: null, mdmIdMissing: true } });
    expect(screen.getByRole("link", { name: "Repair" })).toBeDefined();
  });

  it("[B27] keeps every write control off for a reader, with the reason", async () => {
    const extension = extensionFixture({ settings: {} });
    await show({
      signIn: { state: "succeeded", extension, failure: null, mdmIdMissing: true },
      permissions: permissionsFixture("*/read"),
    });
    for (const name of ["Repair", "Uninstall"]) {
      const button = screen.getByRole<HTMLButtonElement>("button", { name });
      expect(button.disabled).toBe(true);
      expect(button.getAttribute("aria-describedby")).toBe("sign-in-reasons");
    }
    expect(
      screen.getByText(
        "You lack Microsoft.HybridCompute/machines/extensions/write on this machine. The role made for it is Azure Connected Machine Resource Administrator.",
      ),
    ).toBeDefined();
    expect(
      screen.getByText(
        "You lack Microsoft.HybridCompute/machines/extensions/delete on this machine. The role made for it is Azure Connected Machine Resource Administrator.",
      ),
    ).toBeDefined();
  });
});

describe("the other parts", () => {
  it("shows what the agent's lists and mode stop", async () => {
    const { agentConfiguration } = detailFixture().machine;
    if (agentConfiguration === null) throw new Error("the fixture has a configuration");
    await show(
      {},
      {
        agentConfiguration: {
          ...agentConfiguration,
          configMode: "monitor",
          extensionsAllowList: [{ publisher: "A", type: "B" }],
        },
      },
    );
    const part = within(card("Agent"));
    expect(part.getByText(/Monitor mode: only monitoring extensions/)).toBeDefined();
    expect(part.getByText("Only these may be installed: A/B.")).toBeDefined();
    expect(part.getAllByText("Stops Entra sign-in")).toHaveLength(2);
  });

  it("[B02] flags extensions that use the identity and shows the instance view", async () => {
    const vault = extensionFixture({
      id: "kv",
      name: "KeyVault",
      publisher: "Microsoft.Azure.KeyVault",
      type: "KeyVaultForWindows",
      instanceView: { code: "0", level: "Information", displayStatus: null, message: "Extension Message: polling", time: null },
    });
    await show({ extensions: knownFixture([vault]) });
    const part = within(card("Extensions"));
    expect(part.getByText("uses the identity")).toBeDefined();
    expect(part.getByText("Extension Message: polling")).toBeDefined();
  });

  it("[B12] [B13] names the certificate folder of the operating system", async () => {
    await show({}, { osFamily: "linux", osSku: "Ubuntu 24.04" });
    expect(within(card("Key protection")).getByText("/var/opt/azcmagent/certs")).toBeDefined();
    expect(within(card("Key protection")).getByText(/lies in a file/)).toBeDefined();
  });

  it("[C15] [C17] tests the hosts of the configured cloud", async () => {
    await show({}, {}, { ...CONFIG, cloudId: "china" });
    expect(within(card("Network")).getByText("enterpriseregistration.partner.microsoftonline.cn")).toBeDefined();
  });

  it("shows Azure's answer word for word, unknown properties included", async () => {
    await show();
    fireEvent.click(within(card("Raw JSON")).getByRole("button", { name: "Show" }));
    expect(within(card("Raw JSON")).getByRole("group", { name: "JSON as Azure sent it" }).textContent).toContain(
      '"undocumented": "kept"',
    );
  });

  it("[D06] lists Azure's and the portal's own changes", async () => {
    await show({
      activity: knownFixture([
        {
          at: "2026-11-20T10:00:00.000Z",
          operation: "Microsoft.HybridCompute/machines/write",
          status: "Succeeded",
          caller: "ada",
          correlationId: null,
          source: "azure",
        },
        {
          at: "2026-11-20T09:00:00.000Z",
          operation: "extension.deploy",
          status: "done",
          caller: "olivia",
          correlationId: null,
          source: "portal",
        },
      ]),
    });
    const rows = within(card("Activity")).getAllByRole("row");
    expect(rows.map((row) => row.textContent)).toEqual([
      expect.any(String),
      expect.stringContaining("Azure"),
      expect.stringContaining("This portal"),
    ]);
  });

  it("keeps what it has when reading again fails, and says why and how old it is", async () => {
    await show();
    apiFetch.mockRejectedValue(new ApiProblem(FORBIDDEN));
    fireEvent.click(screen.getByRole("button", { name: "Read again" }));
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toContain("Azure refused.");
    expect(alert.textContent).toMatch(/What is shown is from .*\d/);
    expect(screen.getByRole("heading", { level: 2, name: "Identity" })).toBeDefined();
  });

  it("keeps the rest of the page when one part is not known", async () => {
    await show({
      extensions: { known: false, reason: "Azure did not answer in time." },
      activity: { known: false, reason: "Forbidden", problem: FORBIDDEN },
    });
    expect(within(card("Extensions")).getByText(/Azure did not answer in time/)).toBeDefined();
    expect(within(card("Activity")).getByText("Azure refused.")).toBeDefined();
    expect(card("Certificate")).toBeDefined();
  });
});

describe("a machine that cannot be read", () => {
  it("says that it is reading while Azure has not answered", () => {
    apiFetch.mockReturnValue(new Promise(() => undefined));
    renderPart(<MachinePage machineRef={REF} />);
    expect(screen.getByRole("status").textContent).toBe("Reading ams-app-0001 from Azure");
  });

  it("shows a deleted machine with what was known of it", async () => {
    const problem = {
      ...FORBIDDEN,
      status: 404,
      code: "not_found" as const,
      lastKnown: { name: "x", at: "2026-11-20T10:00:00.000Z", facts: { status: "Connected" } },
    };
    apiFetch.mockRejectedValue(new ApiProblem(problem));
    renderPart(<MachinePage machineRef={REF} />);
    expect(await screen.findByText(/may have been deleted, moved or renamed/)).toBeDefined();
    expect(screen.getByText(/What was known Nov 20, 2026/)).toBeDefined();
    expect(screen.getByText("Connected")).toBeDefined();
  });

  it("shows a forbidden machine with Azure's reason and the trace id", async () => {
    apiFetch.mockRejectedValue(new ApiProblem(FORBIDDEN));
    renderPart(<MachinePage machineRef={REF} />);
    expect(await screen.findByText("You may not read ams-app-0001.")).toBeDefined();
    expect(screen.getByText("trace")).toBeDefined();
    expect(screen.getByText(/no earlier record/)).toBeDefined();
  });
});
