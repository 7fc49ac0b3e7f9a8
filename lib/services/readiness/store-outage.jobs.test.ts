import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { readConfig } from "@/lib/config/env";
import { openDatabase } from "@/lib/db/database";
import { startTestServer } from "@/lib/db/testing-server";
import { metricsText } from "@/lib/metrics/registry";
import { storeFamilies } from "../metrics/store-families";
import { createReadiness } from "./check";

const server = await startTestServer();

it.skipIf(server === null)(
  "PostgreSQL gone while the portal runs: not ready, named; back again: ready, without a restart",
  async () => {
    if (server === null) return;
    const azure = createServer((_request, response) => void response.end("{}"));
    await new Promise<void>((resolve) => azure.listen(0, "127.0.0.1", resolve));
    const config = readConfig({ LOCAL_AZURE_ORIGIN: `http://127.0.0.1:${(azure.address() as AddressInfo).port}` });
    const db = await openDatabase({ databaseUrl: server.newDatabaseUrl() });
    let now = 0;
    const ready = createReadiness({ config, db, now: () => now });
    const ask = () => {
      now += 60_000;
      return ready();
    };
    const store = async () => (await ask()).checks.find((check) => check.name === "store");

    expect(await ask()).toMatchObject({ ready: true });
    server.down();
    expect(await ask()).toMatchObject({ ready: false });
    expect(await store()).toMatchObject({ ok: false, detail: "it does not answer" });
    expect(metricsText(await storeFamilies(db))).toContain('arcwarden_store_up{engine="server"} 0');
    server.up();
    expect(await ask()).toMatchObject({ ready: true });
    expect(metricsText(await storeFamilies(db))).toContain('arcwarden_store_up{engine="server"} 1');

    await db.close();
    server.stop();
    await new Promise((resolve) => azure.close(resolve));
  },
);
