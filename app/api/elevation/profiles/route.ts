import { route } from "@/app/api/service-route";
import { elevationProfiles, saveElevationProfiles } from "@/lib/services/elevation/profiles";
import { profilesSchema } from "@/lib/services/elevation/schemas";

export const dynamic = "force-dynamic";

/** Saved forms for several roles. */
export const GET = route(({ ctx }) => elevationProfiles({ ctx }));

/** Stores all saved forms in place of the ones before. */
export const PUT = route(({ ctx, body }) => saveElevationProfiles({ ctx, input: body }), { body: profilesSchema });
