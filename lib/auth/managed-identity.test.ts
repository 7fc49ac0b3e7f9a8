import { describe, expect, it } from "vitest";
import { createManagedIdentityTokens, identityOfToken } from "./managed-identity";

const jwt = (payload: unknown) => `h.${Buffer.from(JSON.stringify(payload)).toString("base64url")}.s`;

describe("createManagedIdentityTokens", () => {
  it("hands the host's token on for the scope asked", async () => {
    const asked: unknown[] = [];
    const tokens = createManagedIdentityTokens({
      getToken: async (scopes) => {
        asked.push(scopes);
        return { token: "t", expiresOnTimestamp: 1 };
      },
    });
    expect(await tokens.getToken("https://management.azure.com/.default")).toEqual({ token: "t", expiresOnTimestamp: 1 });
    expect(asked).toEqual(["https://management.azure.com/.default"]);
  });

  it.each([
    ["fails", () => Promise.reject(new Error("secret detail of the host"))],
    ["gives nothing", () => Promise.resolve(null)],
  ])("says what to look at when the identity %s, without the library's own words", async (_name, getToken) => {
    const error: unknown = await createManagedIdentityTokens({ getToken })
      .getToken("s")
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "upstream", message: "The managed identity of the portal's host gave no token." });
  });
});

describe("identityOfToken", () => {
  it("reads who the identity is", () => {
    expect(identityOfToken(jwt({ oid: "o", tid: "t" }))).toEqual({ objectId: "o", tenantId: "t" });
  });
  it.each(["", "a.b.c", jwt({ oid: 1 })])("is null for %j", (text) => expect(identityOfToken(text)).toBeNull());
});
