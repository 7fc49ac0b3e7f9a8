import "server-only";
import type { OperationView, UninstallInput } from "@/lib/domain/api";
import { AppError } from "@/lib/domain/errors";
import type { MachineExtension, MachineRef } from "@/lib/domain/machine";
import { MACHINE_ACTIONS } from "@/lib/domain/permissions";
import { isSignInExtension, uninstallRequest } from "@/lib/domain/sign-in-extension";
import type { OperationRunner } from "@/lib/jobs/operation-runner";
import type { ServiceContext } from "../context";
import { beginOperation, repeatedOperation } from "../operations/begin";
import { requirePermission } from "./require-permission";

async function removable(ctx: ServiceContext, ref: MachineRef, name: string): Promise<MachineExtension> {
  const extension = await ctx.azure.hybridCompute.getExtension(ref, name, { signal: ctx.signal });
  if (extension === null) {
    throw new AppError({
      code: "not_found",
      message: `${ref.name} has no extension named ${name}. Nothing was sent.`,
      nextStep: "Reload the machine's page; it may have been removed already.",
    });
  }
  if (!isSignInExtension(extension)) {
    throw new AppError({
      code: "conflict",
      message: `${name} on ${ref.name} is ${extension.publisher} ${extension.type}, not an Entra sign-in extension. Nothing was sent.`,
      nextStep: "Remove other extensions in the Azure portal or with az connectedmachine extension delete.",
    });
  }
  return extension;
}

/** Removes the sign-in extension. The operator types the machine's name, because people who sign in with Entra lose access. */
export async function uninstallSignIn(args: {
  ctx: ServiceContext;
  runner: OperationRunner;
  ref: MachineRef;
  extensionName: string;
  input: UninstallInput;
}): Promise<OperationView> {
  const { ctx, runner, ref, extensionName, input } = args;
  await requirePermission(ctx, ref, MACHINE_ACTIONS.deleteExtension);
  const { operationId } = input;
  const repeated = await repeatedOperation({ ctx, runner, operationId, kinds: ["extension.uninstall"], ref });
  if (repeated !== null) return repeated;
  const { machine } = await ctx.azure.hybridCompute.getMachine(ref, { signal: ctx.signal });
  if (input.typedMachineName !== machine.name) {
    throw new AppError({
      code: "invalid_input",
      message: `To remove the extension, type the machine's name exactly: ${machine.name}. Nothing was sent.`,
      fields: [{ field: "body.typedMachineName", message: `Must be ${machine.name}.` }],
    });
  }
  const extension = await removable(ctx, ref, extensionName);
  const { provisioningState, settings, type, publisher } = extension;
  return beginOperation({
    ctx,
    runner,
    plan: {
      operationId,
      kind: "extension.uninstall",
      ref,
      machineName: machine.name,
      extensionName: extension.name,
      request: uninstallRequest({ cloud: ctx.config.cloud, ref, extensionName: extension.name }),
      before: { provisioningState, settings },
      detail: { publisher, type, typedMachineName: input.typedMachineName },
    },
  });
}
