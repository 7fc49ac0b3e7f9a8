import { describe, expect, it } from "vitest";
import { hintCookie, parseHint, readHint } from "./auth-hint";

describe("the hint cookie", () => {
  it("comes back as it was written, among other cookies", () => {
    const hint = { tenantId: "t", loginHint: "o'neil@contoso.example; x=1" };
    const pair = hintCookie(hint, true).split(";")[0];
    expect(readHint(`a=b; ${pair}; c=d`)).toEqual(hint);
  });

  it("is sent to this site only, over TLS where there is one, and ends with the browser", () => {
    const cookie = hintCookie({ tenantId: "t", loginHint: "l" }, true);
    expect(cookie).toMatch(/; path=\/; samesite=strict; secure$/);
    expect(cookie).not.toMatch(/max-age|expires/);
    expect(hintCookie({ tenantId: "t", loginHint: "l" }, false)).not.toContain("secure");
  });

  it("is removed by signing out", () => expect(hintCookie(null, true)).toContain("max-age=0"));

  it.each([undefined, "", "%E0%A4%A", "onlytenant", "%7Cx"])("reads %s as none", (value) => expect(parseHint(value)).toBeNull());
});
