import "server-only";
import { z } from "zod";
import { MAIL_PLACES, MAIL_READERS } from "@/lib/domain/elevation/mail-rules";
import type { ManageInput, ManagePreviewInput } from "@/lib/domain/elevation/manage/api";
import type { PolicySettings } from "@/lib/domain/elevation/manage/policy-settings";
import { ADMIN_REQUEST_TYPES, type ManageRequest } from "@/lib/domain/elevation/manage/requests";
import { scopeSchema } from "../../access/schemas";

/** Queries and bodies of the routes below /api/elevation/manage. */

const guid = z.guid().transform((id) => id.toLowerCase());
const text = (max: number) => z.string().trim().max(max);
const time = z.iso.datetime({ offset: true });
/** Ten years: more is a slip of units. */
const minutes = z.int().min(1).max(5_256_000);

function idOf(type: string) {
  return z
    .string()
    .max(1_200)
    .refine((id) => {
      const match = new RegExp(`^(.*)/providers/Microsoft\\.Authorization/${type}/([0-9a-f_-]{36,80})$`, "i").exec(id);
      return match !== null && scopeSchema.safeParse(match[1] === "" ? "/" : match[1]).success;
    }, `Must be the id of one of ${type}.`);
}

const endSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("none") }),
  z.strictObject({ kind: z.literal("at"), endsAt: time }),
  z.strictObject({ kind: z.literal("after"), minutes }),
]);

const approverSchema = z.strictObject({
  id: guid,
  kind: z.enum(["user", "group", "unknown"]),
  name: text(256),
  isBackup: z.boolean(),
});
const givenSchema = z.strictObject({
  endRequired: z.boolean(),
  maxMinutes: minutes.nullable(),
  justification: z.boolean(),
  ticket: z.boolean(),
  mfa: z.boolean(),
});
const mailSchema = z.strictObject({
  place: z.enum(MAIL_PLACES),
  to: z.enum(MAIL_READERS),
  level: text(20),
  defaults: z.boolean(),
  others: z.array(z.email("Must be an address such as soc@contoso.example.").max(254)).max(50),
});
const settingsSchema: z.ZodType<PolicySettings> = z.strictObject({
  activation: z.strictObject({
    maxMinutes: minutes.nullable(),
    justification: z.boolean(),
    ticket: z.boolean(),
    mfa: z.boolean(),
    authenticationContext: z
      .string()
      .regex(/^c[1-9]\d?$/, "Must be c1 to c99.")
      .nullable(),
    approval: z.strictObject({
      required: z.boolean(),
      requiredForExtension: z.boolean(),
      mode: text(40),
      approvers: z.array(approverSchema).max(20),
      approverReasonRequired: z.boolean(),
    }),
  }),
  eligible: givenSchema,
  active: givenSchema,
  mails: z.array(mailSchema).max(9).nullable(),
});

const grant = { requestName: guid, principalId: guid, roleId: guid, scope: scopeSchema, justification: text(500) };

const requestSchema: z.ZodType<ManageRequest> = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("schedule"),
    ...grant,
    of: z.enum(["eligible", "active"]),
    requestType: z.enum(ADMIN_REQUEST_TYPES),
    targetScheduleId: guid.nullable(),
    startsAt: time.nullable(),
    end: endSchema,
    ticket: z.strictObject({ number: text(100), system: text(100) }).nullable(),
  }),
  z.strictObject({ kind: z.literal("convert"), ...grant, assignmentId: idOf("roleAssignments"), end: endSchema }),
  z.strictObject({
    kind: z.literal("restore"),
    ...grant,
    assignmentName: guid,
    principalType: z.enum(["User", "Group", "ServicePrincipal", "ForeignGroup", "Device"]),
    description: text(2_048).nullable(),
  }),
  z.strictObject({
    kind: z.literal("policy"),
    policyId: idOf("roleManagementPolicies"),
    roleId: guid,
    scope: scopeSchema,
    settings: settingsSchema,
  }),
]);

const requestsSchema = z.array(requestSchema).min(1).max(100);

export const managePreviewSchema: z.ZodType<ManagePreviewInput> = z.strictObject({ requests: requestsSchema });

export const manageInputSchema: z.ZodType<ManageInput> = z.strictObject({
  setId: guid,
  requests: requestsSchema,
  stamp: z.string().regex(/^[0-9a-f]{64}$/, "Must be the stamp of a preview."),
  confirmText: text(512),
});

export const manageParamsSchema = z.strictObject({ id: guid });

export const policiesQuerySchema = z.strictObject({ all: z.enum(["0", "1"]).default("0") });

export const ruleQuerySchema = z.strictObject({ of: z.enum(["eligible", "active"]), scope: scopeSchema, roleId: guid });
