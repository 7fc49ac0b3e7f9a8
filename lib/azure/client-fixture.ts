import type { TokenCredential } from "@azure/core-auth";
import { readConfig } from "@/lib/config/env";
import { type AzureClientsArgs, createAzureClients, createAzureMemory } from "./clients";
import type { AzureClients } from "./ports";

/** Where a local Azure of a contract test answers and how it hands out tokens; the test starts it. */
export type RunningAzure = {
  origin: string;
  cloudId?: "public" | "china";
  token(order: { upn: string; resource: "arm" | "graph"; tenantId: string }): Promise<string>;
};

/** The portal's clients for people of a running local Azure. For contract tests only. */
export type ClientFixture = {
  config: ReturnType<typeof readConfig>;
  /** Waits that retries asked for, in ms. They are recorded and not waited: 17 seconds must not cost 17 seconds. */
  waits: number[];
  clientsFor(upn: string, changes?: Partial<AzureClientsArgs>): AzureClients;
  tokensFor(upn: string): TokenCredential;
};

/** One token for each service, as a sign-in holds them: to sign one anew costs as much as the request it is for. */
export function heldTokens(graph: string, order: (resource: "arm" | "graph") => Promise<string>): TokenCredential {
  const held = new Map<string, Promise<string>>();
  return {
    async getToken(scopes) {
      const resource = String(scopes).startsWith(graph) ? "graph" : "arm";
      const known = held.get(resource) ?? order(resource);
      held.set(resource, known);
      return { token: await known, expiresOnTimestamp: Date.now() + 3_600_000 };
    },
  };
}

export function createClientFixture(running: RunningAzure): ClientFixture {
  const config = readConfig({ LOCAL_AZURE_ORIGIN: running.origin, CLOUD: running.cloudId });
  const waits: number[] = [];

  function tokensFor(upn: string): TokenCredential {
    const { tenantId } = config;
    return heldTokens(config.cloud.graph, (resource) => running.token({ upn, resource, tenantId }));
  }

  function clientsFor(upn: string, changes: Partial<AzureClientsArgs> = {}): AzureClients {
    return createAzureClients({
      config,
      tokens: tokensFor(upn),
      clock: { now: () => new Date() },
      operatorKey: upn,
      memory: createAzureMemory(),
      sleep: async (ms) => {
        waits.push(ms);
      },
      random: () => 0,
      ...changes,
    });
  }

  return { config, waits, clientsFor, tokensFor };
}
