import "server-only";
import type { PermitsAnswer, PermitsInput } from "@/lib/domain/elevation/api";
import { computePermits } from "@/lib/domain/elevation/permits";
import { fleetInputs } from "../access/inputs";
import type { ServiceContext } from "../context";

/** What roles give changes slowly, and the age is shown. */
const INPUTS_AGE_MS = 10 * 60_000;

/** What roles would let people do, from the access engine and this operator's read of the fleet. Throws AppError. */
export async function elevationPermits(args: { ctx: ServiceContext; input: PermitsInput }): Promise<PermitsAnswer> {
  const { ctx, input } = args;
  const { inputs } = await fleetInputs(ctx, INPUTS_AGE_MS);
  const questions = input.items.map(({ key, roleId, scope, principalId, condition }) => ({
    key,
    roleId,
    scope,
    principalId: principalId ?? ctx.operator.objectId,
    condition: condition ?? null,
  }));
  return {
    permits: computePermits(inputs, questions, ctx.clock.now()),
    atLeast: inputs.incomplete.map(({ label, reason }) => ({ label, reason })),
    asOf: inputs.asOf.machines ?? ctx.clock.now().toISOString(),
  };
}
