import { expect, it, vi } from "vitest";
import { readConfig } from "@/lib/config/env";
import { testDirectory } from "@/lib/db/testing";
import { createRuntime } from "./runtime";

it("asked to end: not ready from then on, nothing new is claimed, and the store is closed last", async () => {
  const { dataDir, remove } = await testDirectory();
  const config = readConfig({ LOCAL_AZURE_ORIGIN: "http://127.0.0.1:9", DATA_DIR: dataDir });
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined, with: () => log };
  const runtime = await createRuntime({ config, log });
  const before = await runtime.readiness(new AbortController().signal);
  expect(before.checks.map((check) => check.name)).toEqual(["store", "entra", "arm"]);

  const order: string[] = [];
  const stops = [runtime.rollouts.runner, runtime.runner, runtime.accessChanges, runtime.elevation].map((runner) =>
    vi.spyOn(runner, "stop"),
  );
  const closing = vi.spyOn(runtime.db, "close").mockImplementationOnce(async () => void order.push("store closed"));
  runtime.beginStop();
  runtime.beginStop();
  expect(await runtime.readiness(new AbortController().signal)).toEqual({
    ready: false,
    checks: [{ name: "process", ok: false, detail: "this process is ending", ms: 0 }],
  });
  for (const stop of stops) expect(stop).toHaveBeenCalledTimes(1);
  await runtime.close();
  expect(order).toEqual(["store closed"]);
  closing.mockRestore();
  await runtime.db.close();
  remove();
});
