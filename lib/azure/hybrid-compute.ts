import "server-only";
import type { HybridComputeManagementClient } from "@azure/arm-hybridcompute";
import type { FullOperationResponse, OperationOptions } from "@azure/core-client";
import { z } from "zod";
import type { Machine, MachineRef } from "@/lib/domain/machine";
import { type ArmArgs, type ArmClient, createArmClient } from "./arm-client";
import { toMachineExtension } from "./extension-mapper";
import { readOperationStatus, toLongRunningStart } from "./long-running";
import { toMachine } from "./machine-mapper";
import { linkedSignal } from "./pipeline";
import type { CallOptions, HybridComputePort } from "./ports";
import { unexpectedShape } from "./rest-client";
import { fromSdkError, hybridComputeSdk, readableBody } from "./sdk-clients";

const versionWireSchema = z.looseObject({
  name: z.string().optional().catch(undefined),
  properties: z
    .looseObject({ version: z.string().optional().catch(undefined) })
    .nullish()
    .catch(null),
});

/** Path of a machine, encoded. */
function machinePath(ref: MachineRef): string {
  const [subscription, group, name] = [ref.subscriptionId, ref.resourceGroup, ref.name].map(encodeURIComponent);
  return `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.HybridCompute/machines/${name}`;
}

function extensionPath(ref: MachineRef, name: string): string {
  return `${machinePath(ref)}/extensions/${encodeURIComponent(name)}`;
}

/** Newest first by number: Azure mixes two-, three- and four-part versions in one list. */
export function sortVersions(versions: readonly string[]): string[] {
  const parts = (version: string) => version.split(".").map((part) => Number.parseInt(part, 10) || 0);
  return [...new Set(versions)].sort((a, b) => {
    const [left, right] = [parts(a), parts(b)];
    for (let index = 0; index < Math.max(left.length, right.length); index++) {
      const difference = (right[index] ?? 0) - (left[index] ?? 0);
      if (difference !== 0) return difference;
    }
    return 0;
  });
}

type SdkRead = (sdk: HybridComputeManagementClient, options: OperationOptions) => Promise<unknown>;

/** One read through the SDK. The answer's own text is returned, because the SDK turns times into dates and drops nothing else. */
function sdkRead(arm: ArmClient, ref: MachineRef, subject: string, options: CallOptions, read: SdkRead): Promise<unknown> {
  return arm.versioned("hybridCompute", async (apiVersion) => {
    let body = "";
    const onResponse = (response: FullOperationResponse) => {
      body = response.bodyAsText ?? "";
    };
    const signal = linkedSignal(options.signal, arm.pipeline.signal);
    const sdk = hybridComputeSdk(arm.pipeline, ref.subscriptionId, apiVersion);
    try {
      await read(sdk, { onResponse, ...(signal === undefined ? {} : { abortSignal: signal }) });
    } catch (error) {
      const readable = readableBody(error);
      if (readable === null) throw fromSdkError(error, arm.pipeline, subject);
      body = readable;
    }
    return body === "" ? null : (JSON.parse(body) as unknown);
  });
}

function machineOf(arm: ArmClient, raw: unknown, ref: MachineRef, requestId: string | null): Machine {
  const machine = toMachine(raw);
  if (machine === null) throw unexpectedShape(arm.pipeline, `machine ${ref.name}`, requestId);
  return machine;
}

type Reads = Pick<HybridComputePort, "getMachine" | "listExtensions" | "getExtension" | "extensionVersions">;

function createReads(arm: ArmClient): Reads {
  return {
    async getMachine(ref, options = {}) {
      const raw = await sdkRead(arm, ref, `machine ${ref.name}`, options, (sdk, sdkOptions) =>
        sdk.machines.get(ref.resourceGroup, ref.name, sdkOptions),
      );
      return { machine: machineOf(arm, raw, ref, null), raw, asOf: arm.pipeline.clock.now().toISOString() };
    },

    async listExtensions(ref, options = {}) {
      const call = {
        area: "hybridCompute",
        url: `${machinePath(ref)}/extensions`,
        subject: `the extensions of ${ref.name}`,
      } as const;
      return (await arm.list(call, options)).map(toMachineExtension).filter((extension) => extension !== null);
    },

    async getExtension(ref, name, options = {}) {
      const subject = `extension ${name} of ${ref.name}`;
      const answer = await arm.send(
        { method: "GET", area: "hybridCompute", url: extensionPath(ref, name), subject, accept: [404] },
        options,
      );
      if (answer.status === 404) return null;
      const extension = toMachineExtension(answer.body);
      if (extension === null) throw unexpectedShape(arm.pipeline, subject, answer.requestId);
      return extension;
    },

    async extensionVersions({ subscriptionId, location, publisher, type }, options = {}) {
      const [subscription, region, owner, kind] = [subscriptionId, location, publisher, type].map(encodeURIComponent);
      const url = `/subscriptions/${subscription}/providers/Microsoft.HybridCompute/locations/${region}/publishers/${owner}/extensionTypes/${kind}/versions`;
      const items = await arm.list({ area: "extensionMetadata", url, subject: `versions of ${type}` }, options);
      const versions = items.flatMap((item) => {
        const wire = versionWireSchema.safeParse(item);
        const version = wire.success ? (wire.data.properties?.version ?? wire.data.name) : undefined;
        return version === undefined ? [] : [version];
      });
      return sortVersions(versions);
    },
  };
}

/** Machines and extensions. Writes and what the SDK lacks or loses go raw over the same pipeline. */
export function createHybridCompute(args: ArmArgs): HybridComputePort {
  const arm = createArmClient(args);
  const area = "hybridCompute" as const;
  return {
    ...createReads(arm),

    async putExtension(ref, name, body, options = {}) {
      const subject = `installing extension ${name} on ${ref.name}`;
      return toLongRunningStart(await arm.send({ method: "PUT", area, url: extensionPath(ref, name), subject, body }, options));
    },

    async patchExtension(ref, name, body, options = {}) {
      const subject = `changing extension ${name} on ${ref.name}`;
      return toLongRunningStart(await arm.send({ method: "PATCH", area, url: extensionPath(ref, name), subject, body }, options));
    },

    async upgradeExtensions(ref, body, options = {}) {
      const subject = `upgrading extensions on ${ref.name}`;
      const url = `${machinePath(ref)}/upgradeExtensions`;
      return toLongRunningStart(await arm.send({ method: "POST", area, url, subject, body }, options));
    },

    async deleteExtension(ref, name, options = {}) {
      const subject = `removing extension ${name} from ${ref.name}`;
      return toLongRunningStart(await arm.send({ method: "DELETE", area, url: extensionPath(ref, name), subject }, options));
    },

    async patchMachine(ref, body, options = {}) {
      const subject = `changing machine ${ref.name}`;
      const answer = await arm.send({ method: "PATCH", area, url: machinePath(ref), subject, body }, options);
      return { machine: machineOf(arm, answer.body, ref, answer.requestId), requestId: answer.requestId };
    },

    pollOperation: (start, options = {}) => readOperationStatus({ rest: arm.rest, pipeline: args.pipeline, start, options }),
  };
}
