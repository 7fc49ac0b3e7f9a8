import { describe, expect, it } from "vitest";
import { isDark, parseTheme, themeCookie } from "./theme";

describe("theme", () => {
  it("follows the device until somebody chooses, and after an unreadable cookie", () => {
    expect(parseTheme("")).toBe("system");
    expect(parseTheme("arcwarden-theme=purple; a=b")).toBe("system");
    expect(parseTheme("x=1; arcwarden-theme=system-dark")).toBe("system");
    expect(isDark("system", true)).toBe(true);
    expect(isDark("system", false)).toBe(false);
  });

  it("keeps a choice against the device", () => {
    expect(parseTheme("a=b; arcwarden-theme=dark")).toBe("dark");
    expect(isDark("dark", false)).toBe(true);
    expect(isDark("light", true)).toBe(false);
  });

  it("tells the server by the end of the value whether to draw dark", () => {
    expect(themeCookie("system", true, false)).toMatch(/^arcwarden-theme=system-dark; path=\/; .*samesite=strict$/);
    expect(themeCookie("light", true, true)).toMatch(/^arcwarden-theme=light; .*; secure$/);
  });
});
