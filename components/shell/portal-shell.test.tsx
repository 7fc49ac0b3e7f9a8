// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Menu, MenuItem } from "@/components/ui/menu";
import { PortalShell } from "./portal-shell";

const shared = vi.hoisted(() => ({ tenant: "", pathname: "/machines" }));
vi.mock("next/navigation", () => ({ usePathname: () => shared.pathname }));
vi.mock("@/lib/client/use-theme", () => ({ useSystemTheme: () => undefined }));
vi.mock("./local-banner", () => ({ LocalBanner: () => null }));
vi.mock("./sidebar", () => ({ Sidebar: () => null }));
vi.mock("./bottom-nav", () => ({ BottomNav: () => null }));
vi.mock("./sign-in-notices", () => ({ SignInNotices: () => null }));
vi.mock("./top-bar", () => ({
  TopBar: () => (
    <Menu trigger={<button type="button">Account</button>}>
      <MenuItem>Sign out</MenuItem>
      {shared.tenant === "" ? null : <MenuItem>{shared.tenant}</MenuItem>}
    </Menu>
  ),
}));

const shell = (key: string) => (
  <PortalShell key={key}>
    <p>page</p>
  </PortalShell>
);
const openMenu = () => fireEvent.keyDown(screen.getByRole("button", { name: "Account" }), { key: "Enter" });

afterEach(() => {
  cleanup();
  shared.tenant = "";
  shared.pathname = "/machines";
});

describe("overlays of the shell", () => {
  it("keeps the very menu that is open when something arrives behind it", () => {
    const { rerender } = render(shell("one"));
    openMenu();
    const menu = screen.getByRole("menu");
    shared.tenant = "Contoso";
    rerender(shell("one"));
    expect(screen.getByRole("menuitem", { name: "Contoso" })).toBeTruthy();
    expect(screen.getByRole("menu")).toBe(menu);
  });

  it("opens a menu inside the main landmark that stands, not in one that a sign-in has just replaced", () => {
    const { rerender } = render(shell("before the sign-in"));
    rerender(shell("after it"));
    openMenu();
    expect(screen.getByRole("main").contains(screen.getByRole("menu"))).toBe(true);
  });
});

describe("focus", () => {
  it("goes to the new page after a navigation, and not on arrival", () => {
    const { rerender } = render(shell("one"));
    expect(document.activeElement).toBe(document.body);
    // jsdom has no scrolling.
    screen.getByRole("main").scrollTo = () => undefined;
    shared.pathname = "/access";
    rerender(shell("one"));
    expect(document.activeElement).toBe(screen.getByRole("main"));
  });
});
