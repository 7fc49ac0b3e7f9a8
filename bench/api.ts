// 100 operators at once against the portal: what an API call costs beyond local Azure's own latency.

import { startStack } from "../e2e/support/stack.ts";
import { createControlClient } from "../emulator/testing/control-client.ts";
import { type Figure, quantile, report } from "./lib/report.ts";

const OPERATORS = 100;
const ROUNDS = 10;
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

  await Promise.all(tokens.map((token) => timed("sign-in round (session, cold)", "/api/session", token)));
  const began = performance.now();
  await Promise.all(
    tokens.map(async (token, index) => {
      for (let round = 0; round < ROUNDS; round += 1) {
        await timed("session", "/api/session", token);
        await timed("machine", ids[(index + round) % ids.length] ?? "", token);
        await timed("audit", "/api/audit", token);
      }
    }),
  );
  const seconds = (performance.now() - began) / 1000;
  for (const [name, values] of timings) {
    const azure = name === "audit" ? 0 : LATENCY_MS;
    figures.push({ bench: "api", name: `${name} p50`, value: quantile(values, 0.5), unit: "ms", floor: azure, target: null });
    figures.push({
      bench: "api",
      name: `${name} p95`,
      value: quantile(values, 0.95),
      unit: "ms",
      floor: azure,
      target: azure + 300,
    });
  }
  figures.push({
    bench: "api",
    name: "requests per second",
    value: (OPERATORS * ROUNDS * 3) / seconds,
    unit: "1/s",
    floor: null,
    target: null,
  });
  figures.push({ bench: "api", name: "failed requests", value: failures, unit: "", floor: null, target: 0 });
  console.log(`${OPERATORS} operators, ${ROUNDS} rounds of 3 calls, local Azure answers after ${LATENCY_MS} ms`);
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
