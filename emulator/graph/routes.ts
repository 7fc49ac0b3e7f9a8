import type { Route } from "../core/contract.ts";
import { authenticationContextRoutes } from "./authentication-contexts.ts";
import { createBatchRoute } from "./batch.ts";
import { collectionRouteList } from "./collections.ts";
import { directoryAuditRoutes } from "./directory-audits.ts";
import { getByIdsRoutes } from "./get-by-ids.ts";
import { membershipRoutes } from "./membership.ts";
import { organizationRoutes } from "./organization.ts";

const plainRoutes: Route[] = [
  ...organizationRoutes,
  ...collectionRouteList,
  ...membershipRoutes,
  ...getByIdsRoutes,
  ...directoryAuditRoutes,
  ...authenticationContextRoutes,
];

/** Microsoft Graph v1.0 as far as the portal uses it, and the one beta read of the directory quota. */
export const graphRoutes: Route[] = [...plainRoutes, createBatchRoute(plainRoutes)];
