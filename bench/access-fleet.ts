// The matrix of access over local Azure with its real quotas: 10,000 machines, 20,000 assignments, 1,000 groups unless
// `--machines`, `--assignments`, `--groups` say otherwise. Measured from the request to the counts of every machine. The
// administrator of the tenant has consented to Member.Read.Hidden, so that everything may be read.

import { AccessHost, type AccessMethods } from "@/lib/client/access/access-host";
import { DEFAULT_CAPABILITIES } from "@/lib/client/access/matrix-types";
import { mainThread } from "@/lib/client/worker-backend";
import { startStack } from "../e2e/support/stack.ts";
import { createControlClient } from "../emulator/testing/control-client.ts";
import { floorOf, kindRows, printKinds } from "./lib/access-timeline.ts";
import { cpuMs } from "./lib/cpu.ts";
import { type Figure, report, round } from "./lib/report.ts";

const TARGET_MS = 5_000;
const LATENCY_MS = 50;

function option(name: string, fallback: number): number {
  const at = process.argv.indexOf(`--${name}`);
  return at === -1 ? fallback : Number(process.argv[at + 1]);
}

const machines = option("machines", 10_000);
const assignments = option("assignments", 20_000);
const groups = option("groups", 1_000);
const runs = option("runs", 2);

const stack = await startStack({ machines, assignments, groups });
const control = createControlClient(stack.control);
const figures: Figure[] = [];
const add = (name: string, value: number, unit: string, target: number | null = null, floor: number | null = null) =>
  figures.push({ bench: "access-fleet", name, value, unit, floor, target });

/** One read as the browser makes it: the stream, the evaluation, the first rows and the counts of the whole fleet. */
async function measure(label: string, path: string): Promise<void> {
  const token = await control.token({ upn: "ada.admin@contoso.example", resource: "api", capabilities: ["cp1"] });
  const backend = mainThread<AccessMethods>(new AccessHost());
  await control.clearRequests();
  await backend.call("begin");
  const cpu = () => ({ portal: cpuMs(stack.portalPid()), azure: cpuMs(stack.localAzurePid()), bench: cpuMs(process.pid) });
  const before = cpu();
  const beganAt = Date.now();
  const began = performance.now();
  const response = await fetch(`${stack.portal}${path}`, { headers: { authorization: `Bearer ${token}` } });
  if (response.body === null || !response.ok) throw new Error(`the portal answered ${response.status}: ${await response.text()}`);
  let bytes = 0;
  let waitedMs = 0;
  for await (const chunk of response.body) {
    bytes += chunk.length;
    const progress = await backend.call("feed", chunk);
    waitedMs = Math.max(waitedMs, progress.waiting?.ms ?? 0);
  }
  const read = performance.now() - began;
  const { finish } = await backend.call("finish", Date.now());
  if (finish === null) throw new Error("the stream ended without its end mark");
  const query = {
    search: "",
    lane: "now",
    capabilities: DEFAULT_CAPABILITIES,
    filter: null,
    scope: null,
    incomplete: false,
    sort: { by: "becomeIdentity", descending: true },
  } as const;
  const view = await backend.call("matrix", query, 0, 80);
  const total = performance.now() - began;
  const after = cpu();
  const exchanges = (await control.requests()).filter(({ face }) => face !== "keyVault");
  console.log(`\n${label}`);
  printKinds(kindRows(exchanges, beganAt));
  for (const { source, label: what, reason } of finish.incomplete) console.log(`not read: ${source}, ${what}: ${reason}`);
  const floor = floorOf(exchanges, LATENCY_MS);
  const floorMs = floor.quotaMs + floor.latencyMs;
  console.log(
    `floor: ${round(floor.quotaMs)} ms of quotas, ${round(floor.latencyMs)} ms of latency; longest wait told: ${waitedMs} ms`,
  );
  add(`${label}: matrix of ${view?.total ?? 0} machines`, total, "ms", TARGET_MS, exchanges.length === 0 ? null : floorMs);
  for (const [name, key] of [
    ["the portal", "portal"],
    ["local Azure", "azure"],
    ["the reader", "bench"],
  ] as const) {
    add(`${label}: processor time of ${name}`, (after[key] ?? Number.NaN) - (before[key] ?? Number.NaN), "ms");
  }
  add(`${label}: of that reading`, read, "ms");
  add(`${label}: of that evaluating`, finish.evaluationMs, "ms");
  add(`${label}: assignments`, finish.completeness.received, "");
  add(`${label}: complete (1 = yes)`, Number(finish.completeness.complete && finish.incomplete.length === 0), "");
  add(`${label}: inputs that could not be read`, finish.incomplete.length, "");
  add(`${label}: stream`, bytes / 1024, "KB");
  for (const face of ["resourceGraph", "arm", "graph"] as const) {
    add(`${label}: requests to ${face}`, exchanges.filter((exchange) => exchange.face === face).length, "");
  }
  const people = performance.now();
  await backend.call(
    "people",
    { search: "", kind: "people", lane: "now", reachingOnly: true, sort: { by: "becomeIdentity", descending: true } },
    0,
    80,
  );
  add(`${label}: list of people`, performance.now() - people, "ms");
  const tree = performance.now();
  await backend.call("scopeTree", { lane: "now", capabilities: ["becomeIdentity", "signInUser"] });
  add(`${label}: tree of scopes`, performance.now() - tree, "ms");
  const findings = performance.now();
  const found = await backend.call("findings");
  add(`${label}: ${found.length} findings`, performance.now() - findings, "ms");
}

try {
  await control.setOptions({ latencyMs: LATENCY_MS, consentedGraphScopes: ["Member.Read.Hidden"] });
  for (let run = 1; run <= runs; run += 1) await measure(`from Azure ${run}`, "/api/access/inputs");
  await measure("stored", "/api/access/inputs?snapshot=1");
} finally {
  await stack.close();
}
report(figures);
