import { HybridComputeManagementClient } from "@azure/arm-hybridcompute";

export type NaiveTarget = { subscriptionId: string; resourceGroup: string; name: string; location: string };
export type NaiveResult = {
  seconds: number;
  succeeded: number;
  failed: number;
  reasons: Map<string, number>;
  cpuSeconds: number;
};

/** Machines that the script works on at a time, as such scripts usually limit it. */
const AT_A_TIME = 100;

/**
 * What a script does: one PUT for each machine, polled by the SDK with its own retries, as many at a time as a pool allows. The
 * token goes in by a policy of its own, because the SDK's refuses plain http; everything else is as it comes.
 */
export async function runNaive(origin: string, token: string, targets: readonly NaiveTarget[]): Promise<NaiveResult> {
  const expiresOnTimestamp = Date.now() + 3_600_000;
  const credential = { getToken: () => Promise.resolve({ token, expiresOnTimestamp }) };
  const subscriptionId = targets[0]?.subscriptionId ?? "";
  const client = new HybridComputeManagementClient(credential, subscriptionId, {
    endpoint: origin,
    allowInsecureConnection: true,
  });
  client.pipeline.removePolicy({ name: "bearerTokenAuthenticationPolicy" });
  client.pipeline.addPolicy({
    name: "token",
    sendRequest: (request, next) => {
      request.headers.set("authorization", `Bearer ${token}`);
      request.allowInsecureConnection = true;
      return next(request);
    },
  });
  const cpuBefore = process.cpuUsage();
  const began = performance.now();
  const reasons = new Map<string, number>();
  let [succeeded, failed, next] = [0, 0, 0];
  async function work(): Promise<void> {
    for (let target = targets[next]; target !== undefined; target = targets[next]) {
      next += 1;
      try {
        await client.machineExtensions.beginCreateOrUpdateAndWait(target.resourceGroup, target.name, "AADLoginForWindows", {
          location: target.location,
          properties: {
            publisher: "Microsoft.Azure.ActiveDirectory",
            type: "AADLoginForWindows",
            autoUpgradeMinorVersion: true,
            settings: { mdmId: "" },
          },
        });
        succeeded += 1;
      } catch (error) {
        failed += 1;
        const { statusCode } = error as { statusCode?: number };
        const reason = statusCode === undefined ? String(error).slice(0, 80) : `status ${statusCode}`;
        reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
      }
    }
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, () => work()));
  const { user, system } = process.cpuUsage(cpuBefore);
  return { seconds: (performance.now() - began) / 1000, succeeded, failed, reasons, cpuSeconds: (user + system) / 1e6 };
}
