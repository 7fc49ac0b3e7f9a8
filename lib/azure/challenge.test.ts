import { describe, expect, it } from "vitest";
import { claimsOfChallenge, decodeClaims } from "./challenge";

const CLAIMS_JSON = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}';
const CLAIMS = Buffer.from(CLAIMS_JSON).toString("base64");

describe("claimsOfChallenge", () => {
  it.each([
    [
      "ARM's form",
      `Bearer authorization_uri="https://login.windows.net/", error="invalid_token", error_description="User session has been revoked", claims="${CLAIMS}"`,
    ],
    ["the documented form", `Bearer realm="", error="insufficient_claims", claims="${CLAIMS}"`],
    [
      "Graph's form with a second challenge",
      `Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000", error="insufficient_claims", claims="${CLAIMS}", PoP realm="", authorization_uri="x", claims="b3RoZXI="`,
    ],
    ["a description with commas", `Bearer error="invalid_token", error_description="a, b, c", claims="${CLAIMS}"`],
  ])("finds the claims in %s", (_name, header) => {
    expect(claimsOfChallenge(header)).toBe(CLAIMS);
  });

  it.each([
    ["no header", undefined],
    ["no claims", 'Bearer authorization_uri="https://login.windows.net/t", error="invalid_token"'],
    ["claims of another scheme only", `PoP realm="", claims="${CLAIMS}"`],
  ])("finds none with %s", (_name, header) => {
    expect(claimsOfChallenge(header)).toBeNull();
  });
});

describe("decodeClaims", () => {
  it("takes base64 without padding and base64url", () => {
    expect(decodeClaims(CLAIMS.replace(/=+$/, ""))).toBe(CLAIMS_JSON);
    expect(decodeClaims(Buffer.from('{"a":"??>>"}').toString("base64url"))).toBe('{"a":"??>>"}');
  });

  it("refuses what is no JSON object", () => {
    expect(decodeClaims(Buffer.from("hello").toString("base64"))).toBeNull();
    expect(decodeClaims(Buffer.from('"text"').toString("base64"))).toBeNull();
  });
});
