import { randomUUID } from "node:crypto";
import type { Json } from "../arm/request-reading.ts";
import { type Answer, armTestClient } from "../arm/test-client.ts";
import { issueToken } from "../control/token-desk.ts";
import type { LocalAzure } from "../core/start.ts";
import { personaId } from "../world/personas.ts";
import { type SubscriptionKey, subscriptionIdOf } from "../world/places.ts";

export const PIM = "2020-10-01";
export const APPROVALS = "2021-01-01-preview";
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const ADA = "ada.admin@contoso.example";
export const ANTON = "anton.approver@contoso.example";
export const OPERATOR = "olivia.operator@contoso.example";
export const OPERATOR_ID = personaId("olivia.operator");
export const sub = (key: SubscriptionKey): string => `/subscriptions/${subscriptionIdOf(key)}`;

export type Put = {
  name?: string;
  upn?: string;
  kind?: "Assignment" | "Eligibility";
  acrs?: string[];
  capabilities?: string[];
  amr?: string[];
};

export type PimTestClient = {
  /** Asks as the operator unless told otherwise; the properties stand over those of an activation of one hour. */
  put(scope: string, role: string, over?: Json, how?: Put): Promise<Answer>;
  get(path: string, upn?: string): Promise<Answer>;
  post(path: string, upn?: string, body?: unknown): Promise<Answer>;
  patch(path: string, upn: string, body: unknown): Promise<Answer>;
  remove(path: string, upn: string): Promise<Answer>;
  list(scope: string, type: string, filter: string | null, upn?: string): Promise<Answer>;
  approval(approvalId: string, upn: string): Promise<Answer>;
  decide(approvalId: string, upn: string, body: unknown, method?: "PATCH" | "PUT"): Promise<Answer>;
};

export const requestsPath = (scope: string, kind: "Assignment" | "Eligibility" = "Assignment"): string =>
  `${scope === "/" ? "" : scope}/providers/Microsoft.Authorization/role${kind}ScheduleRequests`;

export const propertiesOf = (answer: Answer): Json => (answer.body.properties ?? {}) as Json;

/** Privileged Identity Management of a running local Azure over raw HTTP. */
export function pimTestClient(azure: () => LocalAzure): PimTestClient {
  const arm = armTestClient(azure);
  async function headers({ upn = OPERATOR, acrs, capabilities, amr }: Put): Promise<Record<string, string>> {
    if (acrs === undefined && capabilities === undefined && amr === undefined) return {};
    const order = {
      upn,
      resource: "arm" as const,
      ...(acrs ? { acrs } : {}),
      ...(capabilities ? { capabilities } : {}),
      ...(amr ? { amr } : {}),
    };
    return { authorization: `Bearer ${await issueToken(azure().instance, order)}` };
  }
  const call = (method: string, path: string, upn = OPERATOR, body?: unknown, apiVersion = PIM): Promise<Answer> =>
    arm.call(method, path, { upn, apiVersion, ...(body === undefined ? {} : { body }) });
  return {
    put: async (scope, role, over = {}, how = {}) => {
      const properties = {
        principalId: OPERATOR_ID,
        roleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${role}`,
        requestType: "SelfActivate",
        scheduleInfo: { expiration: { type: "AfterDuration", duration: "PT1H" } },
        ...over,
      };
      const path = `${requestsPath(scope, how.kind)}/${how.name ?? randomUUID()}`;
      return arm.call("PUT", path, {
        body: { properties },
        apiVersion: PIM,
        upn: how.upn ?? OPERATOR,
        headers: await headers(how),
      });
    },
    get: (path, upn) => call("GET", path, upn),
    post: (path, upn, body) => call("POST", path, upn, body),
    patch: (path, upn, body) => call("PATCH", path, upn, body),
    remove: (path, upn) => call("DELETE", path, upn),
    list: (scope, type, filter, upn) => {
      const query = filter === null ? "" : `?$filter=${encodeURIComponent(filter)}`;
      return call("GET", `${scope === "/" ? "" : scope}/providers/Microsoft.Authorization/${type}${query}`, upn);
    },
    approval: (approvalId, upn) => call("GET", approvalId, upn, undefined, APPROVALS),
    decide: async (approvalId, upn, body, method = "PATCH") => {
      const approval = await call("GET", approvalId, upn, undefined, APPROVALS);
      const { stages } = propertiesOf(approval) as { stages?: { name: string }[] };
      return call(method, `${approvalId}/stages/${stages?.[0]?.name ?? "none"}`, upn, body, APPROVALS);
    },
  };
}
