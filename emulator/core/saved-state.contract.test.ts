import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { issueToken } from "../control/token-desk.ts";
import { createControlClient } from "../testing/control-client.ts";
import { machineResourceId } from "../world/ids.ts";
import { type LocalAzure, startLocalAzure } from "./start.ts";

const OLIVIA = "olivia.operator@contoso.example";
const RUNNING = 3_600_000;

let folder: string;
let stateFile: string;
const started: LocalAzure[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "local-azure-state-"));
  stateFile = join(folder, "state");
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((azure) => azure.close()));
  rmSync(folder, { recursive: true, force: true });
});

async function start(): Promise<LocalAzure> {
  const options = { extensionQueuedMs: 0, extensionRunningMs: RUNNING, enforceQuotas: false };
  const azure = await startLocalAzure({ machines: 25, branches: 10, stateFile, options });
  started.push(azure);
  return azure;
}

async function put(azure: LocalAzure, token: string, name: string): Promise<Response> {
  const spec = azure.world.machines.find((row) => row.name === name);
  if (spec === undefined) throw new Error(`no machine ${name}`);
  const properties = { publisher: "Microsoft.Azure.ActiveDirectory", type: "AADLoginForWindows", settings: { mdmId: "" } };
  return fetch(`${azure.origin}${machineResourceId(spec)}/extensions/AADLogin?api-version=2025-01-13`, {
    method: "PUT",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ location: spec.location, properties }),
  });
}

it("goes on after a restart: the token, the operation's address, the clock and the options of before still hold", async () => {
  const first = await start();
  const token = await issueToken(first.instance, { upn: OLIVIA, resource: "arm" });
  const accepted = await put(first, token, "arn-brn-0001");
  const poll = accepted.headers.get("azure-asyncoperation") ?? "";
  first.clock.advance(RUNNING - 60_000);
  await createControlClient(first.controlOrigin).setOptions({ extensionIndexDelayMs: 5 });
  const before = first.clock.nowMs();
  await first.close();
  started.length = 0;

  const second = await start();
  expect(second.clock.nowMs() - before).toBeLessThan(60_000);
  expect(second.options.extensionIndexDelayMs).toBe(5);
  const status = async () => {
    const answer = await fetch(poll.replace(first.origin, second.origin), { headers: { authorization: `Bearer ${token}` } });
    return [answer.status, ((await answer.json()) as { status: string }).status];
  };
  expect(await status()).toEqual([200, "InProgress"]);
  expect((await put(second, token, "arn-brn-0001")).status).toBe(409);
  second.clock.advance(60_000);
  expect(await status()).toEqual([200, "Succeeded"]);
  const [record] = await createControlClient(second.controlOrigin).extensions({ name: "arn-brn-0001" });
  expect(record).toMatchObject({ puts: 1, refused: 1, overlapping: 0, extensions: [{ provisioningState: "Succeeded" }] });
});

it("gives new operations other ids than those of before", async () => {
  const first = await start();
  const token = await issueToken(first.instance, { upn: OLIVIA, resource: "arm" });
  const ids = [(await put(first, token, "arn-brn-0001")).headers.get("x-ms-request-id")];
  await first.close();
  started.length = 0;
  const second = await start();
  for (const name of ["arn-brn-0002", "arn-brn-0003", "arn-brn-0004"])
    ids.push((await put(second, token, name)).headers.get("x-ms-request-id"));
  expect(new Set(ids).size).toBe(4);
  expect(second.world.operations.size).toBe(first.world.operations.size + 3);
});

it("writes the file on demand, for its owner alone", async () => {
  const azure = await start();
  await createControlClient(azure.controlOrigin).save();
  expect(statSync(stateFile).mode & 0o777).toBe(0o600);
});

it("refuses a file that it cannot read, and one of another cloud, with a sentence", async () => {
  writeFileSync(stateFile, "nothing of ours");
  await expect(start()).rejects.toThrow(`The state file ${stateFile} cannot be read. Delete it to begin anew.`);
  rmSync(stateFile);
  await (await start()).close();
  started.length = 0;
  await expect(startLocalAzure({ stateFile, cloud: "china" })).rejects.toThrow("The state file holds the cloud public.");
});
