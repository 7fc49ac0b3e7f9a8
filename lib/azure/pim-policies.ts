import "server-only";
import { AppError } from "@/lib/domain/errors";
import type { ArmClient } from "./arm-client";
import type { PimPolicyRow, PimPort } from "./pim-ports";
import { toPolicyRow } from "./pim-rows";
import type { CallOptions } from "./ports";
import { encodedScope } from "./role-definitions";

/** Up to this many roles are asked for one by one; a subscription has hundreds of policies, most of them of no use here. */
const FILTERED_MAX = 4;

function guidOf(id: string): string {
  return id.slice(id.lastIndexOf("/") + 1).toLowerCase();
}

/** A filter that the service does not take is answered 400; that it takes this one is reported, not documented. */
function isFilterRefused(error: unknown): boolean {
  return error instanceof AppError && error.azure?.status === 400;
}

/** Role settings at a scope, with the rules that hold there. Source: Role Management Policy Assignments - List For Scope. */
export function createPimPolicies(args: { arm: ArmClient }): Pick<PimPort, "policies"> {
  const { arm } = args;

  async function list(scope: string, filter: string | null, options: CallOptions): Promise<PimPolicyRow[]> {
    const url = `${scope === "/" ? "" : encodedScope(scope)}/providers/Microsoft.Authorization/roleManagementPolicyAssignments`;
    const rows = await arm.list(
      { area: "pim", url, subject: `the role settings of ${scope}`, ...(filter === null ? {} : { query: { $filter: filter } }) },
      options,
    );
    return rows.map((raw) => toPolicyRow(raw, scope)).filter((row) => row !== null);
  }

  async function few(scope: string, ids: readonly string[], options: CallOptions): Promise<PimPolicyRow[]> {
    const answers = await Promise.all(ids.map((id) => list(scope, `roleDefinitionId eq '${id.replaceAll("'", "''")}'`, options)));
    return answers.flat();
  }

  return {
    async policies({ scope, roleDefinitionIds }, options = {}) {
      const wanted = roleDefinitionIds ?? [];
      const guids = new Set(wanted.map(guidOf));
      const isWanted = (row: PimPolicyRow) => roleDefinitionIds === undefined || guids.has(guidOf(row.roleDefinitionId));
      if (roleDefinitionIds === undefined || wanted.length > FILTERED_MAX) {
        return (await list(scope, null, options)).filter(isWanted);
      }
      try {
        return (await few(scope, wanted, options)).filter(isWanted);
      } catch (error) {
        if (!isFilterRefused(error)) throw error;
        return (await list(scope, null, options)).filter(isWanted);
      }
    },
  };
}
