import type { EmulatorContext } from "../core/contract.ts";
import { armError } from "../core/errors.ts";
import { findMachine } from "../world/ids.ts";
import { findGroup } from "./request-reading.ts";
import { trimScope } from "./visibility.ts";

const MANAGEMENT_GROUP = /^\/providers\/microsoft\.management\/managementgroups\/([^/]+)$/;
const RESOURCE = /^\/subscriptions\/([^/]+)\/resourcegroups\/([^/]+)\/providers\/([^/]+\/[^/]+)\/([^/]+)$/;

/** Refuses a scope that names something which is not there. Children of resources are taken as they are, as Azure does. */
export function requireScope(ctx: EmulatorContext, scope: string): void {
  const target = trimScope(scope);
  const { world } = ctx;
  const managementGroup = MANAGEMENT_GROUP.exec(target)?.[1];
  if (managementGroup !== undefined) {
    if (world.managementGroups.some((row) => row.id.toLowerCase() === managementGroup)) return;
    throw armError(404, "ManagementGroupNotFound", `The management group '${managementGroup}' cannot be found.`);
  }
  const parts = target.split("/");
  const [subscriptionId, group] = [parts[2], parts[4]];
  if (parts[1] !== "subscriptions" || subscriptionId === undefined || group === undefined) return;
  if (parts[3] !== "resourcegroups") return;
  if (findGroup(world, subscriptionId, group) === undefined) {
    throw armError(404, "ResourceGroupNotFound", `Resource group '${group}' could not be found.`);
  }
  const resource = RESOURCE.exec(target);
  if (resource === null) return;
  const [, , , type = "", name = ""] = resource;
  const exists =
    type === "microsoft.hybridcompute/machines"
      ? findMachine(world, target) !== undefined
      : world.resources.some(
          (row) =>
            row.type.toLowerCase() === type &&
            row.name.toLowerCase() === name &&
            row.subscriptionId === subscriptionId &&
            row.resourceGroup.toLowerCase() === group,
        );
  if (exists) return;
  const original = scope.split("/");
  const message = `The Resource '${original.slice(-3).join("/")}' under resource group '${original[4] ?? group}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`;
  throw armError(404, "ResourceNotFound", message);
}
