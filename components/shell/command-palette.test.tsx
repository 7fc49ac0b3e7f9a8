// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CommandPalette } from "./command-palette";

const shared = vi.hoisted(() => ({ people: [] as object[], access: "ready", push: vi.fn() }));
vi.mock("next/navigation", () => ({ useRouter: () => ({ push: shared.push }) }));
vi.mock("@/lib/client/session", () => ({ useSession: () => ({ signOut: vi.fn(), info: null, problem: null }) }));
vi.mock("@/lib/client/use-fleet", () => ({
  useFleet: () => ({ version: 1, phase: "ready" }),
  getFleet: () => ({ backend: async () => ({ call: async () => [] }) }),
}));
vi.mock("@/lib/client/access/use-access", () => ({
  useAccessStatus: () => ({ version: 1, phase: shared.access }),
  getAccess: () => ({ start: () => undefined, backend: async () => ({ call: async () => shared.people }) }),
}));

class FakeObserver {
  observe() {}
  unobserve() {}
  disconnect() {}
}

beforeEach(() => {
  shared.people = [];
  shared.access = "ready";
  // jsdom measures and scrolls nothing.
  vi.stubGlobal("ResizeObserver", FakeObserver);
  Element.prototype.scrollIntoView = () => undefined;
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function search(query: string) {
  render(<CommandPalette open onOpenChange={() => undefined} />);
  fireEvent.change(screen.getByRole("combobox"), { target: { value: query } });
}

describe("a search that finds people only", () => {
  it("shows them without saying that nothing was found", async () => {
    shared.people = [{ id: "p1", kind: "user", displayName: "Hanna Lindqvist", detail: "hanna@contoso.example" }];
    search("Hanna");
    fireEvent.click(await screen.findByRole("option", { name: /Hanna Lindqvist/ }));
    expect(shared.push).toHaveBeenCalledWith("/access/people/p1");
    expect(screen.queryByText(/Nothing found/)).toBeNull();
  });

  it("says that people are missing as long as access is being read", async () => {
    shared.access = "loading";
    search("Hanna");
    expect(await screen.findByText(/^Nothing found for “Hanna” yet/)).toBeDefined();
    expect(screen.getByText(/so people and groups may be missing here/)).toBeDefined();
  });

  it("says that nothing was found once everything is read", async () => {
    search("Hanna");
    expect(await screen.findByText("Nothing found for “Hanna”.")).toBeDefined();
  });
});
