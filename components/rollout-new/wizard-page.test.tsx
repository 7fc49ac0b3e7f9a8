// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiProblem } from "@/lib/client/api-problem";
import type { Replay } from "@/lib/client/api-replay";
import { beginRollout, forgetTargets, handedTargets } from "@/lib/client/rollout-targets";
import { pages } from "@/lib/config/routes";
import type { RolloutPreflight, RolloutPreflightInput, StaleRolloutPreflight, StartRolloutInput } from "@/lib/domain/rollout/api";
import { machineIdOf, preflightFixture, problem, S1 } from "./rollout-fixture";
import { WizardPage } from "./wizard-page";

const apiFetch = vi.hoisted(() => vi.fn());
const push = vi.hoisted(() => vi.fn());
const state = vi.hoisted(() => ({
  replay: { kind: "none" } as unknown,
  holds: null as boolean | null,
  identity: false,
  roles: [] as string[],
}));
vi.mock("@/lib/client/api", () => ({ apiFetch }));
vi.mock("next/navigation", () => ({ useRouter: () => ({ push }) }));
vi.mock("@/lib/client/api-replay", () => ({ useReplay: () => state.replay as Replay }));
vi.mock("@/lib/client/access/use-access", () => ({ getAccess: () => ({ start: () => undefined }) }));
vi.mock("@/lib/client/access/use-holds-anywhere", () => ({
  useHoldsAnywhere: () => (anyOf: readonly string[]) => (anyOf.includes("assignRoles") ? true : state.holds),
}));
vi.mock("@/lib/client/config", () => ({ useConfig: () => ({ cloudId: "public", rolloutIdentity: state.identity }) }));
vi.mock("@/lib/client/use-fleet", () => ({ useFleet: () => ({}), useFleetAnswer: () => ["rg-app", "rg-db"] }));
vi.mock("@/lib/client/session", () => ({
  useSession: () => ({
    account: { name: "Olivia Operator" },
    info: {
      portalRoles: state.roles,
      subscriptions: [{ id: S1, name: "Production", state: "Enabled" }],
      subscriptionsCompleteness: { complete: true, expected: 1, received: 1, missing: [], asOf: "2026-11-21T12:00:00Z" },
    },
  }),
}));

type Call = [path: string, init?: { body?: unknown }];
type Serve = {
  preflight?: (body: RolloutPreflightInput, asked: number) => RolloutPreflight | Promise<RolloutPreflight>;
  start?: (body: StartRolloutInput) => unknown;
};

const bodies = <T,>(path: string): T[] =>
  (apiFetch.mock.calls as Call[]).filter(([called]) => called === path).map(([, init]) => init?.body as T);
const preflights = () => bodies<RolloutPreflightInput>("/api/rollouts/preflight");
const starts = () => bodies<StartRolloutInput>("/api/rollouts");

function serve({ preflight, start }: Serve): void {
  apiFetch.mockImplementation(async (...[path, init]: Call) => {
    if (path === "/api/rollouts/preflight") {
      return (preflight ?? (() => preflightFixture({ ready: 3 })))(init?.body as RolloutPreflightInput, preflights().length);
    }
    if (path === "/api/rollouts") return (start ?? (() => ({})))(init?.body as StartRolloutInput);
    if (path === "/api/access/roles") {
      return {
        roles: [
          { id: "role-1", name: "Virtual Machine User Login", capabilities: ["signInUser"] },
          { id: "role-2", name: "Reader", capabilities: ["read"] },
        ],
      };
    }
    if (path.startsWith("/api/principals")) {
      return { principals: [{ id: "group-1", kind: "group", displayName: "Server operators", detail: "" }] };
    }
    throw new Error(`Nobody answers ${path}.`);
  });
}

function open(scope: string | null = null) {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  return render(
    <QueryClientProvider client={client}>
      <WizardPage scope={scope} />
    </QueryClientProvider>,
  );
}

const choose = (count: number) =>
  beginRollout({
    by: "machines",
    machineIds: Array.from({ length: count }, (_, index) => machineIdOf(index)),
    describedAs: `${count} machines selected in the grid`,
  });

function step(name: string): void {
  const steps = screen.getByRole("navigation", { name: "Steps of the roll-out" });
  fireEvent.click(within(steps).getByRole("button", { name: new RegExp(name) }));
}

const type = (field: HTMLElement, value: string) => fireEvent.change(field, { target: { value } });
const startButton = () => screen.getByRole<HTMLButtonElement>("button", { name: /^Start(ing)?( |$)(?!over)/ });

async function review(count: number): Promise<void> {
  step("Review");
  await screen.findByRole("heading", { name: "Exactly this is started" });
  type(screen.getByLabelText(`Type ${count} to confirm the number of machines`), String(count));
}

Object.defineProperty(HTMLElement.prototype, "clientHeight", { configurable: true, get: () => 700 });
Object.defineProperty(HTMLElement.prototype, "offsetHeight", { configurable: true, get: () => 700 });
Object.defineProperty(HTMLElement.prototype, "clientWidth", { configurable: true, get: () => 1200 });
Object.defineProperty(HTMLElement.prototype, "offsetWidth", { configurable: true, get: () => 1200 });
window.matchMedia ??= (query: string) =>
  ({ matches: false, media: query, addEventListener: vi.fn(), removeEventListener: vi.fn() }) as unknown as MediaQueryList;

beforeEach(() => {
  apiFetch.mockReset();
  push.mockReset();
  state.replay = { kind: "none" };
  state.holds = null;
  state.identity = false;
  state.roles = [];
  sessionStorage.clear();
  forgetTargets();
  serve({});
});
afterEach(cleanup);

/** The checks of three machines on which a group is to hold a role. */
async function checkRoleForGroup(): Promise<void> {
  choose(3);
  open();
  fireEvent.click(screen.getByRole("radio", { name: "Assign a role on each machine" }));
  type(await screen.findByLabelText("Role"), "role-1");
  type(screen.getByLabelText("Group or person"), "serv");
  fireEvent.click(await screen.findByRole("button", { name: "Choose Server operators" }));
  step("Checks");
}

describe("the work", () => {
  it("says of every kind what it does and of the chosen one what it can break", () => {
    open();
    expect(screen.getAllByRole("radio", { name: /Entra sign-in|SSH|device management|role/i })).toHaveLength(8);
    expect(screen.getByText(/Each machine becomes Entra joined/)).toBeDefined();
    fireEvent.click(screen.getByRole("radio", { name: "Uninstall Entra sign-in" }));
    expect(screen.getByText(/People can no longer sign in with Entra accounts/)).toBeDefined();
    expect(screen.queryByLabelText("Extension name")).toBeNull();
  });

  it("names the missing action and the smallest role where the operator may do such work nowhere", () => {
    state.holds = false;
    open();
    const install = screen.getByRole<HTMLInputElement>("radio", { name: "Install Entra sign-in" });
    expect(install.disabled).toBe(true);
    expect(install.closest("label")?.textContent).toContain(
      "This needs Microsoft.HybridCompute/machines/extensions/write. The smallest role that has it: Azure Connected Machine Resource Administrator.",
    );
    expect(screen.getByRole<HTMLInputElement>("radio", { name: "Assign a role on each machine" }).disabled).toBe(false);
  });

  it("shows what is wrong at the field and runs no check until it is right", () => {
    choose(3);
    open();
    type(screen.getByLabelText("Extension name"), "no spaces allowed");
    expect(screen.getByText(/Use letters, digits, - _ and \. only/)).toBeDefined();
    step("Checks");
    fireEvent.click(screen.getByRole("button", { name: "To the work" }));
    expect(screen.getByLabelText("Extension name")).toBeDefined();
    expect(preflights()).toEqual([]);
  });

  it("marks role and principal when somebody wants to go on without them, and leads to the first", async () => {
    choose(3);
    open();
    fireEvent.click(screen.getByRole("radio", { name: "Assign a role on each machine" }));
    const role = await screen.findByLabelText("Role");
    expect(role.getAttribute("aria-invalid")).toBeNull();
    fireEvent.click(screen.getByRole("button", { name: "Next" }));
    expect(document.activeElement).toBe(role);
    for (const [field, words] of [
      [role, "Choose a role."],
      [screen.getByLabelText("Group or person"), "Choose a group or a person."],
    ] as const) {
      expect(field.getAttribute("aria-invalid")).toBe("true");
      expect(screen.getByText(words).id).not.toBe("");
      expect(field.getAttribute("aria-describedby")).toContain(screen.getByText(words).id);
    }
    type(role, "role-1");
    fireEvent.click(screen.getByRole("button", { name: "Next" }));
    expect(document.activeElement).toBe(screen.getByLabelText("Group or person"));
    fireEvent.click(screen.getByRole("radio", { name: "Upgrade Entra sign-in" }));
    expect(screen.queryByText("Enter the version to upgrade to.")).toBeNull();
  });

  it("shows what the server refused at its field until that is changed, and leads there", async () => {
    serve({
      preflight: () => {
        const fields = [{ field: "body.work.principal.id", message: "Must be a GUID." }];
        throw new ApiProblem({ ...problem(400, "invalid_input", "Correct the request."), fields });
      },
    });
    await checkRoleForGroup();
    const alert = await screen.findByRole("alert");
    fireEvent.click(within(alert).getByRole("button", { name: "To the work" }));
    const other = screen.getByRole("button", { name: "Choose another" });
    expect(document.activeElement).toBe(other);
    expect(other.getAttribute("aria-describedby")).toBe(screen.getByText("Must be a GUID.").id);
    fireEvent.click(other);
    expect(screen.queryByText("Must be a GUID.")).toBeNull();
    expect(screen.getByText("Choose a group or a person.")).toBeDefined();
  });

  it("finds the group and the role of a role assignment", async () => {
    await checkRoleForGroup();
    await screen.findByText("3 machines will be worked on");
    expect(preflights()[0]?.work).toEqual({
      kind: "role.assign",
      roleDefinitionId: "role-1",
      roleName: "Virtual Machine User Login",
      principal: { id: "group-1", type: "Group", name: "Server operators" },
    });
  });
});

describe("the machines", () => {
  it("leads to the grid while there are none", () => {
    open();
    step("Machines");
    expect(screen.getByText("No machines yet")).toBeDefined();
    expect(screen.getByRole("link", { name: "Choose in the grid" }).getAttribute("href")).toBe(pages.machines());
    step("Checks");
    expect(screen.getByRole("button", { name: "To the machines" })).toBeDefined();
    expect(preflights()).toEqual([]);
  });

  it("shows the frozen list with where it is from, and searches it", () => {
    choose(30);
    open();
    step("Machines");
    expect(screen.getByText("30 machines selected in the grid")).toBeDefined();
    expect(screen.getByRole("grid", { name: "Machines of the roll-out" }).getAttribute("aria-rowcount")).toBe("31");
    type(screen.getByRole("searchbox", { name: "Search the list" }), "app-29");
    expect(screen.getByRole("link", { name: "ams-app-29" })).toBeDefined();
    expect(screen.getByText("1 machine")).toBeDefined();
    type(screen.getByRole("searchbox", { name: "Search the list" }), "zebra");
    expect(screen.getByText("No machine of the list matches.")).toBeDefined();
  });

  it("refuses more than 10,000 before anything is asked", () => {
    choose(10_001);
    open();
    step("Machines");
    expect(screen.getByRole("alert").textContent).toContain("These are 10,001 machines. One roll-out takes at most 10,000");
    step("Checks");
    expect(preflights()).toEqual([]);
  });

  it("takes everything below a resource group instead", async () => {
    open();
    step("Machines");
    type(screen.getByLabelText("Subscription"), S1);
    type(screen.getByLabelText("Resource group"), "rg-app");
    fireEvent.click(screen.getByRole("button", { name: "Use this scope" }));
    expect(screen.getByText("Everything below Resource group rg-app")).toBeDefined();
    step("Checks");
    await screen.findByText("3 machines will be worked on");
    expect(preflights()[0]?.targets).toEqual({ by: "scope", scope: `/subscriptions/${S1}/resourceGroups/rg-app` });
  });

  it("says what is no scope", () => {
    open();
    step("Machines");
    type(screen.getByLabelText("Or the id of a scope"), "/subscriptions/none");
    expect(screen.getByText(/This is no id of a management group/)).toBeDefined();
    expect(screen.getByRole<HTMLButtonElement>("button", { name: "Use this scope" }).disabled).toBe(true);
  });

  it("begins with the scope of the address, which then leaves the address", () => {
    open(`/subscriptions/${S1}`);
    step("Machines");
    expect(screen.getByText("Everything below Subscription Production")).toBeDefined();
    expect(handedTargets()?.choice).toEqual({ by: "scope", scope: `/subscriptions/${S1}` });
    expect(window.location.search).toBe("");
  });
});

describe("the checks", () => {
  it("say what runs, then count by verdict and never include a blocked machine", async () => {
    const asked = Promise.withResolvers<RolloutPreflight>();
    serve({ preflight: () => asked.promise });
    choose(17);
    open();
    step("Checks");
    expect(screen.getByRole("status").textContent).toBe("Checking 17 machines");
    await waitFor(() => expect(preflights()).toHaveLength(1));
    asked.resolve(preflightFixture({ ready: 8, confirm: 2, offline: 3, blocked: 4 }));
    await screen.findByText("8 machines will be worked on");
    const counts = within(screen.getByRole("list", { name: "Machines by verdict" })).getAllByRole("listitem");
    expect(counts.map((item) => item.textContent?.replace(/\D*(\d+).*/, "$1"))).toEqual(["8", "2", "3", "4", "0"]);
    expect(screen.getByText("The plan leaves offline machines out.")).toBeDefined();
  });

  it("are not run for what is typed on a look back, but once when they are opened again", async () => {
    choose(3);
    open();
    step("Checks");
    await screen.findByText("3 machines will be worked on");
    step("Work");
    const name = screen.getByLabelText("Extension name");
    for (const text of ["SignIn", "SignIn1", "SignIn12"]) type(name, text);
    expect(preflights()).toHaveLength(1);
    step("Checks");
    await waitFor(() => expect(preflights()).toHaveLength(2));
    expect(preflights()[1]?.work).toMatchObject({ extensionName: "SignIn12" });
  });

  it("include the ones to confirm only by an explicit choice", async () => {
    serve({ preflight: () => preflightFixture({ ready: 8, confirm: 2 }) });
    choose(10);
    open();
    step("Checks");
    fireEvent.click(await screen.findByRole("checkbox", { name: "Include the 2 machines to confirm" }));
    expect(screen.getByText("10 machines will be worked on")).toBeDefined();
    expect(preflights()).toHaveLength(1);
  });

  it("give each reason with finding, fix and source, down to the machine with its own facts", async () => {
    serve({ preflight: () => preflightFixture({ ready: 1, blocked: 2 }) });
    choose(3);
    open();
    step("Checks");
    const group = (await screen.findByText("Operating system and build")).closest("li");
    expect(group?.textContent).toContain("For example ams-app-1: Windows Server 2022 Datacenter, build 20,349");
    expect(group?.textContent).toContain("Upgrade to Windows Server 2025 or Windows 11 24H2");
    expect(group?.textContent).toContain("Source: Microsoft: page about osBuild");
    fireEvent.click(screen.getByRole("button", { name: "Show the machines: Operating system and build" }));
    const sheet = await screen.findByRole("dialog", { name: "Operating system and build" });
    const second = within(sheet).getByRole("link", { name: "ams-app-2" });
    expect(second.getAttribute("href")).toBe(`/machines/${S1}/rg-app/ams-app-2`);
    expect(second.closest("[role=row]")?.textContent).toContain("build 20,350");
  });

  it("say that a partial reading counts at least, and which ids Azure does not show", async () => {
    const missing = [{ source: "machines", label: "Subscription Two", problem: problem(403, "forbidden", "No read.") }];
    serve({
      preflight: () =>
        preflightFixture(
          { ready: 1 },
          {
            unknown: [machineIdOf(99)],
            completeness: { expected: null, received: 1, complete: false, missing, asOf: "2026-11-21T12:00:00Z" },
          },
        ),
    });
    choose(2);
    open();
    step("Checks");
    expect(await screen.findByText(/^At least: some scopes could not be read/)).toBeDefined();
    expect(screen.getByText("1 machine is not shown by Azure")).toBeDefined();
    expect(screen.getByText(machineIdOf(99))).toBeDefined();
  });

  it("say that no machine can be worked on", async () => {
    serve({ preflight: () => preflightFixture({ blocked: 2 }) });
    choose(2);
    open();
    step("Checks");
    expect(await screen.findByText("No machine can be worked on")).toBeDefined();
    step("Review");
    expect(startButton().disabled).toBe(true);
  });

  it("say that nothing could be read, with Azure's refusal, instead of calling the machines gone", async () => {
    const missing = [
      { source: "machines", label: "Resource Graph", problem: problem(403, "forbidden", "You may not read here.") },
    ];
    const completeness = { expected: null, received: 0, complete: false, missing, asOf: "2026-11-21T12:00:00Z" };
    serve({ preflight: () => preflightFixture({}, { unknown: [machineIdOf(0)], completeness }) });
    choose(1);
    open();
    step("Checks");
    expect(await screen.findByText("The machines could not be read")).toBeDefined();
    expect(screen.getByRole("alert").textContent).toContain("You may not read here.");
    expect(screen.queryByText(/not shown by Azure/)).toBeNull();
  });

  it("say that Azure shows none of the targets", async () => {
    serve({ preflight: () => preflightFixture({}, { unknown: [machineIdOf(0)] }) });
    choose(1);
    open();
    step("Checks");
    expect(await screen.findByText("Azure shows no machine among these targets")).toBeDefined();
  });

  it.each([
    [403, "forbidden", "You lack read here."],
    [429, "throttled", "Azure takes no more for 12 seconds."],
    [502, "upstream", "Resource Graph failed."],
  ] as const)("show a refusal with status %i whole, and ask again on demand", async (status, code, detail) => {
    serve({
      preflight: (_, asked) =>
        asked === 1 ? Promise.reject(new ApiProblem(problem(status, code, detail))) : preflightFixture({ ready: 1 }),
    });
    choose(1);
    open();
    step("Checks");
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toContain(detail);
    expect(alert.textContent).toContain("Do this next.");
    fireEvent.click(within(alert).getByRole("button", { name: "Try again" }));
    expect(await screen.findByText("1 machine will be worked on")).toBeDefined();
  });

  it("run once for the same work and machines, and anew for another work", async () => {
    choose(3);
    open();
    step("Checks");
    await screen.findByText("3 machines will be worked on");
    step("Plan");
    type(screen.getByLabelText("Canary machines"), "1");
    step("Review");
    await screen.findByRole("heading", { name: "Exactly this is started" });
    expect(preflights()).toHaveLength(1);
    step("Work");
    fireEvent.click(screen.getByRole("radio", { name: "Uninstall Entra sign-in" }));
    step("Checks");
    await waitFor(() => expect(preflights()).toHaveLength(2));
  });
});

describe("the plan", () => {
  async function plan(ready: number) {
    serve({ preflight: () => preflightFixture({ ready, offline: 5 }) });
    choose(ready + 5);
    open();
    step("Checks");
    await screen.findByText(`${ready.toLocaleString("en")} machines will be worked on`);
    step("Plan");
  }
  const waves = () =>
    within(screen.getByRole("list", { name: "The waves and their sizes" }))
      .getAllByRole("listitem")
      .map((item) => item.textContent);

  it("begins with a canary of five and quarters, drawn with their sizes and the least time", async () => {
    await plan(100);
    expect(waves()).toEqual(["Canary5", "Wave 225", "Wave 325", "Wave 425", "Wave 520"]);
    expect(screen.getByText("Azure's limits let all of them be sent at once.")).toBeDefined();
  });

  it("says that 1,000 machines of one subscription cannot be sent faster than in 80 s", async () => {
    await plan(1_000);
    expect(screen.getByText("Sending alone takes at least 80 s under Azure's limits.")).toBeDefined();
  });

  it("draws other sizes as they are typed, and marks what is wrong at its field", async () => {
    await plan(100);
    type(screen.getByLabelText("Canary machines"), "0");
    type(screen.getByLabelText("Size of wave 1"), "50");
    expect(waves()).toEqual(["Wave 150", "Wave 250"]);
    type(screen.getByLabelText("Machines at the same time"), "5001");
    const field = screen.getByLabelText("Machines at the same time");
    expect(field.getAttribute("aria-invalid")).toBe("true");
    expect(screen.getByText("The number of machines at the same time must be a whole number from 1 to 5000.")).toBeDefined();
    step("Review");
    fireEvent.click(screen.getByRole("button", { name: "To the plan" }));
    expect(screen.getByLabelText<HTMLInputElement>("Machines at the same time").value).toBe("5001");
  });

  it("counts offline machines in once it waits for them", async () => {
    await plan(10);
    fireEvent.click(screen.getByRole("radio", { name: "Wait for them" }));
    step("Checks");
    expect(screen.getByText("15 machines will be worked on")).toBeDefined();
    expect(screen.getByText(/^The plan waits for offline machines until /)).toBeDefined();
  });

  it("needs days for a window, and says that one goes over midnight", async () => {
    await plan(10);
    fireEvent.click(screen.getByRole("radio", { name: "Only in a window" }));
    expect(screen.getByText(/the window goes over midnight/)).toBeDefined();
    for (const day of ["Mon", "Tue", "Wed", "Thu", "Fri"]) fireEvent.click(screen.getByRole("checkbox", { name: day }));
    expect(screen.getByText(/Choose at least one day/)).toBeDefined();
  });

  it("checks a scope that is typed once the typing rests, not letter by letter, and at once when the step is left", async () => {
    choose(3);
    open();
    step("Plan");
    await waitFor(() => expect(preflights()).toHaveLength(1));
    fireEvent.click(screen.getByRole("checkbox", { name: "Give a group or person a role" }));
    type(await screen.findByLabelText("Role to give"), "role-1");
    type(screen.getByLabelText("Group or person"), "serv");
    fireEvent.click(await screen.findByRole("button", { name: "Choose Server operators" }));
    await waitFor(() => expect(preflights()).toHaveLength(2), { timeout: 15_000 });
    fireEvent.click(screen.getByRole("radio", { name: "Once, at a scope" }));
    const scope = screen.getByLabelText("Scope");
    const whole = `/subscriptions/${S1}/resourceGroups/rg-app`;
    for (let length = whole.length - 8; length <= whole.length; length += 1) type(scope, whole.slice(0, length));
    expect(preflights()).toHaveLength(2);
    await waitFor(() => expect(preflights()).toHaveLength(3), { timeout: 15_000 });
    expect(preflights()[2]?.plan.grant?.at).toEqual({ kind: "scope", scope: whole });
    type(scope, `${whole}-2`);
    step("Review");
    await waitFor(() => expect(preflights()).toHaveLength(4));
    expect(preflights()[3]?.plan.grant?.at).toEqual({ kind: "scope", scope: `${whole}-2` });
  });

  it("offers a role and a removal only after an installation", async () => {
    await plan(10);
    fireEvent.click(screen.getByRole("checkbox", { name: "Give a group or person a role" }));
    expect(await screen.findByText("Choose the role to give.")).toBeDefined();
    step("Work");
    fireEvent.click(screen.getByRole("radio", { name: "Uninstall Entra sign-in" }));
    step("Plan");
    expect(screen.queryByRole("checkbox", { name: "Give a group or person a role" })).toBeNull();
    expect(screen.queryByText("The plan has mistakes. They are marked at their fields.")).toBeNull();
  });
});

describe("the start", () => {
  it("[C75] sends exactly what was reviewed, once the number is typed, and goes to the live page", async () => {
    choose(3);
    open();
    step("Review");
    await screen.findByRole("heading", { name: "Exactly this is started" });
    expect(screen.getByRole("group", { name: "Target" }).textContent).toMatch(/^PUT https:.*ams-app-0\/extensions\/AADLogin/);
    expect(screen.getByText("Olivia Operator (you)")).toBeDefined();
    expect(screen.getByText(/Each machine becomes Entra joined/)).toBeDefined();
    expect(startButton().disabled).toBe(true);
    type(screen.getByLabelText("Type 3 to confirm the number of machines"), "4");
    expect(screen.getByText("This is not the number of machines.")).toBeDefined();
    expect(startButton().disabled).toBe(true);
    type(screen.getByLabelText("Type 3 to confirm the number of machines"), "3");
    fireEvent.click(startButton());
    await waitFor(() => expect(push).toHaveBeenCalledTimes(1));
    const [sent] = starts();
    expect(sent).toMatchObject({
      name: "Entra sign-in on Windows, 3 machines",
      work: { kind: "windowsSignIn.install", extensionName: "AADLogin", mdmId: "", version: null },
      targets: { by: "machines", machineIds: [0, 1, 2].map(machineIdOf), describedAs: "3 machines selected in the grid" },
      stamp: "a".repeat(64),
      includeConfirm: false,
      typedCount: 3,
      actsAs: "operator",
    });
    expect(push).toHaveBeenCalledWith(pages.rollout(sent?.id ?? ""));
    expect(handedTargets()).toBeNull();
    expect(sessionStorage.getItem("arcwarden.draft.rollout")).toBeNull();
  });

  it("gives the same work as Bicep, ARM JSON, az and PowerShell for exactly these machines", async () => {
    serve({ preflight: () => preflightFixture({ ready: 2, blocked: 1 }) });
    choose(3);
    open();
    await review(2);
    fireEvent.click(screen.getByRole("button", { name: "As a script or template" }));
    const sheet = await screen.findByRole("dialog");
    expect(
      within(sheet)
        .getAllByRole("tab")
        .map((tab) => tab.textContent),
    ).toEqual(["Bicep", "ARM JSON", "Azure CLI", "PowerShell"]);
    const bicep = within(sheet).getByRole("group", { name: "Bicep" }).textContent ?? "";
    expect(bicep).toContain("ams-app-1");
    expect(bicep).not.toContain("ams-app-2");
  });

  it("is one roll-out however often it is sent: the id stays the same after a lost answer", async () => {
    serve({ start: () => Promise.reject(new ApiProblem(problem(0, "upstream", "No answer."))) });
    choose(3);
    open();
    await review(3);
    fireEvent.click(startButton());
    const alert = await screen.findByRole("alert");
    const id = starts()[0]?.id ?? "";
    expect(within(alert).getByRole("link", { name: "Look whether it has begun" }).getAttribute("href")).toBe(pages.rollout(id));
    fireEvent.click(startButton());
    await waitFor(() => expect(starts()).toHaveLength(2));
    expect(starts()[1]?.id).toBe(id);
  });

  it("shows what changed when Azure is another than at the checks, and wants the new number", async () => {
    serve({
      start: ({ stamp }) => {
        if (stamp.startsWith("b")) return {};
        const now = preflightFixture({ ready: 2, blocked: 1 }, { stamp: "b".repeat(64) });
        const stale: StaleRolloutPreflight = { ...problem(409, "conflict", "Azure has changed."), preflight: now };
        return Promise.reject(new ApiProblem(stale));
      },
    });
    choose(3);
    open();
    await review(3);
    fireEvent.click(startButton());
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toContain("Azure has changed since the checks. Nothing was started.");
    expect(alert.textContent).toContain("Ready: 3 before, 2 now");
    expect(alert.textContent).toContain("ams-app-2: Ready before, Blocked now");
    expect(push).not.toHaveBeenCalled();
    expect(startButton().disabled).toBe(true);
    type(screen.getByLabelText("Type 2 to confirm the number of machines"), "2");
    fireEvent.click(startButton());
    await waitFor(() => expect(push).toHaveBeenCalledTimes(1));
    expect(starts()[1]).toMatchObject({ stamp: "b".repeat(64), typedCount: 2 });
  });

  it("shows what changed also where the start was repeated after a sign-in, on a page loaded anew", async () => {
    // The browser leaves for the sign-in: no answer ever comes.
    serve({ start: () => new Promise(() => undefined) });
    choose(3);
    const before = open();
    await review(3);
    fireEvent.click(startButton());
    await waitFor(() => expect(starts()).toHaveLength(1));
    before.unmount();
    const now = preflightFixture({ ready: 2, blocked: 1 }, { stamp: "b".repeat(64) });
    serve({ preflight: () => now, start: () => Promise.reject(new ApiProblem(problem(0, "upstream", "No answer."))) });
    const stale: StaleRolloutPreflight = { ...problem(409, "conflict", "Azure has changed."), preflight: now };
    state.replay = { kind: "failed", path: "/api/rollouts", problem: stale };
    open();
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toContain("Azure has changed since the checks. Nothing was started.");
    expect(alert.textContent).toContain("Ready: 3 before, 2 now");
    expect(alert.textContent).toContain("ams-app-2: Ready before, Blocked now");
    expect(screen.getAllByRole("alert")).toHaveLength(1);
    // What becomes of the next start takes its place.
    await review(2);
    fireEvent.click(startButton());
    await waitFor(() => expect(screen.getByRole("alert").textContent).toContain("No answer."));
  });

  it("does not claim to know what changed when that was lost", async () => {
    choose(3);
    const now = preflightFixture({ ready: 3 }, { stamp: "b".repeat(64) });
    const stale: StaleRolloutPreflight = { ...problem(409, "conflict", "Azure has changed."), preflight: now };
    state.replay = { kind: "failed", path: "/api/rollouts", problem: stale };
    open();
    await review(3);
    expect(screen.getByRole("alert").textContent).toContain("What it was before cannot be told any more.");
  });

  it("shows a conflict that is no change of Azure as it is", async () => {
    serve({ start: () => Promise.reject(new ApiProblem(problem(409, "conflict", "This id is another roll-out."))) });
    choose(3);
    open();
    await review(3);
    fireEvent.click(startButton());
    expect((await screen.findByRole("alert")).textContent).toContain("This id is another roll-out.");
  });

  it.each([
    [true, ["Portal.Admin"], true],
    [true, [], false],
    [false, ["Portal.Admin"], false],
  ] as const)("offers the portal's identity where configured (%s) to %j: %s", async (configured, roles, offered) => {
    state.identity = configured;
    state.roles = [...roles];
    choose(3);
    open();
    await review(3);
    expect(screen.queryAllByRole("radio", { name: "The portal's managed identity" })).toHaveLength(offered ? 1 : 0);
  });

  it("checks anew with the rights of the identity that is chosen, and starts as it", async () => {
    state.identity = true;
    state.roles = ["Portal.Admin"];
    choose(3);
    open();
    await review(3);
    fireEvent.click(screen.getByRole("radio", { name: "The portal's managed identity" }));
    await waitFor(() => expect(preflights().map(({ actsAs }) => actsAs)).toEqual(["operator", "managedIdentity"]));
    await review(3);
    fireEvent.click(startButton());
    await waitFor(() => expect(starts()[0]?.actsAs).toBe("managedIdentity"));
  });

  it("is refused with the reason for who may do the work nowhere", async () => {
    state.holds = false;
    choose(3);
    open();
    await review(3);
    expect(startButton().disabled).toBe(true);
    expect(screen.getByText(/This needs Microsoft.HybridCompute\/machines\/extensions\/write/)).toBeDefined();
    expect(starts()).toEqual([]);
  });

  it("goes on by itself when a start that waited for a stronger sign-in was repeated", async () => {
    choose(3);
    state.replay = { kind: "done", path: "/api/rollouts", value: { id: "r-9" } };
    open();
    await waitFor(() => expect(push).toHaveBeenCalledWith(pages.rollout("r-9")));
  });

  it("says that a refused stronger sign-in started nothing", async () => {
    choose(3);
    state.replay = { kind: "dropped", path: "/api/rollouts" };
    open();
    expect(screen.getByRole("alert").textContent).toContain("nothing was started");
    expect(push).not.toHaveBeenCalled();
  });
});

describe("the form", () => {
  it("survives a reload with everything in it, and the same id", async () => {
    choose(3);
    const first = open();
    type(screen.getByLabelText("Extension name"), "Own");
    step("Plan");
    type(screen.getByLabelText("Canary machines"), "2");
    await review(3);
    type(screen.getByLabelText("Name of the roll-out"), "Autumn");
    first.unmount();
    open();
    await review(3);
    fireEvent.click(startButton());
    await waitFor(() => expect(starts()).toHaveLength(1));
    expect(starts()[0]).toMatchObject({ name: "Autumn", work: { extensionName: "Own" }, plan: { canary: 2 } });
  });

  it("begins anew when other machines are handed over, and on demand", () => {
    choose(3);
    const first = open();
    type(screen.getByLabelText("Extension name"), "Own");
    first.unmount();
    choose(4);
    const second = open();
    expect(screen.getByLabelText<HTMLInputElement>("Extension name").value).toBe("AADLogin");
    type(screen.getByLabelText("Extension name"), "Own");
    fireEvent.click(screen.getByRole("button", { name: "Start over" }));
    expect(screen.getByLabelText<HTMLInputElement>("Extension name").value).toBe("AADLogin");
    second.unmount();
    open();
    expect(screen.getByLabelText<HTMLInputElement>("Extension name").value).toBe("AADLogin");
    step("Machines");
    expect(screen.getByText("No machines yet")).toBeDefined();
  });

  it("takes the focus to the step that was opened", () => {
    open();
    fireEvent.click(screen.getByRole("button", { name: "Next" }));
    expect(document.activeElement?.textContent).toContain("Which machines");
  });
});
