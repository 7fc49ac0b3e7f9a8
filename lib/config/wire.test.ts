import { describe, expect, it } from "vitest";
import { toWireUrl, UnknownOriginError } from "./wire";

const config = {
  wireMap: {
    "https://management.azure.com": "http://localhost:42000",
    "https://graph.microsoft.com": "https://graph.microsoft.com",
  },
};

describe("toWireUrl", () => {
  it("rewrites only the origin", () => {
    const url = toWireUrl(config, "https://management.azure.com/subscriptions?api-version=1&x=%2F%20");
    expect(url.href).toBe("http://localhost:42000/subscriptions?api-version=1&x=%2F%20");
  });

  it("leaves an address of a real cloud as it is", () => {
    expect(toWireUrl(config, "https://graph.microsoft.com/v1.0/me").href).toBe("https://graph.microsoft.com/v1.0/me");
  });

  it.each([
    "https://management.azure.com.evil.example/",
    "http://management.azure.com/",
    "https://management.azure.com:8443/",
    "https://user@evil.example/",
    "http://169.254.169.254/metadata",
  ])("refuses %s", (address) => {
    expect(() => toWireUrl(config, address)).toThrow(UnknownOriginError);
  });

  it("is not fooled by names that every object has", () => {
    expect(() => toWireUrl({ wireMap: {} }, "https://constructor/")).toThrow(UnknownOriginError);
  });
});
