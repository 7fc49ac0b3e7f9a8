import "server-only";
import { z } from "zod";
import type { ApproversInput, ElevationProfiles, PermitsInput } from "@/lib/domain/elevation/api";
import type { ElevationAction, ElevationCheckInput, ElevationInput } from "@/lib/domain/elevation/write-api";
import { scopeSchema } from "../access/schemas";

/** Queries and bodies of the elevation routes. */

const guid = z.guid().transform((id) => id.toLowerCase());
const text = (max: number) => z.string().max(max);
const time = z.iso.datetime({ offset: true });

function idBelowScope(pattern: RegExp, words: string) {
  return z
    .string()
    .max(1_400)
    .refine((id) => {
      const scope = pattern.exec(id)?.[1];
      return scope !== undefined && scopeSchema.safeParse(scope === "" ? "/" : scope).success;
    }, words);
}

const roleDefinitionId = idBelowScope(
  /^(.*)\/providers\/Microsoft\.Authorization\/roleDefinitions\/[0-9a-f-]{36}$/i,
  "Must be the id of a role definition.",
);
const requestId = idBelowScope(
  /^(.*)\/providers\/Microsoft\.Authorization\/role(?:Assignment|Eligibility)ScheduleRequests\/[0-9a-z-]{1,64}$/i,
  "Must be the id of a request of Privileged Identity Management.",
);
const approvalId = idBelowScope(
  /^(.*)\/providers\/Microsoft\.Authorization\/roleAssignmentApprovals\/[0-9a-z-]{1,64}$/i,
  "Must be the id of an approval.",
);
const scheduleId = z.string().regex(/^[0-9a-z-]{1,64}$/i, "Must be the name of a schedule.");
const ticket = z.strictObject({ number: text(100), system: text(100) }).nullable();

const actionSchema: z.ZodType<ElevationAction> = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("activate"),
    id: guid,
    eligibleScheduleId: scheduleId,
    roleDefinitionId,
    eligibleScope: scopeSchema,
    scope: scopeSchema,
    minutes: z.number().min(1).max(100_000),
    startsAt: time.nullable(),
    justification: text(2_000),
    ticket,
    policyStamp: text(4_000).nullable(),
  }),
  z.strictObject({
    kind: z.literal("deactivate"),
    id: guid,
    roleDefinitionId,
    scope: scopeSchema,
    scheduleId: scheduleId.nullable(),
    justification: text(2_000),
  }),
  z.strictObject({
    kind: z.literal("extend"),
    id: guid,
    of: z.enum(["eligible", "active"]),
    scheduleId,
    roleDefinitionId,
    scope: scopeSchema,
    endsAt: time,
    justification: text(2_000),
  }),
  z.strictObject({ kind: z.literal("cancel"), id: guid, requestId, of: z.enum(["activation", "eligibility"]) }),
  z.strictObject({
    kind: z.literal("decide"),
    id: guid,
    requestId,
    approvalId,
    decision: z.enum(["approve", "deny"]),
    reason: text(2_000),
  }),
]);

const actionsSchema = z
  .array(actionSchema)
  .min(1)
  .max(50)
  .refine((actions) => new Set(actions.map(({ id }) => id)).size === actions.length, "Every action needs an id of its own.");

export const elevationInputSchema: z.ZodType<ElevationInput> = z.strictObject({ batchId: guid, actions: actionsSchema });
export const elevationCheckSchema: z.ZodType<ElevationCheckInput> = z.strictObject({ actions: actionsSchema });
export const elevationParamsSchema = z.strictObject({ id: guid });
export const elevationScopesSchema = z.strictObject({ scope: scopeSchema });

export const permitsInputSchema: z.ZodType<PermitsInput> = z.strictObject({
  items: z
    .array(
      z.strictObject({
        key: text(300).min(1),
        roleId: guid,
        scope: scopeSchema,
        principalId: guid.optional(),
        condition: text(8_192).nullable().optional(),
      }),
    )
    .min(1)
    .max(100),
}) as z.ZodType<PermitsInput>;

export const approversInputSchema: z.ZodType<ApproversInput> = z.strictObject({
  approvers: z
    .array(z.strictObject({ id: guid, kind: z.enum(["user", "group", "unknown"]), name: text(300) }))
    .min(1)
    .max(100),
});

export const profilesSchema: z.ZodType<ElevationProfiles> = z.strictObject({
  profiles: z
    .array(
      z.strictObject({
        id: guid,
        name: z.string().trim().min(1).max(80),
        items: z
          .array(
            z.strictObject({
              roleId: guid,
              eligibleScope: scopeSchema,
              scope: scopeSchema,
              minutes: z.number().int().min(5).max(1_440),
              justification: text(500),
              ticketSystem: text(100),
            }),
          )
          .min(1)
          .max(50),
      }),
    )
    .max(30),
});

/** How closely the changes are followed; without a word as closely as a page of elevation needs. */
export const elevationEventsSchema = z.strictObject({ pace: z.enum(["near", "far"]).default("near") });
