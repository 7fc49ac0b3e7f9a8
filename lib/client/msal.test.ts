import { describe, expect, it } from "vitest";
import { accountOf, msalConfiguration } from "./msal";
import { account, CONFIG, HOME, OTHER } from "./session-fakes";

describe("msalConfiguration", () => {
  it("leaves a real cloud's endpoints to MSAL", () => {
    const { auth, cache } = msalConfiguration(CONFIG, "https://arc.example");
    expect(auth).toEqual({
      clientId: "client",
      authority: `https://login.example/${HOME}`,
      knownAuthorities: ["login.example"],
      redirectUri: "https://arc.example/auth/redirect",
      postLogoutRedirectUri: "https://arc.example/signed-out",
      clientCapabilities: ["cp1"],
    });
    expect(cache).toEqual({ cacheLocation: "sessionStorage" });
  });

  it("names the endpoints of local Azure, tenant first", () => {
    const { auth } = msalConfiguration({ ...CONFIG, authorityWireOrigin: "http://localhost:42000" }, "http://localhost:3000");
    expect(JSON.parse(auth.authorityMetadata ?? "")).toMatchObject({
      authorization_endpoint: "http://localhost:42000/{tenantid}/oauth2/v2.0/authorize",
      token_endpoint: "http://localhost:42000/{tenantid}/oauth2/v2.0/token",
    });
  });
});

describe("accountOf", () => {
  it("finds the row of the wanted tenant, never another one of the same person", () => {
    const accounts = [account(OTHER), account(HOME), account(HOME, "rene")];
    expect(accountOf(accounts, account(HOME))?.localAccountId).toBe(`olivia-in-${HOME}`);
    expect(accountOf([account(OTHER)], account(HOME))).toBeNull();
  });
});
