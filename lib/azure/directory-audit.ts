import "server-only";
import { z } from "zod";
import { lastSegment, normaliseScope } from "@/lib/domain/access/scope";
import type { DirectoryAuditFacts } from "@/lib/domain/elevation/history/from-directory";
import { isoTime } from "@/lib/domain/elevation/history/types";
import type { PimPrincipal } from "@/lib/domain/elevation/write-api";
import type { HistoryPort } from "./history-ports";
import { followPages } from "./paging";
import type { AzurePipeline } from "./pipeline";
import { createRestClient, type RestAnswer, unexpectedShape } from "./rest-client";

const PAGE = "500";
const text = z.string().nullish().catch(null);
const listSchema = z.looseObject({ value: z.array(z.unknown()), "@odata.nextLink": text });
const targetSchema = z.looseObject({ id: text, displayName: text, type: text, userPrincipalName: text });
const detailSchema = z.looseObject({ key: text, value: text });
const list = <T extends z.ZodType>(item: T) =>
  z
    .array(z.unknown())
    .nullish()
    .catch(null)
    .transform((all) =>
      (all ?? []).flatMap((one) => {
        const wire = item.safeParse(one);
        return wire.success ? [wire.data as z.output<T>] : [];
      }),
    );
const entrySchema = z.looseObject({
  id: z.string(),
  activityDateTime: z.string(),
  activityDisplayName: z.string(),
  result: text,
  resultReason: text,
  initiatedBy: z
    .looseObject({ user: z.looseObject({ id: text, displayName: text, userPrincipalName: text }).nullish().catch(null) })
    .nullish()
    .catch(null),
  targetResources: list(targetSchema),
  additionalDetails: list(detailSchema),
});
type Target = z.output<typeof targetSchema>;

function personOf(
  raw:
    | { id?: string | null | undefined; displayName?: string | null | undefined; userPrincipalName?: string | null | undefined }
    | null
    | undefined,
): PimPrincipal | null {
  if (raw?.id == null || raw.id === "") return null;
  const upn = raw.userPrincipalName ?? "";
  return { id: raw.id.toLowerCase(), kind: "user", name: raw.displayName || upn || raw.id, detail: upn };
}

function principalOf(targets: readonly Target[], actorId: string | undefined): PimPrincipal | null {
  const people = targets.filter(({ type }) => /^(user|group|serviceprincipal)$/i.test(type ?? ""));
  // Role, requester, approver is the order; whoever acts is the approver unless alone (PIM: audit history).
  const target = people.find(({ id }) => id?.toLowerCase() !== actorId) ?? people[0];
  const person = personOf(target);
  if (person === null) return null;
  const type = (target?.type ?? "").toLowerCase();
  return { ...person, kind: type === "group" ? "group" : type === "user" ? "user" : "servicePrincipal" };
}

/** An entry with what its targets and details name; null for what is none. Names of details differ in case only. */
export function toDirectoryAudit(raw: unknown): DirectoryAuditFacts | null {
  const wire = entrySchema.safeParse(raw);
  const at = wire.success ? isoTime(wire.data.activityDateTime) : null;
  if (!wire.success || at === null) return null;
  const { data } = wire;
  const details = new Map(data.additionalDetails.map(({ key, value }) => [(key ?? "").toLowerCase(), value ?? ""]));
  const detail = (...names: string[]) =>
    names.map((name) => details.get(name)).find((value) => value !== undefined && value !== "");
  const target = (pattern: RegExp) => data.targetResources.find(({ type }) => pattern.test(type ?? ""));
  const actor = personOf(data.initiatedBy?.user);
  const role = target(/^role$/i);
  const request = detail("requestid") ?? target(/^request$/i)?.id;
  const scope =
    detail("resourcescope", "scope", "resourceid", "scopeid") ??
    data.targetResources.find(({ id }) => id?.startsWith("/") === true && !/roledefinitions/i.test(id ?? ""))?.id;
  const number = detail("ticketnumber");
  return {
    id: data.id,
    at,
    activity: data.activityDisplayName,
    failed: data.result?.toLowerCase() === "failure",
    reason: data.resultReason ?? "",
    actor,
    requestName: request == null || request === "" ? null : lastSegment(request),
    principal: principalOf(data.targetResources, actor?.id),
    role: role?.id == null ? null : { id: lastSegment(role.id), name: role.displayName || lastSegment(role.id) },
    scope: scope == null ? null : normaliseScope(scope),
    scopeName: target(/^(resource|subscription|resourcegroup|managementgroup|other)/i)?.displayName ?? "",
    justification: detail("justification") ?? "",
    ticket: number === undefined ? null : { number, system: detail("ticketsystem") ?? "" },
  };
}

/** The directory's audit log of service PIM. Microsoft keeps 30 days (7 without a premium licence). */
export function createDirectoryAudit(args: { pipeline: AzurePipeline }): Pick<HistoryPort, "directoryAudits"> {
  const rest = createRestClient(args.pipeline);
  const subject = "the directory's audit log";

  function toPage(answer: RestAnswer) {
    const page = listSchema.safeParse(answer.body);
    if (!page.success) throw unexpectedShape(args.pipeline, subject, answer.requestId);
    return { items: page.data.value, nextLink: page.data["@odata.nextLink"] ?? null };
  }

  return {
    async directoryAudits(from, options = {}) {
      const query = { $filter: `loggedByService eq 'PIM' and activityDateTime ge ${from}`, $top: PAGE };
      const pages = followPages({
        service: "graph",
        subject,
        first: async () =>
          toPage(await rest.send({ ...options, method: "GET", url: "/v1.0/auditLogs/directoryAudits", query, subject })),
        next: async (url) => toPage(await rest.send({ ...options, method: "GET", url, subject })),
      });
      const entries: DirectoryAuditFacts[] = [];
      for await (const page of pages) entries.push(...page.map(toDirectoryAudit).filter((entry) => entry !== null));
      return entries;
    },
  };
}
