// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { RolloutForms } from "./rollout-templates";

const saved = vi.hoisted(() => vi.fn());
vi.mock("@/lib/client/download", () => ({ download: saved }));

afterEach(cleanup);

const forms = { armJson: "{}", bicep: "resource a", azCli: "", powershell: "New-It" };

it("shows only the beginning of a very long script and says so; copy and file are the whole of it", () => {
  const copied = vi.fn(() => Promise.resolve());
  Object.defineProperty(navigator, "clipboard", { configurable: true, value: { writeText: copied } });
  const bicep = `${"resource a\n".repeat(10_000)}// the end`;
  render(<RolloutForms kind="windowsSignIn.install" templates={{ ...forms, bicep, machines: 10_000 }} />);
  expect(screen.getByText("Only the beginning is shown. Copying and saving take the whole.")).toBeDefined();
  expect(screen.getByRole("group", { name: "Bicep" }).textContent).toBe(bicep.slice(0, 60_000));
  fireEvent.click(screen.getByRole("button", { name: "Copy Bicep" }));
  fireEvent.click(screen.getByRole("button", { name: "Save as rollout.bicep" }));
  expect(copied).toHaveBeenCalledExactlyOnceWith(bicep);
  expect(saved).toHaveBeenCalledExactlyOnceWith("rollout.bicep", "text/plain", bicep);
});

it.each([
  ["windowsSignIn.uninstall", /^A template says what is to exist\. A deployment of it removes nothing/],
  ["linuxSignIn.upgrade", /^The upgrade changes the version and nothing else\./],
  ["role.assign", "This form cannot do this work."],
] as const)("opens a form that can do the work and says why another cannot: %s", (kind, why) => {
  render(<RolloutForms kind={kind} templates={{ ...forms, azCli: "az rest", bicep: "", machines: 2 }} />);
  expect(screen.getByText("For the 2 machines of this roll-out.")).toBeDefined();
  expect(screen.getByRole("group", { name: "Azure CLI" }).textContent).toBe("az rest");
  fireEvent.mouseDown(screen.getByRole("tab", { name: "Bicep" }));
  expect(screen.getByText(why)).toBeDefined();
  expect(screen.queryByText(/^Only the beginning/)).toBeNull();
});

it("warns where a script does less than the portal", () => {
  render(<RolloutForms kind="windowsSignIn.settings" templates={{ ...forms, machines: 2 }} />);
  expect(screen.getByText(/other settings are lost\.$/)).toBeDefined();
});
