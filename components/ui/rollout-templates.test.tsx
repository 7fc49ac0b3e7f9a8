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
  render(<RolloutForms templates={{ ...forms, bicep, machines: 10_000 }} />);
  expect(screen.getByText("Only the beginning is shown. The file holds the whole.")).toBeDefined();
  expect(screen.getByRole("group", { name: "Bicep" }).textContent).toBe(bicep.slice(0, 60_000));
  fireEvent.click(screen.getByRole("button", { name: "Copy Bicep" }));
  fireEvent.click(screen.getByRole("button", { name: "Save as a file" }));
  expect(copied).toHaveBeenCalledExactlyOnceWith(bicep);
  expect(saved).toHaveBeenCalledExactlyOnceWith("rollout.bicep", "text/plain", bicep);
});

it("shows a short script whole, and says of a form that cannot do the work that it cannot", () => {
  render(<RolloutForms templates={{ ...forms, bicep: "", machines: 2 }} />);
  expect(screen.getByText("For the 2 machines of this roll-out.")).toBeDefined();
  expect(screen.getByText("This form cannot do this work.")).toBeDefined();
  expect(screen.queryByText(/^Only the beginning/)).toBeNull();
});
