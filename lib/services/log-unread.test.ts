import { expect, it } from "vitest";
import { AppError } from "@/lib/domain/errors";
import type { Logger } from "./context";
import { logUnread } from "./log-unread";

function recorder() {
  const lines: unknown[][] = [];
  const of =
    (level: string) =>
    (...line: unknown[]) =>
      void lines.push([level, ...line]);
  const log: Logger = { info: of("info"), warn: of("warn"), error: of("error") };
  return { log, lines };
}

it("warns of what Azure refused, and names a mistake of the portal itself with its error", () => {
  const { log, lines } = recorder();
  logUnread(log, "rollout.factUnread", new AppError({ code: "upstream", message: "Azure is busy." }), { source: "versions" });
  const mistake = new TypeError("x is not a function");
  logUnread(log, "rollout.factUnread", mistake, { source: "versions" });
  expect(lines).toEqual([
    ["warn", "rollout.factUnread", { source: "versions", reason: "Azure is busy." }],
    ["error", "rollout.factUnread", mistake, { source: "versions" }],
  ]);
});
