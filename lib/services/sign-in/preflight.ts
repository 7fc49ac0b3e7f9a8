import "server-only";
import type { ExactRequest, Known, PreflightInput, PreflightResult, Templates } from "@/lib/domain/api";
import { AppError } from "@/lib/domain/errors";
import type { MachineExtension, MachineRef } from "@/lib/domain/machine";
import { operatorPermissions } from "@/lib/domain/permissions";
import { runPreflight } from "@/lib/domain/preflight";
import type { PreflightFacts } from "@/lib/domain/preflight-types";
import { problemOf } from "@/lib/domain/problem";
import { deployRequest, SIGN_IN_PUBLISHER, WINDOWS_SIGN_IN_TYPE } from "@/lib/domain/sign-in-extension";
import { deployTemplates } from "@/lib/domain/templates";
import type { ServiceContext } from "../context";

/** One fact of several: its failure is shown as such and never stops the others. A refused sign-in stops everything. */
async function known<T>(ctx: ServiceContext, source: string, read: Promise<T>): Promise<Known<T>> {
  try {
    return { known: true, value: await read, source, asOf: ctx.clock.now().toISOString() };
  } catch (error) {
    if (error instanceof AppError && error.code === "unauthenticated") throw error;
    const problem = problemOf(error, ctx.traceId);
    return { known: false, reason: problem.detail, problem };
  }
}

async function subscriptionTenant(ctx: ServiceContext, ref: MachineRef): Promise<string | null> {
  const rows = await ctx.azure.resourceManager.listSubscriptions({ signal: ctx.signal });
  return rows.find((row) => row.id.toLowerCase() === ref.subscriptionId.toLowerCase())?.tenantId ?? null;
}

/** Everything the checks look at, read from Azure just now. Throws when the machine itself cannot be read. */
export async function gatherFacts(ctx: ServiceContext, ref: MachineRef, input: PreflightInput): Promise<PreflightFacts> {
  const options = { signal: ctx.signal };
  const { hybridCompute, authorization } = ctx.azure;
  const [{ machine }, extensions, permissions, tenant] = await Promise.all([
    hybridCompute.getMachine(ref, options),
    known<MachineExtension[]>(ctx, "Azure Resource Manager", hybridCompute.listExtensions(ref, options)),
    known(ctx, "Azure RBAC", authorization.permissionsAtMachine(ref, options).then(operatorPermissions)),
    known(ctx, "Azure Resource Manager", subscriptionTenant(ctx, ref)),
  ]);
  const versions = await known(
    ctx,
    "HybridCompute extension metadata",
    hybridCompute.extensionVersions(
      {
        subscriptionId: ref.subscriptionId,
        location: machine.location,
        publisher: SIGN_IN_PUBLISHER,
        type: WINDOWS_SIGN_IN_TYPE,
      },
      options,
    ),
  );
  return {
    machine,
    subscriptionTenantId: tenant.known ? tenant.value : null,
    cloud: ctx.config.cloud,
    extensions,
    permissions,
    regionVersions: versions.known ? versions.value : null,
    extensionName: input.extensionName,
    mdmId: input.mdmId,
    now: ctx.clock.now(),
  };
}

/** The request and its four other forms, as they follow from the facts. */
export function requestFor(facts: PreflightFacts, ref: MachineRef): { request: ExactRequest; templates: Templates } {
  const args = {
    cloud: facts.cloud,
    ref,
    location: facts.machine.location,
    extensionName: facts.extensionName,
    mdmId: facts.mdmId,
  };
  return { request: deployRequest(args), templates: deployTemplates(args) };
}

/** Runs every check against the machine as it is now. Changes nothing. */
export async function preflight(args: { ctx: ServiceContext; ref: MachineRef; input: PreflightInput }): Promise<PreflightResult> {
  const facts = await gatherFacts(args.ctx, args.ref, args.input);
  return { ...runPreflight(facts), asOf: facts.now.toISOString(), ...requestFor(facts, args.ref) };
}
