import "server-only";
import { z } from "zod";
import type { EnableIdentityInput, OperationView } from "@/lib/domain/api";
import { AppError } from "@/lib/domain/errors";
import type { MachineRef } from "@/lib/domain/machine";
import { hasSystemAssigned } from "@/lib/domain/machine-mapping";
import { MACHINE_ACTIONS } from "@/lib/domain/permissions";
import { enableIdentityRequest } from "@/lib/domain/sign-in-extension";
import type { OperationRunner } from "@/lib/jobs/operation-runner";
import type { ServiceContext } from "../context";
import { beginOperation, repeatedOperation } from "../operations/begin";
import { requirePermission } from "../sign-in/require-permission";

export const enableIdentityInputSchema: z.ZodType<EnableIdentityInput> = z.strictObject({
  confirm: z.literal(true),
  operationId: z.guid().transform((id) => id.toLowerCase()),
});

/** Switches the system-assigned identity on and keeps user-assigned ones. Azure answers at once; a GET confirms it. */
export async function enableIdentity(args: {
  ctx: ServiceContext;
  runner: OperationRunner;
  ref: MachineRef;
  input: EnableIdentityInput;
}): Promise<OperationView> {
  const { ctx, runner, ref, input } = args;
  await requirePermission(ctx, ref, MACHINE_ACTIONS.writeMachine);
  const { operationId } = input;
  const repeated = await repeatedOperation({ ctx, runner, operationId, kinds: ["identity.enable"], ref });
  if (repeated !== null) return repeated;
  const { machine } = await ctx.azure.hybridCompute.getMachine(ref, { signal: ctx.signal });
  if (hasSystemAssigned(machine.identity.kind) === true) {
    throw new AppError({
      code: "conflict",
      message: `${machine.name} has its system-assigned identity already. Nothing was sent.`,
      nextStep: "Reload the machine's page.",
    });
  }
  return beginOperation({
    ctx,
    runner,
    plan: {
      operationId,
      kind: "identity.enable",
      ref,
      machineName: machine.name,
      extensionName: null,
      request: enableIdentityRequest({ cloud: ctx.config.cloud, ref, currentIdentity: machine.identity.raw }),
      before: { identity: machine.identity.raw },
      detail: { identityBefore: machine.identity.raw },
    },
  });
}
