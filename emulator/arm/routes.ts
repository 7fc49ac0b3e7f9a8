import type { Route } from "../core/contract.ts";
import { pimRoutes } from "../pim/routes.ts";
import { activityLogRoutes } from "./activity-log.ts";
import { denyAssignmentRoutes } from "./deny-assignments.ts";
import { extensionMetadataRoutes } from "./extension-metadata.ts";
import { extensionRoutes } from "./extensions.ts";
import { machineRoutes } from "./machines.ts";
import { managementGroupRoutes } from "./management-groups.ts";
import { operationRoutes } from "./operations.ts";
import { permissionRoutes } from "./permissions.ts";
import { resourceRoutes } from "./resources.ts";
import { roleAssignmentRoutes } from "./role-assignments.ts";
import { roleDefinitionRoutes } from "./role-definitions.ts";
import { roleScheduleRoutes } from "./role-schedules.ts";
import { subscriptionRoutes } from "./subscriptions.ts";

/** Every Resource Manager route of local Azure. */
export const armRoutes: Route[] = [
  ...subscriptionRoutes,
  ...managementGroupRoutes,
  ...machineRoutes,
  ...extensionRoutes,
  ...operationRoutes,
  ...extensionMetadataRoutes,
  ...roleAssignmentRoutes,
  ...roleDefinitionRoutes,
  ...permissionRoutes,
  ...denyAssignmentRoutes,
  ...resourceRoutes,
  ...roleScheduleRoutes,
  ...pimRoutes,
  ...activityLogRoutes,
];
