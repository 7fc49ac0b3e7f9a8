// 100 operators at once against the portal: what an API call costs beyond local Azure's own latency, first as people work
// (a call every two seconds each), then without any pause, which shows where the process is full.
import { availableParallelism, loadavg } from "node:os";
import { startStack } from "../e2e/support/stack.ts";
import { createControlClient } from "../emulator/testing/control-client.ts";
import { cpuMs } from "./lib/cpu.ts";
import { type Figure, quantile, report } from "./lib/report.ts";

const OPERATORS = 100;
const ROUNDS = 6;
const PACE_MS = 2_000;
const LATENCY_MS = 50;
const MACHINES = ["ams-app-0001", "ams-app-0002", "ams-rdp-0003", "fra-sql-0007"];

const stack = await startStack({ machines: 1000, env: { RATE_LIMIT_PER_MINUTE: "1000000" } });
const control = createControlClient(stack.control);
const figures: Figure[] = [];
try {
  await control.setOptions({ latencyMs: LATENCY_MS, enforceQuotas: false });
  // Each token is a sign-in of its own, so that caches and tokens of 100 browsers are exercised.
  const tokens = await Promise.all(
    Array.from({ length: OPERATORS }, (_, index) =>
      control.token({
        upn: `${["olivia.operator", "rene.reader", "ada.admin"][index % 3]}@contoso.example`,
        resource: "api",
        capabilities: ["cp1"],
      }),
    ),
  );
  const first = tokens[0] ?? "";
  const ids = await machinePaths(first);

  const timings = new Map<string, number[]>();
  let failures = 0;
  async function timed(name: string, path: string, token: string): Promise<void> {
    const began = performance.now();
    const response = await fetch(stack.portal + path, { headers: { authorization: `Bearer ${token}` } });
    await response.arrayBuffer();
    if (!response.ok) failures += 1;
    const list = timings.get(name) ?? [];
    list.push(performance.now() - began);
    timings.set(name, list);
  }

  async function rounds(phase: string, paceMs: number): Promise<void> {
    await Promise.all(
      tokens.map(async (token, index) => {
        const began = performance.now() + (paceMs * index) / OPERATORS;
        for (let call = 0; call < ROUNDS * 3; call += 1) {
          const wait = paceMs === 0 ? 0 : began + call * paceMs - performance.now();
          if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
          const machine = ids[(index + call) % ids.length] ?? "";
          const [name, path] = (
            [
              ["session", "/api/session"],
              ["machine", machine],
              ["audit", "/api/audit"],
            ] as const
          )[call % 3] ?? ["session", "/api/session"];
          await timed(`${phase}: ${name}`, path, token);
        }
      }),
    );
  }
  await Promise.all(tokens.map((token) => timed("all at once: session, cold", "/api/session", token)));
  await rounds("every 2 s", PACE_MS);
  const began = performance.now();
  const cpuBefore = cpuMs(stack.portalPid());
  await rounds("without pause", 0);
  const seconds = (performance.now() - began) / 1000;
  const cpuAfter = cpuMs(stack.portalPid());
  if (cpuBefore !== null && cpuAfter !== null) {
    const each = (cpuAfter - cpuBefore) / (OPERATORS * ROUNDS * 3);
    figures.push({ bench: "api", name: "portal processor time a request", value: each, unit: "ms", floor: null, target: null });
  }
  for (const [name, values] of timings) {
    const azure = name.endsWith("audit") ? 0 : LATENCY_MS;
    const target = name.startsWith("every 2 s") ? azure + 300 : null;
    const p50 = quantile(values, 0.5);
    figures.push({ bench: "api", name: `${name} p50`, value: p50, unit: "ms", floor: azure, target: null });
    figures.push({ bench: "api", name: `${name} p95`, value: quantile(values, 0.95), unit: "ms", floor: azure, target });
  }
  figures.push({
    bench: "api",
    name: "without pause: requests per second",
    value: (OPERATORS * ROUNDS * 3) / seconds,
    unit: "1/s",
    floor: null,
    target: null,
  });
  figures.push({ bench: "api", name: "failed requests", value: failures, unit: "", floor: null, target: 0 });
  const load = `load average ${loadavg()[0]?.toFixed(1)} on ${availableParallelism()} cores`;
  console.log(`${OPERATORS} operators, ${ROUNDS} rounds of 3 calls, local Azure answers after ${LATENCY_MS} ms, ${load}`);
  report(figures);
} finally {
  await stack.close();
}

async function machinePaths(token: string): Promise<string[]> {
  const response = await fetch(`${stack.portal}/api/fleet`, { headers: { authorization: `Bearer ${token}` } });
  const lines = (await response.text()).split("\n").filter((line) => line !== "");
  const rows = lines.map((line) => JSON.parse(line) as { type: string; id?: string[] }).filter((line) => line.type === "rows");
  const ids = rows.flatMap((page) => page.id ?? []).filter((id) => MACHINES.some((name) => id.endsWith(`/${name}`)));
  return ids.map((id) => {
    const parts = id.split("/");
    return `/api/machines/${parts[2]}/${parts[4]}/${parts[8]}`;
  });
}
