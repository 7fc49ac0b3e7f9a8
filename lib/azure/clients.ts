import "server-only";
import type { TokenCredential } from "@azure/core-auth";
import type { HttpClient } from "@azure/core-rest-pipeline";
import { createAccess } from "./access";
import type { ApiVersionMemory } from "./api-versions";
import { createAuthorization } from "./authorization";
import { createDirectory } from "./directory";
import { createGraph } from "./graph";
import { createHybridCompute } from "./hybrid-compute";
import { createPim } from "./pim";
import { createHistory } from "./pim-history";
import { createPimManage } from "./pim-manage";
import { type AzureSettings, createAzurePipeline, type PipelineArgs } from "./pipeline";
import type { AzureClients } from "./ports";
import { createQuotaGate, type QuotaGate } from "./quota-gate";
import { createResourceGraph } from "./resource-graph";
import { createResourceManager } from "./resource-manager";
import type { AzureClock, Sleep } from "./retry";

/** Graph counts certificate reads per minute, so a list may have to wait most of one. */
const GRAPH_BUDGET_MS = 100_000;
/** More operators than this at once do not exist; beyond it the oldest gate is forgotten. */
const MAX_GATES = 2_000;

/** What outlives one request: quota windows per operator and the api-versions that this cloud takes. Holds no token. */
export type AzureMemory = { gates: Map<string, QuotaGate>; versions: ApiVersionMemory };

/** A new, empty memory. The program makes one; tests make one each. */
export function createAzureMemory(): AzureMemory {
  return { gates: new Map(), versions: new Map() };
}

const MEMORY_KEY = Symbol.for("arcwarden.azure.memory");

// Next evaluates a module once per bundle, so what must be one per process hangs on globalThis.
function processMemory(): AzureMemory {
  const holder = globalThis as { [MEMORY_KEY]?: AzureMemory };
  holder[MEMORY_KEY] ??= createAzureMemory();
  return holder[MEMORY_KEY];
}

function gateOf(memory: AzureMemory, operatorKey: string, clock: AzureClock): QuotaGate {
  const known = memory.gates.get(operatorKey);
  if (known !== undefined) return known;
  const oldest = memory.gates.keys().next();
  if (memory.gates.size >= MAX_GATES && !oldest.done) memory.gates.delete(oldest.value);
  const gate = createQuotaGate(clock);
  memory.gates.set(operatorKey, gate);
  return gate;
}

export type AzureClientsArgs = {
  config: AzureSettings;
  /** The operator's token source; never shared between operators. */
  tokens: TokenCredential;
  clock: AzureClock;
  /** Ends every call of these clients; a call's own signal ends that call too. */
  signal?: AbortSignal;
  /** Tenant and object id: Resource Graph counts queries per user, so the pace is shared by all requests of one operator. */
  operatorKey: string;
  memory?: AzureMemory;
  httpClient?: HttpClient;
  sleep?: Sleep;
  random?: () => number;
  attemptTimeoutMs?: number;
  writeTimeoutMs?: number;
  budgetMs?: number;
};

/** The Azure clients of one request and one operator. Throws nothing by itself; each call throws AppError. */
export function createAzureClients(args: AzureClientsArgs): AzureClients {
  const memory = args.memory ?? processMemory();
  const pipelineFor = (service: PipelineArgs["service"], budgetMs?: number) =>
    createAzurePipeline({ ...args, settings: args.config, service, ...(budgetMs === undefined ? {} : { budgetMs }) });
  const settings = args.config;
  const { versions } = memory;
  const arm = pipelineFor("arm");
  const graph = pipelineFor("graph", args.budgetMs ?? GRAPH_BUDGET_MS);
  return {
    hybridCompute: createHybridCompute({ pipeline: arm, settings, versions }),
    authorization: createAuthorization({ pipeline: arm }),
    resourceManager: createResourceManager({ pipeline: arm, settings, versions }),
    resourceGraph: createResourceGraph({
      pipeline: pipelineFor("resourceGraph"),
      settings,
      versions,
      gate: gateOf(memory, args.operatorKey, args.clock),
    }),
    graph: createGraph({ pipeline: graph }),
    access: createAccess({ pipeline: arm, settings, versions }),
    directory: createDirectory({ pipeline: graph }),
    pim: createPim({ pipeline: arm, settings, versions }),
    pimManage: createPimManage({ pipeline: arm, settings, versions }),
    history: createHistory({ pipeline: arm, graph, settings, versions }),
  };
}
