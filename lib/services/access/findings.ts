import "server-only";
import { prepareAccess } from "@/lib/domain/access/access-index";
import type { AccessFindings } from "@/lib/domain/access/api";
import { findAccessProblems } from "@/lib/domain/findings/find";
import type { ServiceContext } from "../context";
import { fleetInputs } from "./inputs";

/** Findings change slowly; the age is shown. */
const INPUTS_AGE_MS = 5 * 60_000;

/** What is wrong or risky about access, from what this operator can see. Throws AppError when nothing can be read. */
export async function listAccessFindings(args: { ctx: ServiceContext }): Promise<AccessFindings> {
  const { ctx } = args;
  const { inputs, completeness } = await fleetInputs(ctx, INPUTS_AGE_MS);
  const findings = findAccessProblems(prepareAccess(inputs, ctx.clock.now()));
  return { findings, atLeast: inputs.incomplete, completeness };
}
