// @vitest-environment jsdom
import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { IDLE_ACCESS } from "@/lib/client/access/access-session";
import { AccessEmpty } from "./access-status";

afterEach(cleanup);

const show = (total: number | null) =>
  render(<AccessEmpty status={{ ...IDLE_ACCESS, phase: "ready", version: 1 }} total={total} onClear={() => undefined} />);

describe("in the place of rows about access", () => {
  it("nothing is called empty while the answer is still on its way", () => {
    show(null);
    expect(screen.getByRole("status").textContent).toBe("Reading roles, groups and machines");
    expect(screen.queryByRole("button", { name: "Try again" })).toBeNull();
  });

  it("what is really empty can be read again", () => {
    show(0);
    expect(screen.getByRole("button", { name: "Try again" })).toBeDefined();
  });
});
