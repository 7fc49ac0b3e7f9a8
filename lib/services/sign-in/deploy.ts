import "server-only";
import type { DeployInput, OperationView, PreflightCheck } from "@/lib/domain/api";
import { AppError } from "@/lib/domain/errors";
import type { MachineRef } from "@/lib/domain/machine";
import { MACHINE_ACTIONS } from "@/lib/domain/permissions";
import { overallVerdict, refusedOverrides, runPreflight } from "@/lib/domain/preflight";
import type { PreflightFacts } from "@/lib/domain/preflight-types";
import { findSignInExtension, isMdmIdMissing } from "@/lib/domain/sign-in-extension";
import type { OperationRunner } from "@/lib/jobs/operation-runner";
import type { ServiceContext } from "../context";
import { beginOperation, repeatedOperation } from "../operations/begin";
import { gatherFacts, requestFor } from "./preflight";
import { requirePermission } from "./require-permission";

function refuseOverrides(checks: readonly PreflightCheck[], input: DeployInput, machineName: string): void {
  const refused = refusedOverrides(checks, input.overrides);
  if (refused.length > 0) {
    throw new AppError({
      code: "invalid_input",
      message: `These checks cannot be overruled: ${refused.join(", ")}. Nothing was sent.`,
      nextStep: "Run the preflight again; it shows which checks block and which of them may be overruled.",
      fields: refused.map((id) => ({ field: "body.overrides", message: id })),
    });
  }
  if (input.overrides.length > 0 && input.typedMachineName !== machineName) {
    throw new AppError({
      code: "invalid_input",
      message: `To overrule a check, type the machine's name exactly: ${machineName}. Nothing was sent.`,
      fields: [{ field: "body.typedMachineName", message: `Must be ${machineName}.` }],
    });
  }
}

function refuseBlocked(checks: readonly PreflightCheck[], overrides: readonly string[]): void {
  if (overallVerdict(checks, overrides) !== "blocked") return;
  const open = checks.filter((check) => check.verdict === "block" && !overrides.includes(check.id));
  throw new AppError({
    code: "conflict",
    message: `The preflight found what stops the deployment: ${open.map((check) => check.id).join(", ")}. Nothing was sent.`,
    nextStep: "Run the preflight again and follow the fix of each blocking check.",
    fields: open.map((check) => ({ field: `preflight.${check.id}`, message: check.evidence })),
  });
}

function planned(facts: PreflightFacts, ref: MachineRef, input: DeployInput, checks: readonly PreflightCheck[]) {
  const present = facts.extensions.known ? findSignInExtension(facts.extensions.value, facts.machine.osFamily) : null;
  const isRepair = isMdmIdMissing(present) && present?.name.toLowerCase() === input.extensionName.toLowerCase();
  return {
    operationId: input.operationId,
    kind: isRepair ? ("extension.repair" as const) : ("extension.deploy" as const),
    ref,
    machineName: facts.machine.name,
    extensionName: input.extensionName,
    request: requestFor(facts, ref).request,
    before: present === null ? null : { provisioningState: present.provisioningState, settings: present.settings },
    detail: {
      consent: input.consent,
      mdmId: input.mdmId,
      overrides: input.overrides,
      preflight: Object.fromEntries(checks.map((check) => [check.id, check.verdict])),
    },
  };
}

/**
 * Installs the Entra sign-in extension on one machine, or writes its missing setting (the repair is the same request). The
 * checks run again here: what the browser saw may be old. The same operation id is the same operation, however often it comes.
 */
export async function deploySignIn(args: {
  ctx: ServiceContext;
  runner: OperationRunner;
  ref: MachineRef;
  input: DeployInput;
}): Promise<OperationView> {
  const { ctx, runner, ref, input } = args;
  await requirePermission(ctx, ref, MACHINE_ACTIONS.writeExtension);
  const kinds = ["extension.deploy", "extension.repair"] as const;
  const repeated = await repeatedOperation({ ctx, runner, operationId: input.operationId, kinds, ref });
  if (repeated !== null) return repeated;
  const facts = await gatherFacts(ctx, ref, input);
  const { checks } = runPreflight(facts);
  refuseOverrides(checks, input, facts.machine.name);
  refuseBlocked(checks, input.overrides);
  return beginOperation({ ctx, runner, plan: planned(facts, ref, input, checks) });
}
