import { describe, expect, it } from "vitest";
import { toOperator } from "./operator-claims";

const TENANT = "7b1d2f3c-0000-4000-8000-00000000aaaa";
const base = { oid: "o", name: "N", preferred_username: "n@contoso.example" };

describe("toOperator", () => {
  it.each([
    ["acct 1", { ...base, acct: 1 }],
    ["acct as text", { ...base, acct: "1" }],
    ["an identity provider of another tenant", { ...base, idp: "https://sts.windows.net/7b1d2f3c-0000-4000-8000-00000000bbbb/" }],
    ["an external sign-in name", { ...base, preferred_username: "gus_fabrikam.example#EXT#@contoso.example" }],
  ])("[A10] marks a guest by %s", (_what, claims) => {
    expect(toOperator(claims, TENANT).isGuest).toBe(true);
  });

  it.each([
    ["acct 0", { ...base, acct: 0 }],
    ["the own tenant as identity provider", { ...base, idp: `https://sts.windows.net/${TENANT}/` }],
    ["neither claim", base],
  ])("[A10] marks a member by %s", (_what, claims) => {
    expect(toOperator(claims, TENANT).isGuest).toBe(false);
  });

  it("falls back to what the token has when names are missing", () => {
    expect(toOperator({ oid: "o" }, TENANT)).toMatchObject({ name: "o", userPrincipalName: "o", portalRoles: [] });
    expect(toOperator({ oid: "o", upn: "u@x" }, TENANT)).toMatchObject({ name: "u@x", userPrincipalName: "u@x" });
  });
});
