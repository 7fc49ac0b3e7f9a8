// @vitest-environment jsdom
import { cleanup, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { accessMessages, accessStream } from "@/lib/client/access/access-fixture";
import { S2, tenant } from "@/lib/domain/access/access-fixture";
import type { Problem } from "@/lib/domain/errors";
import { giveElementsSize, showAccess, streamResponse, TENANT } from "./render-access";

const apiResponse = vi.hoisted(() => vi.fn());
const push = vi.hoisted(() => vi.fn());
vi.mock("../use-rights", async () => {
  const { rightOf } = await vi.importActual<typeof import("@/lib/domain/access/rights")>("@/lib/domain/access/rights");
  type Name = Parameters<typeof rightOf>[0];
  return { useRights: () => (name: Name) => rightOf(name, true), useRightAnywhere: (name: Name) => rightOf(name, true) };
});
vi.mock("@/lib/client/api", () => ({ apiResponse }));
vi.mock("next/navigation", () => ({ useRouter: () => ({ push }) }));

// Every test loads the page and the engine anew, and a busy machine takes its time for that.
vi.setConfig({ testTimeout: 30_000 });

beforeEach(() => {
  giveElementsSize();
  push.mockReset();
  apiResponse.mockReset();
  apiResponse.mockImplementation(async () => streamResponse(TENANT));
});
afterEach(cleanup);

async function show(search = "") {
  return showAccess(async () => {
    const { AccessPage } = await import("./access-page");
    return <AccessPage />;
  }, search);
}

async function refuse(problem: Partial<Problem>) {
  apiResponse.mockImplementation(async () => {
    const { ApiProblem } = await import("@/lib/client/api-problem");
    throw new ApiProblem({
      type: "t",
      title: "Refused",
      status: 403,
      code: "forbidden",
      detail: "No.",
      traceId: "1",
      ...problem,
    });
  });
}

const cells = (name: string) => within(screen.getByRole("row", { name: new RegExp(name) })).getAllByRole("gridcell");

describe("the matrix of machines", () => {
  it("shows for every machine how many can do what, and says that it is complete", async () => {
    await show();
    await screen.findByRole("link", { name: "srv-1" });
    // Sign in, sign in as admin, administer any way, run command, deploy extensions, assign roles.
    expect(
      cells("srv-1")
        .slice(0, 6)
        .map((cell) => cell.textContent),
    ).toEqual(["1", "1", "2", "1", "1", "0"]);
    expect(screen.getByText(/^Complete: 4 machines/)).toBeTruthy();
    expect(screen.getByRole("grid").getAttribute("aria-rowcount")).toBe("5");
  });

  it("says who is behind a count, by which way, and who is kept out", async () => {
    await show();
    await screen.findByRole("link", { name: "srv-1" });
    fireEvent.click(cells("srv-1")[0] as HTMLElement);
    const sheet = await screen.findByRole("dialog", { name: "Sign in on srv-1" });
    await within(sheet).findByText("1 can");
    expect(within(sheet).getByRole("link", { name: "Ada Admin" }).getAttribute("href")).toBe("/access/people/ada");
    expect(sheet.textContent).toContain("admin-login at Production, through On call › Operations");
    expect(within(sheet).getByRole("link", { name: "Otto Off" })).toBeTruthy();
    expect(within(sheet).getByText("account disabled")).toBeTruthy();
    expect(within(sheet).getByRole("link", { name: "All access to this machine" }).getAttribute("href")).toContain("/machines/");
  });

  it("opens the same by keyboard: one tab stop, arrows, Enter", async () => {
    await show();
    const grid = await screen.findByRole("grid");
    await screen.findByRole("link", { name: "srv-1" });
    expect(grid.querySelectorAll('[tabindex="0"]')).toHaveLength(1);
    const header = grid.querySelector('[tabindex="0"]') as HTMLElement;
    header.focus();
    for (const key of ["ArrowDown", "ArrowRight", "ArrowRight"]) fireEvent.keyDown(document.activeElement ?? grid, { key });
    expect(document.activeElement?.getAttribute("data-cell")).toBe("0:2");
    fireEvent.keyDown(document.activeElement ?? grid, { key: "Enter" });
    expect(await screen.findByRole("dialog", { name: "Sign in as admin on srv-1" })).toBeTruthy();
  });

  it("sorts by a column from its head and says so", async () => {
    await show();
    await screen.findByRole("link", { name: "srv-1" });
    fireEvent.click(screen.getByRole("columnheader", { name: "Run command" }));
    await waitFor(() =>
      expect(screen.getByRole("columnheader", { name: "Run command" }).getAttribute("aria-sort")).toBe("descending"),
    );
    await waitFor(() =>
      expect(screen.getAllByRole("rowheader").map((cell) => cell.textContent)).toEqual(["srv-1", "srv-2", "srv-3", "srv-4"]),
    );
  });

  it("counts eligible access in its own lane", async () => {
    await show("?lane=eligible");
    await screen.findByRole("link", { name: "srv-4" });
    expect(cells("srv-4")[1]?.textContent).toBe("1");
    expect(cells("srv-1")[1]?.textContent).toBe("0");
  });

  it("shows filters of a link as chips that can be taken off", async () => {
    await show("?can=runCommand&test=none");
    const chip = await screen.findByRole("button", { name: "Take off the filter Run command: nobody" });
    await waitFor(() => expect(screen.getAllByRole("rowheader").map((cell) => cell.textContent)).toEqual(["srv-3", "srv-4"]));
    fireEvent.click(chip);
    await waitFor(() => expect(screen.getAllByRole("rowheader")).toHaveLength(4));
  });

  it("offers to clear a search that finds nothing", async () => {
    await show("?q=nothing");
    fireEvent.click(await screen.findByRole("button", { name: "Clear filters" }));
    expect(await screen.findByRole("link", { name: "srv-1" })).toBeTruthy();
  });

  it("marks counts that are at least, and names what could not be read", async () => {
    const incomplete = [{ source: "assignments", at: S2, label: "Subscription 2", reason: "forbidden" }] as const;
    apiResponse.mockImplementation(async () => streamResponse({ ...TENANT, incomplete }));
    await show();
    await screen.findByRole("link", { name: "srv-4" });
    expect(cells("srv-4")[0]?.textContent).toBe("≥at least 0");
    expect(cells("srv-1")[0]?.textContent).toBe("1");
    expect(screen.getByText(/^Incomplete: 4 machines/)).toBeTruthy();
    fireEvent.click(screen.getByRole("button", { name: "What is missing" }));
    expect(await screen.findByText(/role assignments · forbidden/)).toBeTruthy();
  });
});

describe("states of the page", () => {
  it("puts Azure's refusal above the rows when no assignment at all could be read", async () => {
    const incomplete = [{ source: "assignments", at: null, label: "Role assignments", reason: "No right." }] as const;
    const problem = {
      type: "t",
      title: "Not allowed",
      status: 403,
      code: "forbidden",
      detail: "No right to list.",
      traceId: "1",
    } as const;
    const lines = accessMessages({ ...TENANT, incomplete }).map((line) =>
      line.type === "tail"
        ? {
            ...line,
            completeness: { ...line.completeness, missing: [{ source: "assignments", label: "Role assignments", problem }] },
          }
        : line,
    );
    apiResponse.mockImplementation(async () => new Response(accessStream(lines)));
    await show();
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toContain("No right to list.");
    expect(alert.textContent).toContain("Microsoft.Authorization/roleAssignments/read");
    expect(await screen.findByRole("link", { name: "srv-1" })).toBeTruthy();
  });

  it("says while it reads what has come so far", async () => {
    const lines = accessStream(accessMessages(TENANT).slice(0, 5));
    apiResponse.mockImplementation(
      async () =>
        new Response(new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode(lines)) })),
    );
    await show();
    expect(await screen.findByText(/4 machines · 4 role assignments/)).toBeTruthy();
    expect(screen.getByRole("progressbar")).toBeTruthy();
  });

  it("names the permission that is missing when Azure refuses", async () => {
    await refuse({ code: "forbidden" });
    await show();
    expect(await screen.findByRole("heading", { name: "You may not read role assignments" })).toBeTruthy();
    expect(screen.getByText(/Microsoft.Authorization\/roleAssignments\/read/)).toBeTruthy();
  });

  it("shows a throttled read with what Azure said and reads again on demand", async () => {
    await refuse({ code: "throttled", status: 429, title: "Too many requests", detail: "Azure asks to wait 12 seconds." });
    await show();
    expect(await screen.findByText("Azure asks to wait 12 seconds.")).toBeTruthy();
    apiResponse.mockImplementation(async () => streamResponse(TENANT));
    fireEvent.click(screen.getAllByRole("button", { name: "Try again" })[0] as HTMLElement);
    expect(await screen.findByRole("link", { name: "srv-1" })).toBeTruthy();
  });

  it("never takes a stream without its end mark for an answer", async () => {
    apiResponse.mockImplementation(async () => new Response(accessStream(accessMessages(TENANT).slice(0, -1))));
    await show();
    expect(await screen.findByText("The answer was cut off")).toBeTruthy();
    expect(screen.queryByRole("grid")).toBeNull();
  });

  it("says when there is no machine", async () => {
    apiResponse.mockImplementation(async () => streamResponse(tenant({ machines: [] })));
    await show();
    expect(await screen.findByText("There are no machines to show")).toBeTruthy();
  });
});

describe("people", () => {
  it("[A12] lists people by how many machines they can administer, the widest first", async () => {
    await show("?view=people");
    await screen.findByRole("link", { name: "Ada Admin" });
    const rows = screen.getAllByRole("rowheader").map((cell) => cell.textContent);
    expect(rows[0]).toContain("Ada Admin");
    expect(cells("Ada Admin")[0]?.textContent).toBe("3");
    expect(
      cells("Ben Berg")
        .slice(0, 2)
        .map((cell) => cell.textContent),
    ).toEqual(["2", "1"]);
    expect(rows.some((row) => row?.includes("Gus Guest"))).toBe(false);
  });

  it("shows guests and disabled accounts, who reach nothing, with their marks when asked for", async () => {
    await show("?view=people&all=true");
    await screen.findByRole("link", { name: "Otto Off" });
    expect(screen.getByRole("row", { name: /Otto Off/ }).textContent).toContain("Disabled");
    expect(screen.getByRole("row", { name: /Gus Guest/ }).textContent).toContain("Guest");
  });

  it("gives groups the reach of their next member", async () => {
    await show("?view=people&kind=groups");
    await screen.findByRole("link", { name: "Operations" });
    expect(cells("On call")[0]?.textContent).toBe("3");
  });
});
