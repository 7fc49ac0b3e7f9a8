import "server-only";
import { z } from "zod";
import { type ArmArgs, createArmClient } from "./arm-client";
import type { PimScheduleRow } from "./pim-ports";
import { plainId, toScheduleRow } from "./pim-rows";
import type { CallOptions } from "./ports";
import { encodedScope } from "./role-definitions";
import { authorizationSdk, fromSdkError } from "./sdk-clients";

/** A policy itself, with the rules that can be changed. Ids without the prefix of recordings. */
export type PimPolicyRules = {
  policyId: string;
  scope: string;
  /** As Azure sent them, in its order. */
  rules: unknown[];
  lastModifiedAt: string | null;
};

/** What administrators need besides PimPort: everybody's schedules at a scope, and the policies themselves. */
export type PimManagePort = {
  /** Instances at a scope. `atScope`: there and above only; without it everything below comes too. Activations are among them. */
  schedules(
    args: { of: "eligible" | "active"; scope: string; atScope: boolean },
    options?: CallOptions,
  ): Promise<PimScheduleRow[]>;
  /** null when Azure answers 404. */
  policy(policyId: string, options?: CallOptions): Promise<PimPolicyRules | null>;
  /** Sends these rules, each complete; every other rule stays as it is. */
  patchPolicy(args: { policyId: string; rules: readonly unknown[] }, options?: CallOptions): Promise<void>;
};

const policyWireSchema = z.looseObject({
  id: z.string(),
  properties: z.looseObject({
    scope: z.string().nullish().catch(null),
    rules: z.array(z.unknown()).nullish().catch(null),
    effectiveRules: z.array(z.unknown()).nullish().catch(null),
    lastModifiedDateTime: z.string().nullish().catch(null),
  }),
});

function toPolicyRules(raw: unknown): PimPolicyRules | null {
  const wire = policyWireSchema.safeParse(raw);
  if (!wire.success) return null;
  const { id, properties } = wire.data;
  const policyId = plainId(id);
  return {
    policyId,
    scope: plainId(properties.scope ?? (policyId.replace(/\/providers\/Microsoft\.Authorization\/.*$/i, "") || "/")),
    rules: properties.rules ?? properties.effectiveRules ?? [],
    lastModifiedAt: properties.lastModifiedDateTime ?? null,
  };
}

/** The SDK still wants a subscription to be made with. */
const NO_SUBSCRIPTION = "00000000-0000-0000-0000-000000000000";

/**
 * Schedules of everybody by SDK, policies by raw request because SDK 9.0.0 drops rules that it does not know. Source: Role
 * Management Policies and schedule instances, Authorization API 2020-10-01.
 */
export function createPimManage(args: ArmArgs): PimManagePort {
  const { pipeline } = args;
  const arm = createArmClient(args);

  return {
    async schedules({ of, scope, atScope }, options = {}) {
      const sdk = authorizationSdk(pipeline, NO_SUBSCRIPTION);
      const source = of === "eligible" ? sdk.roleEligibilityScheduleInstances : sdk.roleAssignmentScheduleInstances;
      const listOptions = {
        ...(options.signal === undefined ? {} : { abortSignal: options.signal }),
        ...(atScope ? { filter: "atScope()" } : {}),
      };
      const rows: PimScheduleRow[] = [];
      try {
        for await (const raw of source.listForScope(scope === "/" ? "" : encodedScope(scope), listOptions)) {
          const row = toScheduleRow(raw);
          if (row !== null) rows.push(row);
        }
      } catch (error) {
        const what = of === "eligible" ? "the eligibilities" : "the active assignments";
        throw fromSdkError(error, pipeline, `${what} of Privileged Identity Management at ${scope}`);
      }
      return rows;
    },
    async policy(policyId, options = {}) {
      const call = { area: "pim", method: "GET", url: encodedScope(policyId), accept: [404] } as const;
      const answer = await arm.send({ ...call, subject: `the role settings ${policyId}` }, options);
      return answer.status === 404 ? null : toPolicyRules(answer.body);
    },
    async patchPolicy({ policyId, rules }, options = {}) {
      const body = { properties: { rules } };
      const call = { area: "pim", method: "PATCH", url: encodedScope(policyId), body } as const;
      await arm.send({ ...call, subject: `the role settings ${policyId}` }, options);
    },
  };
}
