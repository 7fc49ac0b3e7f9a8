import "server-only";
import type { PimInstanceRow } from "@/lib/azure/access-ports";
import { normaliseScope } from "@/lib/domain/access/scope";
import type { EligibleInstanceInput } from "@/lib/domain/access/types";
import type { ServiceContext } from "../context";
import { readPolicies } from "../elevation/policies";
import { toEligibleInput } from "./to-inputs";

/** Each scope costs at least one request to Azure. A machine has itself, its group, its subscription and some groups above. */
const SCOPES_AT_MOST = 8;

/**
 * Eligibilities with what their role's settings ask for before an activation. Settings that cannot be read stay unknown: a
 * reader of the machine need not be a reader of the management group above it.
 */
export async function eligibleWithRules(ctx: ServiceContext, rows: readonly PimInstanceRow[]): Promise<EligibleInstanceInput[]> {
  const scopes = new Set([...new Set(rows.map(({ scope }) => normaliseScope(scope)))].slice(0, SCOPES_AT_MOST));
  const policies = await readPolicies(
    ctx,
    rows.filter(({ scope }) => scopes.has(normaliseScope(scope))),
  );
  return rows.map((row) => {
    const answer = policies.of(row);
    const input = toEligibleInput(row);
    if (!answer.known) return input;
    const { approval, mfa, authenticationContext } = answer.policy.activation;
    return { ...input, approvalRequired: approval.required, mfaRequired: mfa, authenticationContext };
  });
}
