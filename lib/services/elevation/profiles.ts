import "server-only";
import { loadPreference, savePreference } from "@/lib/db/preferences";
import type { ElevationProfiles } from "@/lib/domain/elevation/api";
import type { ServiceContext } from "../context";
import { profilesSchema } from "./schemas";

const KEY = "elevation.profiles/1";

function keyOf({ operator }: ServiceContext) {
  return { tenantId: operator.tenantId, objectId: operator.objectId, key: KEY };
}

/** The saved forms of this person. What an older version stored and this one cannot read counts as none. */
export async function elevationProfiles(args: { ctx: ServiceContext }): Promise<ElevationProfiles> {
  const text = await loadPreference(args.ctx.db, keyOf(args.ctx));
  if (text === null) return { profiles: [] };
  const parsed = profilesSchema.safeParse(JSON.parse(text));
  return parsed.success ? parsed.data : { profiles: [] };
}

/** Stores all saved forms of this person in place of the ones before. */
export async function saveElevationProfiles(args: { ctx: ServiceContext; input: ElevationProfiles }): Promise<ElevationProfiles> {
  const { ctx, input } = args;
  await savePreference(ctx.db, keyOf(ctx), JSON.stringify(input), ctx.clock.now());
  return input;
}
