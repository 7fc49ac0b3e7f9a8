import { armRoutes } from "../arm/routes.ts";
import { graphRoutes } from "../graph/routes.ts";
import { keyVaultRoutes } from "../key-vault/routes.ts";
import { resourceGraphRoutes } from "../resource-graph/routes.ts";
import type { Route } from "./contract.ts";

/** Routes of the Azure services behind the sign-in. */
export const SERVICE_ROUTES: readonly Route[] = [...armRoutes, ...resourceGraphRoutes, ...graphRoutes, ...keyVaultRoutes];
