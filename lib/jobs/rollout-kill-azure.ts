import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** Azure for roll-outs whose portal is killed. It lives in the test's process and therefore remembers everything. */

export type KillMachine = {
  /** Requests that Azure accepted. */
  puts: number;
  /** Accepted while an earlier request was still running: two writers at once. */
  overlaps: number;
  startedAt: number;
  durationMs: number;
};

export type KillAzure = {
  origin: string;
  machines: Map<string, KillMachine>;
  counts: { requests: number; throttled: number; lostAnswers: number; refused: number };
  /** Told of each request for a machine as it arrives. */
  onPut: (told: () => void) => void;
  close: () => Promise<void>;
};

export type KillAzureOptions = { random: () => number; longestMs: number };

function bodyOf(request: NodeJS.ReadableStream): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    request.on("data", (chunk: Buffer) => {
      text += chunk.toString();
    });
    request.on("end", () => resolve(text));
    request.on("error", reject);
  });
}

/** Starts it. One in 25 requests is throttled, one in 40 answered with 500 before and one in 40 after it was accepted. */
export async function startKillAzure(options: KillAzureOptions): Promise<KillAzure> {
  const { random, longestMs } = options;
  const machines = new Map<string, KillMachine>();
  const counts = { requests: 0, throttled: 0, lostAnswers: 0, refused: 0 };
  let told: () => void = () => undefined;
  const answer = (response: ServerResponse, status: number, body: unknown = {}, headers: Record<string, string> = {}) =>
    void response.writeHead(status, headers).end(JSON.stringify(body));
  const stateOf = (name: string): string => {
    const machine = machines.get(name);
    if (machine === undefined) return "nothing";
    return Date.now() < machine.startedAt + machine.durationMs ? "running" : "succeeded";
  };

  function put(name: string, response: ServerResponse): void {
    const dice = random();
    told();
    if (dice < 0.04) {
      counts.throttled++;
      answer(response, 429, {}, { "retry-after": "1" });
      return;
    }
    if (dice < 0.065) {
      counts.refused++;
      answer(response, 500);
      return;
    }
    const known = machines.get(name);
    const overlaps = (known?.overlaps ?? 0) + (stateOf(name) === "running" ? 1 : 0);
    const durationMs = 100 + random() * (longestMs - 100);
    machines.set(name, { puts: (known?.puts ?? 0) + 1, overlaps, startedAt: Date.now(), durationMs });
    const isLost = dice < 0.09;
    if (isLost) counts.lostAnswers++;
    // Accepted at once, answered a little later: a kill in between loses the answer and not the request.
    setTimeout(() => answer(response, isLost ? 500 : 201), 5 + random() * 20);
  }

  const server = createServer(async (request, response) => {
    counts.requests++;
    const path = request.url ?? "";
    if (request.method === "PUT") return put(path.slice(1), response);
    if (request.method === "GET") return answer(response, 200, { state: stateOf(path.slice(1)) });
    const names = JSON.parse(await bodyOf(request)) as string[];
    answer(response, 200, Object.fromEntries(names.map((name) => [name, stateOf(name)])));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    machines,
    counts,
    onPut: (listener) => {
      told = listener;
    },
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
