import { describe, expect, it, vi } from "vitest";
import { AppError } from "./errors";

describe("AppError", () => {
  it("is recognised by another copy of the class, as in another bundle of the same process", async () => {
    vi.resetModules();
    const other = await import("./errors");
    expect(other.AppError).not.toBe(AppError);
    expect(new AppError({ code: "not_found", message: "gone" })).toBeInstanceOf(other.AppError);
  });

  it("does not recognise other errors or values", () => {
    for (const value of [new Error("x"), { code: "not_found", message: "x" }, null, undefined, "AppError"]) {
      expect(value instanceof AppError).toBe(false);
    }
  });

  it("keeps subclasses apart from their base", () => {
    class Narrow extends AppError {}
    expect(new Narrow({ code: "internal", message: "x" })).toBeInstanceOf(AppError);
    expect(new Narrow({ code: "internal", message: "x" })).toBeInstanceOf(Narrow);
    expect(new AppError({ code: "internal", message: "x" }) instanceof Narrow).toBe(false);
  });
});
