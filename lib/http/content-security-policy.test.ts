import { describe, expect, it } from "vitest";
import { contentSecurityPolicy, securityHeaders } from "./content-security-policy";

const base = {
  nonce: "n0nce",
  authorityOrigin: "https://login.microsoftonline.com",
  framedBySelf: false,
  development: false,
  https: true,
};

function directives(input: Partial<typeof base> = {}): Record<string, string> {
  const policy = contentSecurityPolicy({ ...base, ...input });
  return Object.fromEntries(policy.split("; ").map((part) => [part.split(" ")[0] ?? "", part.split(" ").slice(1).join(" ")]));
}

describe("the content policy", () => {
  it("runs only scripts and styles that carry the nonce of this answer", () => {
    expect(directives()["script-src"]).toBe("'self' 'nonce-n0nce' 'strict-dynamic'");
    expect(directives()["style-src"]).toBe("'self' 'nonce-n0nce'");
    expect(contentSecurityPolicy(base)).not.toMatch(/unsafe-/);
  });

  it("talks to the portal itself and to the sign-in authority, to nobody else", () => {
    expect(directives()["connect-src"]).toBe("'self' https://login.microsoftonline.com");
    expect(directives()["frame-src"]).toBe("'self' https://login.microsoftonline.com");
    expect(directives()["default-src"]).toBe("'none'");
  });

  it("is framed by nobody, except the redirect bridge by the portal itself", () => {
    expect(directives()["frame-ancestors"]).toBe("'none'");
    expect(directives({ framedBySelf: true })["frame-ancestors"]).toBe("'self'");
    expect(securityHeaders({ https: true, framedBySelf: false })["x-frame-options"]).toBe("DENY");
    expect(securityHeaders({ https: true, framedBySelf: true })["x-frame-options"]).toBe("SAMEORIGIN");
  });

  it("forbids plugins, foreign forms and another base", () => {
    expect(directives()).toMatchObject({ "object-src": "'none'", "form-action": "'self'", "base-uri": "'none'" });
  });

  it("upgrades requests and demands TLS only where the browser came over TLS", () => {
    expect(directives()).toHaveProperty("upgrade-insecure-requests");
    expect(directives({ https: false })).not.toHaveProperty("upgrade-insecure-requests");
    expect(securityHeaders({ https: true, framedBySelf: false })["strict-transport-security"]).toMatch(/max-age=31536000/);
    expect(securityHeaders({ https: false, framedBySelf: false })).not.toHaveProperty("strict-transport-security");
  });

  it("loosens for the development server only", () => {
    expect(directives({ development: true })["script-src"]).toContain("'unsafe-eval'");
  });
});
