import "server-only";
import { z } from "zod";
import type {
  RolloutActionInput,
  RolloutPreflightInput,
  StartRolloutInput,
  TargetChoice,
  TaskSelect,
} from "@/lib/domain/rollout/api";
import { BOUNDED, boundSentence, PLAN_BOUNDS } from "@/lib/domain/rollout/plan";
import {
  CAUSE_KINDS,
  type RolloutPlan,
  type RolloutPrincipal,
  TASK_STATES,
  type WaveSize,
  type Work,
} from "@/lib/domain/rollout/types";
import { scopeSchema } from "../access/schemas";
import { extensionNameSchema, mdmIdSchema } from "../sign-in/inputs";

/** Bodies and queries of the roll-out routes. */

/** Most machines of one roll-out. */
export const MAX_TARGETS = PLAN_BOUNDS.machines;
/** 10,000 machine ids of the longest kind, and the plan. */
export const ROLLOUT_BODY_BYTES = 3 * 1024 * 1024;

const guid = z.guid().transform((id) => id.toLowerCase());
const MACHINE_ID =
  /^\/subscriptions\/[0-9a-f-]{36}\/resourceGroups\/[^/\\?#%\p{Cc}]{1,90}\/providers\/Microsoft\.HybridCompute\/machines\/[^/\\?#%\p{Cc}]{1,64}$/iu;
const machineIdSchema = z
  .string()
  .max(400)
  .refine((id) => MACHINE_ID.test(id) && !/\/\.{1,2}(\/|$)/.test(id), "Must be the id of an Arc-enabled server.");
const line = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine((text) => !/\p{Cc}/u.test(text), "Must be one line of text.");

const version = z.string().regex(/^\d{1,10}(\.\d{1,10}){1,3}$/, "Must be a version such as 2.1.0.0.");
const principal: z.ZodType<RolloutPrincipal> = z.strictObject({
  id: guid,
  type: z.enum(["User", "Group", "ServicePrincipal"]),
  name: line(256),
});
const role = { roleDefinitionId: guid, roleName: line(512), principal };

const workSchema: z.ZodType<Work> = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("windowsSignIn.install"),
    extensionName: extensionNameSchema,
    mdmId: mdmIdSchema,
    version: version.nullable(),
  }),
  z.strictObject({ kind: z.literal("windowsSignIn.settings"), mdmId: mdmIdSchema }),
  z.strictObject({ kind: z.enum(["windowsSignIn.upgrade", "linuxSignIn.upgrade"]), version }),
  z.strictObject({ kind: z.enum(["windowsSignIn.uninstall", "linuxSignIn.uninstall"]) }),
  z.strictObject({ kind: z.literal("linuxSignIn.install"), extensionName: extensionNameSchema, version: version.nullable() }),
  z.strictObject({ kind: z.literal("role.assign"), ...role }),
]);

const targetsSchema: z.ZodType<TargetChoice> = z.discriminatedUnion("by", [
  z.strictObject({
    by: z.literal("machines"),
    machineIds: z.array(machineIdSchema).min(1).max(MAX_TARGETS),
    describedAs: line(500),
  }),
  z.strictObject({ by: z.literal("scope"), scope: scopeSchema }),
]);

const whole = (min: number, max: number) => z.number().int().min(min).max(max);
/** A number of the plan within its bounds, refused in the same words as by the domain. */
const bounded = (of: keyof typeof BOUNDED) => {
  const { least, most } = PLAN_BOUNDS[of];
  const words = boundSentence(BOUNDED[of], PLAN_BOUNDS[of]);
  return z.number(words).int(words).min(least, words).max(most, words);
};
const size: z.ZodType<WaveSize> = z.strictObject({
  unit: z.enum(["machines", "percent"]),
  value: z.number().min(0).max(MAX_TARGETS),
});
const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "Must be a time such as 22:30.");

/** The shape only; whether the values make sense together is decided by the domain, which names the field. */
const planSchema: z.ZodType<RolloutPlan> = z.strictObject({
  canary: whole(0, MAX_TARGETS),
  waves: z.array(size).max(PLAN_BOUNDS.waves.most),
  pause: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("none") }),
    z.strictObject({ kind: z.literal("minutes"), minutes: bounded("pauseMinutes") }),
    z.strictObject({ kind: z.literal("person") }),
  ]),
  concurrency: bounded("concurrency"),
  threshold: size,
  onThreshold: z.enum(["hold", "stop"]),
  retries: z.partialRecord(z.enum(CAUSE_KINDS), whole(0, 100)) as z.ZodType<RolloutPlan["retries"]>,
  retryAfterMinutes: bounded("retryAfterMinutes"),
  window: z.strictObject({ days: z.array(whole(1, 7)).max(7), from: time, to: time, timeZone: line(64) }).nullable(),
  offline: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("skip") }),
    z.strictObject({ kind: z.literal("wait"), until: z.iso.datetime({ offset: true }) }),
  ]),
  giveUpAfterMinutes: bounded("giveUpAfterMinutes"),
  removeFailed: z.boolean(),
  grant: z
    .strictObject({
      ...role,
      at: z.discriminatedUnion("kind", [
        z.strictObject({ kind: z.literal("machines") }),
        z.strictObject({ kind: z.literal("scope"), scope: scopeSchema }),
      ]),
    })
    .nullable(),
});

export const rolloutPreflightSchema: z.ZodType<RolloutPreflightInput> = z.strictObject({
  work: workSchema,
  targets: targetsSchema,
  plan: planSchema,
  actsAs: z.enum(["operator", "managedIdentity"]).exactOptional(),
});

export const startRolloutSchema: z.ZodType<StartRolloutInput> = z.strictObject({
  id: guid,
  name: line(120),
  work: workSchema,
  targets: targetsSchema,
  plan: planSchema,
  stamp: z.string().regex(/^[0-9a-f]{64}$/, "Must be the stamp of a preflight."),
  includeConfirm: z.boolean(),
  typedCount: whole(0, MAX_TARGETS),
  actsAs: z.enum(["operator", "managedIdentity"]),
});

const waveNumber = whole(1, 10_000);
const select: z.ZodType<TaskSelect> = z.discriminatedUnion("by", [
  z.strictObject({ by: z.literal("positions"), positions: z.array(whole(0, MAX_TARGETS)).min(1).max(MAX_TARGETS) }),
  z.strictObject({ by: z.literal("cause"), cause: z.enum(CAUSE_KINDS), code: z.string().max(200) }),
  z.strictObject({ by: z.literal("group"), subscriptionId: guid, resourceGroup: line(90) }),
]);

export const rolloutActionSchema: z.ZodType<RolloutActionInput> = z.discriminatedUnion("action", [
  z.strictObject({ action: z.enum(["pause", "resume", "cancel"]) }),
  z.strictObject({ action: z.enum(["go", "stopWave"]), wave: waveNumber }),
  z.strictObject({ action: z.literal("exclude"), select }),
  z.strictObject({ action: z.enum(["retry", "recheck"]), select }),
]);

export const rolloutParamsSchema = z.strictObject({ id: guid });
export const rolloutTaskParamsSchema = z.strictObject({
  id: guid,
  position: z
    .string()
    .regex(/^\d{1,5}$/)
    .transform(Number),
});

export const taskQuerySchema = z.strictObject({
  /** One state, or several separated by commas: people think in groups of them. */
  state: z
    .string()
    .max(200)
    .transform((text) => text.split(","))
    .pipe(z.array(z.enum(TASK_STATES)))
    .optional(),
  cause: z.enum(CAUSE_KINDS).optional(),
  code: z.string().min(1).max(200).optional(),
  wave: z
    .string()
    .regex(/^[1-9]\d{0,4}$/)
    .transform(Number)
    .optional(),
  search: z.string().trim().max(64).optional(),
  cursor: z
    .string()
    .regex(/^\d{1,6}$/, "Must be the cursor of the page before.")
    .optional(),
});
export type TaskQuery = z.output<typeof taskQuerySchema>;

export const reportQuerySchema = z.strictObject({ format: z.enum(["json", "csv"]) });
