import "server-only";
import { z } from "zod";
import { AppError } from "@/lib/domain/errors";
import type { DirectoryKind, DirectoryPort, DirectoryRow, GroupMembers } from "./access-ports";
import { readDevicesByNames } from "./devices";
import { batchGet, type GraphBatch } from "./graph-batch";
import { followPages, type Page } from "./paging";
import type { AzurePipeline } from "./pipeline";
import type { CallOptions } from "./ports";
import { createRestClient, type RestAnswer, type RestClient, unexpectedShape } from "./rest-client";

const IDS_PER_CALL = 1_000;
/** Calls at the same time: Graph counts units in ten seconds, so a burst is fine and a flood is not. */
const LANES = 4;
const MEMBERS_PER_PAGE = 999;
const SELECT = "id,displayName,userPrincipalName,userType,accountEnabled,servicePrincipalType,alternativeNames,appId";

const listWireSchema = z.looseObject({ value: z.array(z.unknown()), "@odata.nextLink": z.string().nullish().catch(null) });

const KINDS: Record<string, DirectoryKind> = {
  "#microsoft.graph.user": "user",
  "#microsoft.graph.group": "group",
  "#microsoft.graph.serviceprincipal": "servicePrincipal",
};

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

/**
 * A directory object as a row; null for what has no id. Lists of one type carry no @odata.type, hence `assumed`. Read field by
 * field: tens of thousands of members pass here.
 */
export function toDirectoryRow(raw: unknown, assumed: DirectoryKind = "other"): DirectoryRow | null {
  if (typeof raw !== "object" || raw === null) return null;
  const wire = raw as Readonly<Record<string, unknown>>;
  if (typeof wire.id !== "string") return null;
  const names = Array.isArray(wire.alternativeNames) ? wire.alternativeNames : [];
  return {
    id: wire.id,
    kind: KINDS[(textOf(wire["@odata.type"]) ?? "").toLowerCase()] ?? assumed,
    displayName: textOf(wire.displayName) ?? "",
    userPrincipalName: textOf(wire.userPrincipalName),
    appId: textOf(wire.appId),
    userType: textOf(wire.userType),
    accountEnabled: typeof wire.accountEnabled === "boolean" ? wire.accountEnabled : null,
    servicePrincipalType: textOf(wire.servicePrincipalType),
    alternativeNames: names.filter((name) => typeof name === "string"),
  };
}

function rowsOf(values: readonly unknown[], assumed?: DirectoryKind): DirectoryRow[] {
  return values.map((value) => toDirectoryRow(value, assumed)).filter((row) => row !== null);
}

/** Runs `work` over the items, a few at a time, results in the order of the items. The first failure ends it. */
async function inLanes<Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = new Array(items.length);
  let next = 0;
  async function lane(): Promise<void> {
    for (let at = next++; at < items.length; at = next++) {
      const item = items[at];
      if (item !== undefined) results[at] = await work(item);
    }
  }
  await Promise.all(Array.from({ length: Math.min(LANES, items.length) }, lane));
  return results;
}

function chunks<Item>(items: readonly Item[], size: number): Item[][] {
  const result: Item[][] = [];
  for (let at = 0; at < items.length; at += size) result.push(items.slice(at, at + size));
  return result;
}

/** Rest of a large group, from the next link of its first page. Reading stops at `limit` members. */
async function restOfGroup(
  rest: RestClient,
  start: { groupId: string; rows: DirectoryRow[]; nextLink: string },
  limit: number,
  options: CallOptions,
): Promise<GroupMembers> {
  const { groupId } = start;
  const members = start.rows;
  const load = async (url: string): Promise<Page<DirectoryRow[]>> => {
    const answer = await rest.send({ ...options, method: "GET", url, subject: `the members of group ${groupId}` });
    const list = listWireSchema.safeParse(answer.body);
    if (!list.success) return { items: [], nextLink: null };
    return { items: rowsOf(list.data.value), nextLink: list.data["@odata.nextLink"] ?? null };
  };
  const pages = followPages({ service: "graph", subject: "group members", first: () => load(start.nextLink), next: load });
  for await (const page of pages) {
    for (const row of page) members.push(row);
    if (members.length >= limit) return { groupId, members, complete: false, error: tooLarge(limit) };
  }
  return { groupId, members, complete: true, error: null };
}

function tooLarge(limit: number): AppError {
  return new AppError({ code: "upstream", message: `The group has more than ${limit} members; the rest was not read.` });
}

/**
 * The members of one group are refused although others may be read: hidden membership takes a permission of its own.
 * Source: Graph, "List group members", permissions for groups with hidden membership.
 */
function hidden(refused: AppError): AppError {
  return new AppError({
    code: refused.code,
    message: `${refused.message} When a group hides its members, the portal reads them only after an administrator has granted it the Graph permission Member.Read.Hidden.`,
    ...(refused.azure === undefined ? {} : { azure: refused.azure }),
  });
}

function firstPage(groupId: string, answer: GraphBatch): { rows: DirectoryRow[]; nextLink: string | null } | { error: unknown } {
  if (answer.error !== null) return { error: answer.error.code === "forbidden" ? hidden(answer.error) : answer.error };
  const list = listWireSchema.safeParse(answer.body);
  if (!list.success)
    return { error: new AppError({ code: "upstream", message: `The members of group ${groupId} came in an unknown form.` }) };
  return { rows: rowsOf(list.data.value), nextLink: list.data["@odata.nextLink"] ?? null };
}

/** Words of a search as one quoted clause: quotes and backslashes would end it (Graph, "$search query parameter"). */
function searchClause(property: string, words: string): string {
  return `"${property}:${words.replaceAll(/["\\]/g, " ")}"`;
}

/**
 * People, groups and service principals of the directory. Every call may throw AppError; 403 means that the operator or the
 * app may not read the directory. Source: Graph v1.0 directoryObject getByIds, group members, JSON batching.
 */
export function createDirectory(args: { pipeline: AzurePipeline }): DirectoryPort {
  const rest = createRestClient(args.pipeline);

  function listOf(answer: RestAnswer, subject: string): { value: unknown[]; nextLink: string | null } {
    const list = listWireSchema.safeParse(answer.body);
    if (!list.success) throw unexpectedShape(args.pipeline, subject, answer.requestId);
    return { value: list.data.value, nextLink: list.data["@odata.nextLink"] ?? null };
  }

  async function byIdsOnce(ids: readonly string[], options: CallOptions, selects: boolean): Promise<DirectoryRow[]> {
    const answer = await rest.send({
      ...options,
      method: "POST",
      url: "/v1.0/directoryObjects/getByIds",
      ...(selects ? { query: { $select: SELECT } } : {}),
      body: { ids, types: ["user", "group", "servicePrincipal", "device"] },
      subject: "the names of principals",
      asksOnly: true,
    });
    return rowsOf(listOf(answer, "principals").value);
  }

  async function byIdsChunk(ids: readonly string[], options: CallOptions): Promise<DirectoryRow[]> {
    try {
      return await byIdsOnce(ids, options, true);
    } catch (error) {
      // Whether this call takes $select is not documented everywhere; without it whole objects come, which is fine.
      if (!(error instanceof AppError) || error.azure?.status !== 400) throw error;
      return byIdsOnce(ids, options, false);
    }
  }

  async function finish(groupId: string, answer: GraphBatch, limit: number, options: CallOptions): Promise<GroupMembers> {
    const page = firstPage(groupId, answer);
    if ("error" in page) return { groupId, members: [], complete: false, error: page.error };
    if (page.nextLink === null) return { groupId, members: page.rows, complete: true, error: null };
    try {
      return await restOfGroup(rest, { groupId, rows: page.rows, nextLink: page.nextLink }, limit, options);
    } catch (error) {
      if (options.signal?.aborted) throw error;
      return { groupId, members: page.rows, complete: false, error };
    }
  }

  async function searchKind(
    kind: DirectoryKind,
    path: string,
    properties: string[],
    words: string,
    top: number,
    options: CallOptions,
  ) {
    const answer = await rest.send({
      ...options,
      method: "GET",
      url: `/v1.0/${path}`,
      query: {
        $search: properties.map((property) => searchClause(property, words)).join(" OR "),
        $select: SELECTS[path] ?? "id,displayName",
        $top: String(top),
        $count: "true",
      },
      headers: { ConsistencyLevel: "eventual" },
      subject: `the search in ${path}`,
    });
    return rowsOf(listOf(answer, path).value, kind);
  }

  return {
    async byIds(ids, options = {}) {
      const unique = [...new Set(ids.map((id) => id.toLowerCase()))];
      return (await inLanes(chunks(unique, IDS_PER_CALL), (chunk) => byIdsChunk(chunk, options))).flat();
    },
    async membersOf(groupIds, limit, options = {}) {
      const urls = groupIds.map((id) => `/groups/${encodeURIComponent(id)}/members?$select=${SELECT}&$top=${MEMBERS_PER_PAGE}`);
      const answers = await batchGet(rest, urls, LANES, options);
      return inLanes(
        groupIds.map((groupId, index) => ({ groupId, answer: answers[index] })),
        ({ groupId, answer }) => finish(groupId, answer ?? { body: null, error: tooLarge(0) }, limit, options),
      );
    },
    async groupIdsOf(objectId, options = {}) {
      const subject = "the groups of the identity";
      const load = async (url: string, first: boolean): Promise<Page<DirectoryRow[]>> => {
        const query = { $select: "id,displayName", $top: String(MEMBERS_PER_PAGE) };
        const answer = await rest.send({ ...options, method: "GET", url, subject, ...(first ? { query } : {}) });
        const { value, nextLink } = listOf(answer, subject);
        return { items: rowsOf(value), nextLink };
      };
      const url = `/v1.0/servicePrincipals/${encodeURIComponent(objectId)}/transitiveMemberOf`;
      const pages = followPages({ service: "graph", subject, first: () => load(url, true), next: (link) => load(link, false) });
      const ids: string[] = [];
      for await (const page of pages) ids.push(...page.filter((row) => row.kind === "group").map((row) => row.id));
      return ids;
    },
    devicesByNames: (names, options = {}) => readDevicesByNames(rest, names, options),
    async search(words, top, options = {}) {
      const found = await Promise.all([
        searchKind("user", "users", ["displayName", "userPrincipalName"], words, top, options),
        searchKind("group", "groups", ["displayName"], words, top, options),
        searchKind("servicePrincipal", "servicePrincipals", ["displayName"], words, top, options),
      ]);
      return found.flat();
    },
  };
}

const SELECTS: Record<string, string> = {
  users: "id,displayName,userPrincipalName,userType,accountEnabled",
  groups: "id,displayName",
  servicePrincipals: "id,displayName,accountEnabled,servicePrincipalType,alternativeNames,appId",
};
