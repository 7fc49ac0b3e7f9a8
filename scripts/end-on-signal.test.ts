import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { describe, expect, it, vi } from "vitest";
import { createEnding, type EndingArgs, readGraceMs } from "./end-on-signal.ts";

type Handler = Parameters<typeof createServer>[1];

async function listen(handler: Handler): Promise<{ server: Server; url: string }> {
  const server = createServer(handler as never);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return { server, url: `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}` };
}

function ending(server: Server, part: Partial<EndingArgs> = {}) {
  const steps: string[] = [];
  const exited = Promise.withResolvers<number>();
  const end = createEnding({
    server,
    graceMs: 0,
    runtime: () => ({
      beginStop: () => steps.push("begin"),
      close: async () => {
        steps.push("close");
      },
    }),
    exit: (code) => {
      steps.push(`exit ${code}`);
      exited.resolve(code);
    },
    ...part,
  });
  return { end, steps, exited: exited.promise };
}

describe("the end of the portal", () => {
  it("finishes a request that is running, then the work, then ends with 0", async () => {
    const begun = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<void>();
    const { server, url } = await listen(async (_request, response) => {
      begun.resolve();
      await finish.promise;
      response.end("whole");
    });
    const answer = fetch(url).then((response) => response.text());
    await begun.promise;
    const { end, steps, exited } = ending(server);
    void end();
    await vi.waitFor(() => expect(steps).toEqual(["begin"]));
    finish.resolve();
    expect(await answer).toBe("whole");
    expect(await exited).toBe(0);
    expect(steps).toEqual(["begin", "close", "exit 0"]);
  });

  it("goes on answering during the grace, so that its readiness can be asked, and refuses afterwards", async () => {
    const { server, url } = await listen((_request, response) => void response.end("not ready"));
    await (await fetch(url)).text();
    const { end, steps, exited } = ending(server, { graceMs: 300 });
    void end();
    const response = await fetch(url);
    expect(await response.text()).toBe("not ready");
    // Otherwise a kept connection would carry requests until it is cut in the middle of one.
    expect(response.headers.get("connection")).toBe("close");
    expect(steps).toEqual(["begin"]);
    expect(await exited).toBe(0);
    await expect(fetch(url)).rejects.toThrow();
  });

  it("cuts an event stream after the drain", async () => {
    const { server, url } = await listen((_request, response) => void response.write("data: 1\n\n"));
    const response = await fetch(url);
    const { end, exited } = ending(server, { drainMs: 50 });
    void end();
    expect(await exited).toBe(0);
    await expect(response.text()).rejects.toThrow();
  });

  it("ends with 1 when something hangs, and leaves nothing waiting", async () => {
    const { server } = await listen(() => undefined);
    const hangs = { beginStop: () => undefined, close: () => new Promise<void>(() => undefined) };
    const { end, exited } = ending(server, { runtime: () => hangs, limitMs: 50 });
    void end();
    expect(await exited).toBe(1);
  });

  it("asked twice, ends once; before the portal has started too", async () => {
    const { server } = await listen(() => undefined);
    const { end, steps, exited } = ending(server, { runtime: () => undefined });
    void end();
    void end();
    await exited;
    expect(steps).toEqual(["exit 0"]);
  });
});

it.each([
  [undefined, 3_000],
  ["", 3_000],
  ["0", 0],
  [" 5 ", 5_000],
  ["10", 10_000],
  ["11", null],
  ["-1", null],
  ["1.5", null],
])("STOP_GRACE_SECONDS %j means %s ms", (text, ms) => {
  expect(readGraceMs(text, 3_000)).toBe(ms);
});
