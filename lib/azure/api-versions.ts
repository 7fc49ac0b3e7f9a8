import "server-only";
import type { CloudId } from "@/lib/domain/clouds";
import { AppError } from "@/lib/domain/errors";

export type ApiArea =
  | "hybridCompute"
  | "extensionMetadata"
  | "resourceGraph"
  | "subscriptions"
  | "tenants"
  | "activityLog"
  | "authorization"
  | "pim"
  | "pimApprovals";

const PUBLIC: Record<ApiArea, readonly string[]> = {
  hybridCompute: ["2025-01-13", "2024-07-10", "2022-12-27"],
  extensionMetadata: ["2025-01-13", "2024-07-10", "2022-11-10"],
  resourceGraph: ["2022-10-01", "2021-03-01"],
  subscriptions: ["2022-12-01", "2020-01-01"],
  tenants: ["2022-12-01", "2020-01-01"],
  activityLog: ["2015-04-01"],
  authorization: ["2022-04-01"],
  pim: ["2020-10-01"],
  pimApprovals: ["2021-01-01-preview"],
};

/**
 * The api-versions to ask with, newest first. Sovereign clouds may lag: when a service refuses one, the next is tried and
 * remembered. Source: azure-rest-api-specs, stable folders; feature notes per version on the HybridCompute pages.
 */
const API_VERSIONS: Record<CloudId, Record<ApiArea, readonly string[]>> = {
  public: PUBLIC,
  usgov: PUBLIC,
  china: PUBLIC,
};

const REFUSALS = new Set([
  "noregisteredproviderfound",
  "invalidapiversionparameter",
  "invalidresourcetype",
  "unsupportedapiversion",
]);

/** Position in the list per area, remembered for the process so that a lagging cloud is asked in vain only once. */
export type ApiVersionMemory = Map<string, number>;

function wasVersionRefused(error: unknown): boolean {
  if (!(error instanceof AppError) || error.azure === undefined) return false;
  return (error.azure.status === 400 || error.azure.status === 404) && REFUSALS.has((error.azure.code ?? "").toLowerCase());
}

/**
 * Runs `call` with the newest api-version that this cloud is known to take and steps down when the service refuses the
 * version itself. Any other error, and the refusal of the oldest, is thrown as it came.
 */
export async function withApiVersion<T>(
  args: { cloud: CloudId; area: ApiArea; memory: ApiVersionMemory },
  call: (apiVersion: string) => Promise<T>,
): Promise<T> {
  const versions = API_VERSIONS[args.cloud][args.area];
  const key = `${args.cloud}/${args.area}`;
  for (let index = args.memory.get(key) ?? 0; ; index++) {
    const version = versions[index];
    if (version === undefined) throw new RangeError(`No api-version left for ${key}`);
    try {
      const value = await call(version);
      args.memory.set(key, index);
      return value;
    } catch (error) {
      if (!wasVersionRefused(error) || index + 1 >= versions.length) throw error;
    }
  }
}
