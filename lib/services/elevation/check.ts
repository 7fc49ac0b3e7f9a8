import "server-only";
import type { PimRequestBody } from "@/lib/azure/pim-ports";
import { refusalOf } from "@/lib/domain/elevation/refusals";
import { authenticationContextOf } from "@/lib/domain/elevation/step-up";
import type { ElevationCheck, ElevationCheckInput, ElevationRefusal } from "@/lib/domain/elevation/write-api";
import { elevationCommands, placeOf } from "@/lib/domain/elevation/write-request";
import { AppError } from "@/lib/domain/errors";
import { inLanes } from "../access/lanes";
import type { ServiceContext } from "../context";
import { type Prepared, prepareElevation } from "./prepare";

const LANES = 4;

type Said = { refusal: ElevationRefusal | null; context: string | null };

/** What Azure says to the request without making it. A question that Azure does not answer is no refusal. */
async function askAzure(ctx: ServiceContext, { action, exact }: Prepared): Promise<Said> {
  const place = placeOf(action);
  const nothing: Said = { refusal: null, context: null };
  if (place === null || action.kind === "cancel") return nothing;
  const { properties } = exact.body as { properties: PimRequestBody };
  try {
    await ctx.azure.pim.validateRequest({ ...place, body: properties }, { signal: ctx.signal });
    return nothing;
  } catch (error) {
    if (ctx.signal.aborted || !(error instanceof AppError)) throw error;
    if (error.claims !== undefined) return { refusal: null, context: authenticationContextOf(error.claims) };
    if (error.code === "unauthenticated") throw error;
    const { azure } = error;
    if (azure === undefined || azure.status === null || azure.status >= 500) return nothing;
    const { id: meant, rules } = refusalOf(azure);
    // A demand for a sign-in whose claims could be read has become a challenge above.
    const id = meant === "stepUpNeeded" ? "stepUpMalformed" : meant;
    return { refusal: { id, values: rules.length === 0 ? {} : { rules: rules.join(", ") }, azure }, context: null };
  }
}

function itemOf(ctx: ServiceContext, prepared: Prepared, said: Said): ElevationCheck["items"][number] {
  const { action, exact, facts, policy } = prepared;
  const known = action.kind === "activate" && policy?.known === true ? policy.policy.activation : null;
  return {
    id: action.id,
    exact,
    commands: elevationCommands(ctx.config.cloud, exact),
    problems: facts.problems,
    refusal: prepared.refusal ?? said.refusal,
    needs: {
      authenticationContext: said.context ?? prepared.context,
      mfa: known?.mfa ?? false,
      approval: known?.approval.required ?? false,
    },
    policy,
  };
}

/** What would become of actions, without doing them: exact requests, problems of the form, Azure's own dry run. */
export async function checkElevation(args: { ctx: ServiceContext; input: ElevationCheckInput }): Promise<ElevationCheck> {
  const { ctx, input } = args;
  const prepared = await prepareElevation(ctx, input.actions);
  const said = new Map<string, Said>();
  const askable = prepared.filter(({ refusal }) => refusal === null);
  await inLanes(askable, LANES, async (one) => void said.set(one.action.id, await askAzure(ctx, one)));
  return {
    items: prepared.map((one) => itemOf(ctx, one, said.get(one.action.id) ?? { refusal: null, context: null })),
    asOf: ctx.clock.now().toISOString(),
  };
}
