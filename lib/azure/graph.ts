import "server-only";
import { z } from "zod";
import type { ServicePrincipalInfo } from "@/lib/domain/api";
import type { CertificateKey } from "@/lib/domain/certificate";
import { AppError } from "@/lib/domain/errors";
import { followPages, type Page } from "./paging";
import type { AzurePipeline } from "./pipeline";
import type { CallOptions, GraphPort } from "./ports";
import { createRestClient, type RestAnswer, unexpectedShape } from "./rest-client";

const GRAPH_PAGE = 999;
const SELECT = "id,appId,displayName,accountEnabled,alternativeNames,createdDateTime,keyCredentials";
const MACHINE_SEGMENT = "/providers/microsoft.hybridcompute/machines/";

const text = z.string().nullish().catch(null);

const keyWireSchema = z.looseObject({
  keyId: text,
  customKeyIdentifier: text,
  startDateTime: text,
  endDateTime: text,
});

const servicePrincipalWireSchema = z.looseObject({
  id: z.string(),
  appId: text,
  displayName: text,
  accountEnabled: z.boolean().nullish().catch(null),
  alternativeNames: z.array(z.unknown()).nullish().catch(null),
  createdDateTime: text,
  keyCredentials: z.array(z.unknown()).nullish().catch(null),
});

const listWireSchema = z.looseObject({ value: z.array(z.unknown()), "@odata.nextLink": text });

const meWireSchema = z.looseObject({ id: z.string(), userPrincipalName: text, displayName: text, userType: text });

/** One keyCredentials entry; null when it carries no readable end date, which makes it useless. */
function toKey(raw: unknown): CertificateKey | null {
  const wire = keyWireSchema.safeParse(raw);
  if (!wire.success) return null;
  const { endDateTime, startDateTime, keyId, customKeyIdentifier } = wire.data;
  if (typeof endDateTime !== "string" || Number.isNaN(Date.parse(endDateTime))) return null;
  return {
    keyId: keyId ?? "",
    thumbprint: customKeyIdentifier ?? null,
    startsAt: startDateTime ?? endDateTime,
    endsAt: endDateTime,
  };
}

/** A service principal as Graph sends it; null for an object that is none. Source: Graph v1.0 servicePrincipal. */
export function toServicePrincipal(raw: unknown): ServicePrincipalInfo | null {
  const wire = servicePrincipalWireSchema.safeParse(raw);
  if (!wire.success) return null;
  const { id, appId, displayName, accountEnabled, alternativeNames, createdDateTime, keyCredentials } = wire.data;
  return {
    id,
    appId: appId ?? "",
    displayName: displayName ?? "",
    // Absent means enabled: Graph omits the property only where it was not asked for.
    accountEnabled: accountEnabled ?? true,
    alternativeNames: (alternativeNames ?? []).filter((name) => typeof name === "string"),
    createdAt: createdDateTime ?? null,
    keys: (keyCredentials ?? []).map(toKey).filter((key) => key !== null),
  };
}

/** True when the identity belongs to an Arc machine: its alternative names then hold the machine's ARM id. */
export function isMachineIdentity(principal: ServicePrincipalInfo): boolean {
  return principal.alternativeNames.some((name) => name.toLowerCase().includes(MACHINE_SEGMENT));
}

function principalsOf(values: readonly unknown[]): ServicePrincipalInfo[] {
  return values.map(toServicePrincipal).filter((principal) => principal !== null);
}

/** Microsoft Graph v1.0 reads. Every call may throw AppError; 403 means that the operator or the app may not read this. */
export function createGraph(args: { pipeline: AzurePipeline }): GraphPort {
  const rest = createRestClient(args.pipeline);

  function toPage(answer: RestAnswer): Page<ServicePrincipalInfo[]> {
    const list = listWireSchema.safeParse(answer.body);
    if (!list.success) throw unexpectedShape(args.pipeline, "managed identities", answer.requestId);
    return { items: principalsOf(list.data.value).filter(isMachineIdentity), nextLink: list.data["@odata.nextLink"] ?? null };
  }

  function identityPages(options: CallOptions, eventual: boolean) {
    const headers: Record<string, string> = eventual ? { ConsistencyLevel: "eventual" } : {};
    const query = {
      $filter: "servicePrincipalType eq 'ManagedIdentity'",
      $select: SELECT,
      $top: String(GRAPH_PAGE),
      ...(eventual ? { $count: "true" } : {}),
    };
    const subject = "the list of managed identities";
    const get = async (url: string, first: boolean) =>
      toPage(await rest.send({ ...options, method: "GET", url, headers, subject, ...(first ? { query } : {}) }));
    return followPages({
      service: "graph",
      subject: "managed identities",
      first: () => get("/v1.0/servicePrincipals", true),
      next: (link) => get(link, false),
    });
  }

  return {
    async getServicePrincipal(objectId, options = {}) {
      const answer = await rest.send({
        ...options,
        method: "GET",
        url: `/v1.0/servicePrincipals/${encodeURIComponent(objectId)}`,
        query: { $select: SELECT },
        subject: `service principal ${objectId}`,
        accept: [404],
      });
      if (answer.status === 404) return null;
      const principal = toServicePrincipal(answer.body);
      if (principal === null) throw unexpectedShape(args.pipeline, `service principal ${objectId}`, answer.requestId);
      return principal;
    },

    async *managedIdentityPages(options = {}) {
      let started = false;
      try {
        for await (const page of identityPages(options, false)) {
          started = true;
          yield page;
        }
      } catch (error) {
        // Some tenants take this filter only as an advanced query.
        if (started || !(error instanceof AppError) || error.azure?.status !== 400) throw error;
        yield* identityPages(options, true);
      }
    },

    async servicePrincipalsByIds(ids, options = {}) {
      const answer = await rest.send({
        ...options,
        method: "POST",
        url: "/v1.0/directoryObjects/getByIds",
        body: { ids, types: ["servicePrincipal"] },
        subject: "the service principals of machines",
        asksOnly: true,
      });
      const list = listWireSchema.safeParse(answer.body);
      if (!list.success) throw unexpectedShape(args.pipeline, "service principals", answer.requestId);
      return principalsOf(list.data.value);
    },

    async mayRead(what, options = {}) {
      const probe =
        what === "people"
          ? { url: "/v1.0/users", query: { $select: "id", $top: "1" } }
          : { url: "/v1.0/servicePrincipals", query: { $select: "id,keyCredentials", $top: "1" } };
      const answer = await rest.send({
        ...options,
        ...probe,
        method: "GET",
        subject: `the right to read ${what}`,
        accept: [403],
      });
      return answer.status !== 403;
    },

    async me(options = {}) {
      const answer = await rest.send({
        ...options,
        method: "GET",
        url: "/v1.0/me",
        query: { $select: "id,displayName,userPrincipalName,userType" },
        subject: "your own account",
      });
      const wire = meWireSchema.safeParse(answer.body);
      if (!wire.success) throw unexpectedShape(args.pipeline, "your own account", answer.requestId);
      const { id, userPrincipalName, displayName, userType } = wire.data;
      return { id, userPrincipalName: userPrincipalName ?? "", displayName: displayName ?? "", userType: userType ?? null };
    },
  };
}
