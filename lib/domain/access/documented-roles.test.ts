import { describe, expect, it } from "vitest";
import { role } from "./access-fixture";
import { roleDrift } from "./documented-roles";
import { roleCapabilities } from "./least-privilege";
import { createRoleBook } from "./roles";

const ONBOARDING = "b64e21ea-ac4e-4cdf-9dc9-5b892992bee7";
const MACHINES = "Microsoft.HybridCompute/machines";

function drift(id: string, actions: string[], dataActions: string[] = []) {
  return roleDrift(id.toUpperCase(), roleCapabilities(createRoleBook([role(id, { actions, dataActions })]), id));
}

describe("a role against its documentation", () => {
  it("[B23] names the extension right that the onboarding role has in Azure and not in its documentation", () => {
    const documented = [`${MACHINES}/read`, `${MACHINES}/write`];
    expect(drift(ONBOARDING, documented)).toBeNull();
    expect(drift(ONBOARDING, [...documented, `${MACHINES}/addExtensions/action`])).toEqual({
      added: ["addExtensions"],
      removed: [],
    });
  });

  it("names what a role has lost", () => {
    const login = ["Microsoft.HybridCompute/machines/*/read", "Microsoft.HybridConnectivity/endpoints/listCredentials/action"];
    const id = "1c0163c0-47e6-4577-8991-ea5c82e286e4";
    expect(drift(id, login, [`${MACHINES}/login/action`, `${MACHINES}/loginAsAdmin/action`])).toBeNull();
    expect(drift(id, login, [`${MACHINES}/login/action`])).toEqual({ added: [], removed: ["signInAdmin"] });
  });

  it("[B24] finds the Resource Administrator's rights over servers, extensions, licences and private link scopes as documented", () => {
    expect(
      drift("cd570a14-e51a-42ad-bac8-bafd67325302", [
        `${MACHINES}/*`,
        "Microsoft.HybridCompute/licenses/*",
        "Microsoft.HybridCompute/privateLinkScopes/*",
      ]),
    ).toBeNull();
  });

  it("says nothing about roles without documentation", () => {
    expect(drift("11111111-0000-4000-8000-000000000000", ["*"])).toBeNull();
  });
});
