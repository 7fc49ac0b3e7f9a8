"use client";

import { useSession } from "./session";

/**
 * Whether the portal shows this person everybody's entries (Portal.Auditor or Portal.Admin). null until the portal has said
 * which roles they hold; true where it could not say, because then its answer to the question itself decides.
 */
export function useSeesAll(): boolean | null {
  const { info, problem } = useSession();
  if (info !== null) return info.portalRoles.length > 0;
  return problem === null ? null : true;
}
