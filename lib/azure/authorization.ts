import "server-only";
import type { Permission } from "@azure/arm-authorization";
import type { AzurePipeline } from "./pipeline";
import type { AuthorizationPort, PermissionEntry } from "./ports";
import { authorizationSdk, fromSdkError } from "./sdk-clients";

function toEntry(permission: Permission): PermissionEntry {
  return {
    actions: permission.actions ?? [],
    notActions: permission.notActions ?? [],
    dataActions: permission.dataActions ?? [],
    notDataActions: permission.notDataActions ?? [],
  };
}

/** The operator's own rights, as Azure computes them. Source: Authorization REST API 2022-04-01, Permissions. */
export function createAuthorization(args: { pipeline: AzurePipeline }): AuthorizationPort {
  return {
    async permissionsAtMachine(ref, options = {}) {
      const sdk = authorizationSdk(args.pipeline, ref.subscriptionId);
      const entries: PermissionEntry[] = [];
      try {
        const pages = sdk.permissions.listForResource(ref.resourceGroup, "Microsoft.HybridCompute", "", "machines", ref.name, {
          ...(options.signal === undefined ? {} : { abortSignal: options.signal }),
        });
        for await (const permission of pages) entries.push(toEntry(permission));
      } catch (error) {
        throw fromSdkError(error, args.pipeline, `your permissions on ${ref.name}`);
      }
      return entries;
    },
  };
}
