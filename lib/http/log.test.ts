import { describe, expect, it } from "vitest";
import { AppError } from "@/lib/domain/errors";
import { LOG_FIELDS, type LogFields } from "@/lib/domain/log-fields";
import { createLog } from "./log";

function setup() {
  const lines: string[] = [];
  const log = createLog(
    (line) => lines.push(line),
    () => new Date("2026-03-01T12:00:00Z"),
  );
  return { log, lines, last: () => JSON.parse(lines.at(-1) ?? "null") };
}

const JWT = `eyJhbGciOiJSUzI1NiJ9.${"a".repeat(40)}.${"b".repeat(40)}`;

describe("the log", () => {
  it("writes one JSON object a line with time, level and event", () => {
    const { log, lines, last } = setup();
    log.info("portal.started", { port: 3000 });
    expect(lines[0]?.endsWith("}\n")).toBe(true);
    expect(last()).toEqual({ at: "2026-03-01T12:00:00.000Z", level: "info", event: "portal.started", port: 3000 });
  });

  it("replaces the value of a field that no one declared", () => {
    const { log, last } = setup();
    log.info("x", { password: "hunter2", constructor: "hunter2" } as LogFields);
    expect(JSON.stringify(last())).not.toContain("hunter2");
    expect(last().password).toContain("not declared");
  });

  it.each([JWT, `Bearer ${JWT}`, "Bearer opaque-token-value"])("removes what looks like a token: %s", (token) => {
    const { log, lines } = setup();
    log.info("x", { reason: `refused ${token} here` });
    log.error("x", new Error(`request with ${token}`, { cause: new Error(`inner ${token}`) }));
    expect(lines.join()).not.toMatch(/a{20}|opaque-token-value/);
  });

  it("cuts long values", () => {
    const { log, last } = setup();
    log.info("x", { reason: "r".repeat(5_000) });
    expect(last().reason.length).toBeLessThan(400);
  });

  it("cannot be made to write a second line", () => {
    const { log, lines } = setup();
    log.info("x", { reason: 'a\n{"level":"error"}' });
    expect(lines.join("").split("\n")).toHaveLength(2);
  });

  it("puts Azure's code and request id of an error beside it, but not its cause's object", () => {
    const { log, last } = setup();
    const azure = {
      status: 403,
      code: "AuthorizationFailed",
      message: "m",
      requestId: "r",
      correlationId: null,
      retryAfterSeconds: null,
      service: "arm" as const,
    };
    log.error(
      "x",
      new AppError({
        code: "forbidden",
        message: "no",
        azure,
        cause: { authorization: "hunter2", token: { nested: "hunter2" } },
      }),
    );
    expect(last()).toMatchObject({ azureCode: "AuthorizationFailed", azureStatus: 403, requestId: "r" });
    expect(last().stack).toBeInstanceOf(Array);
  });

  it("carries its fixed fields into every line", () => {
    const { log, last } = setup();
    log.with({ traceId: "t" }).with({ method: "GET" }).warn("x");
    expect(last()).toMatchObject({ traceId: "t", method: "GET", level: "warn" });
  });

  it("declares no field whose name speaks of secrets or contents", () => {
    const forbidden = Object.keys(LOG_FIELDS).filter((name) =>
      /token|secret|password|authorization|body|header|claims|cookie/i.test(name),
    );
    expect(forbidden).toEqual([]);
  });
});
