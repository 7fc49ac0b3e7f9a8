import { describe, expect, it } from "vitest";
import { scopesOfRole } from "./judge";

const ROLE = "1c0163c0-47e6-4577-8991-ea5c82e286e4";
const AT = "/providers/Microsoft.Authorization/roleDefinitions/";

describe("the scopes at which a role stands", () => {
  it("are those of its own assignments, whatever scope and case their ids are written with", () => {
    const rows = [
      { scope: "/Subscriptions/A", roleDefinitionId: `/subscriptions/s${AT}${ROLE.toUpperCase()}` },
      { scope: "/b", roleDefinitionId: `${AT}${ROLE}` },
      { scope: "/c", roleDefinitionId: ROLE },
    ];
    expect([...scopesOfRole(rows, `/subscriptions/other${AT}${ROLE}`)]).toEqual(["/subscriptions/a", "/b", "/c"]);
  });

  it("leave out a role whose name only ends alike", () => {
    expect(scopesOfRole([{ scope: "/a", roleDefinitionId: `${AT}f${ROLE}` }], ROLE).size).toBe(0);
    expect(scopesOfRole([{ scope: "/a", roleDefinitionId: `${AT}${ROLE}` }], ROLE.slice(-12)).size).toBe(0);
  });
});
