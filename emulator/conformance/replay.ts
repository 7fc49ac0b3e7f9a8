import type { LocalAzure } from "../core/start.ts";
import type { MachineSpec, ServicePrincipal, User } from "../world/types.ts";
import { CONTOSO_TENANT_ID } from "../world/types.ts";
import type { LocalClient, Reply } from "./local-client.ts";
import type { RecordedExchange } from "./recordings.ts";
import { type Family, familyOf, startsForeignOperation } from "./replay-families.ts";
import { addScriptExtension, REPLAY_GROUP } from "./replay-world.ts";
import { compareBodies, isSameShape } from "./shape.ts";

export type ReplayResult = { family: Family; file: string; index: number; label: string; differences: string[] };

const OPERATION_HEADERS = ["location", "azure-asyncoperation", "retry-after"];
/** Longer than any operation of local Azure. */
const OPERATION_END_MS = 3_600_000;

type Replay = {
  local: LocalAzure;
  client: LocalClient;
  machines: MachineSpec[];
  /** Recorded text -> local text, longest first when applied. */
  names: Map<string, string>;
  operation: { status: string | null; result: string | null };
  nextLink: string | null;
  skipsPolls: boolean;
};

/** Sends the recorded requests of one file in order to local Azure, aimed at objects of its world, and compares the answers. */
export async function replayFile(args: {
  local: LocalAzure;
  client: LocalClient;
  machines: MachineSpec[];
  rows: RecordedExchange[];
}): Promise<ReplayResult[]> {
  const replay: Replay = {
    ...args,
    names: new Map(),
    operation: { status: null, result: null },
    nextLink: null,
    skipsPolls: false,
  };
  learnArmNames(replay, args.rows);
  await rebuild(replay, args.rows);
  const results: ReplayResult[] = [];
  for (const row of args.rows) {
    if (row.method !== "GET") replay.skipsPolls = startsForeignOperation(row.method, row.url);
    const family = familyOf(row.method, row.url);
    const isPoll = /\/operation(status|results)\//i.test(row.url);
    if (!family || (isPoll && replay.skipsPolls)) continue;
    const reply = await send(replay, row, isPoll);
    remember(replay, reply);
    const label = `${row.method} ${new URL(row.url).pathname.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, "*")}`;
    results.push({ family, file: row.file, index: row.index, label, differences: differencesOf(row, reply, family) });
  }
  return results;
}

/** Machines get local names in the order in which the recording names them; one of them carries the script extension. */
function learnArmNames(replay: Replay, rows: RecordedExchange[]): void {
  const { names, machines } = replay;
  const [model] = machines;
  const free = [...machines];
  for (const { url, method } of rows) {
    const parts = new URL(url).pathname;
    const subscription = /\/subscriptions\/([^/]+)/i.exec(parts)?.[1];
    if (subscription) names.set(subscription, model?.subscriptionId ?? "");
    const group = /\/resourcegroups\/([^/]+)/i.exec(parts)?.[1];
    if (group) names.set(group, REPLAY_GROUP);
    const location = /\/locations\/([^/]+)/i.exec(parts)?.[1];
    if (location) names.set(location, model?.location ?? "");
    const machine = /\/machines\/([^/]+)/i.exec(parts)?.[1];
    if (machine && !names.has(machine)) {
      const spec = free.shift();
      if (spec) names.set(machine, spec.name);
    }
    if (method === "PATCH" && /\/extensions\//i.test(parts) && machine) {
      const spec = machines.find((candidate) => candidate.name === names.get(machine));
      if (spec) addScriptExtension(spec);
    }
  }
}

/** What a recording shows and a fresh world lacks: events to list, and a property that only the first preview answered. */
async function rebuild({ client, machines }: Replay, rows: RecordedExchange[]): Promise<void> {
  const hasEvents = rows.some((row) => familyOf(row.method, row.url) === "activity log" && row.status < 300);
  const spare = machines.at(-1);
  if (hasEvents && spare) {
    const path = `/subscriptions/${spare.subscriptionId}/resourceGroups/${spare.resourceGroup}/providers/Microsoft.HybridCompute/machines/${spare.name}/extensions/events`;
    const properties = { publisher: "Microsoft.Compute", type: "CustomScriptExtension", settings: {} };
    await client.arm("PUT", `${path}?api-version=2024-07-10`, { location: spare.location, properties });
  }
  if (JSON.stringify(rows).includes('"physicalLocation"') && rows.some((row) => row.url.includes("HybridCompute"))) {
    for (const spec of machines) spec.overrides = { "properties.physicalLocation": "rack 4" };
  }
}

function translate(replay: Replay, text: string): string {
  let result = text;
  for (const [recorded, local] of [...replay.names].sort((a, b) => b[0].length - a[0].length))
    result = result.replaceAll(recorded, local);
  return result;
}

async function send(replay: Replay, row: RecordedExchange, isPoll: boolean): Promise<Reply> {
  const { client, local } = replay;
  const url = new URL(row.url);
  if (url.host.startsWith("graph.")) return sendGraph(replay, row, url);
  if (isPoll) {
    // The clock stands where the recorded poll found the operation: running, or ended.
    if (row.responseBody?.status === "Succeeded" || row.url.includes("operationresults")) local.clock.advance(OPERATION_END_MS);
    const link = /operationresults/i.test(row.url) ? replay.operation.result : replay.operation.status;
    return client.arm("GET", link ?? `${url.pathname}${url.search}`);
  }
  if (/skiptoken/i.test(url.search) && replay.nextLink !== null) return client.arm("GET", replay.nextLink);
  if (/resourcegraph/i.test(url.pathname))
    return client.arm("POST", `${url.pathname}${url.search}`, await graphQuery(replay, row));
  const body = row.requestBody === undefined ? undefined : JSON.parse(translate(replay, JSON.stringify(row.requestBody)));
  const translated = translate(replay, `${url.pathname}${decodeURIComponent(url.search)}`);
  // A recorded refusal is about the filter itself, so that filter goes out unchanged.
  const target = row.status < 300 ? aimTarget(replay, translated) : translated;
  return client.arm(row.method, await aimVersion(client, target), aimBody(replay, body));
}

const MINUTE_MS = 60_000;

/** Filters name a principal that has an assignment here, and events of the last minutes that this world can hold. */
function aimTarget(replay: Replay, target: string): string {
  const { world, clock } = replay.local;
  const holder = world.roleAssignments.find((row) => row.tenantId === CONTOSO_TENANT_ID)?.principalId ?? "";
  const time = (ms: number) => new Date(ms).toISOString().replace(/\.\d{3}Z$/, "Z");
  return target
    .replace(/(principalId eq )'[^']+'/, `$1'${holder}'`)
    .replace(/resourceProvider eq Microsoft\.Authorization/, "resourceProvider eq Microsoft.HybridCompute")
    .replace(/(eventTimestamp ge )[^ &]+/, `$1${time(clock.nowMs() - 10 * MINUTE_MS)}`)
    .replace(/(eventTimestamp le )[^ &]+/, `$1${time(clock.nowMs() + 10 * MINUTE_MS)}`);
}

/** A single extension version is asked for by one that the catalogue has. */
async function aimVersion(client: LocalClient, target: string): Promise<string> {
  const parts = /^(.*\/versions)\/[^/?]+(\?.*)$/.exec(target);
  if (!parts?.[1] || parts[2] === undefined) return target;
  const { json } = await client.arm("GET", `${parts[1]}${parts[2]}`);
  const [first] = Array.isArray(json.value) ? (json.value as { properties?: { version?: string } }[]) : [];
  return `${parts[1]}/${first?.properties?.version ?? "none"}${parts[2]}`;
}

type AssignmentBody = { properties: { principalId: string; principalType?: string; requestType?: string } };

function isAssignment(body: unknown): body is AssignmentBody {
  return typeof (body as AssignmentBody | undefined)?.properties?.principalId === "string";
}

/** A PUT must name the region of the machine it goes to, and an assignment a principal of this directory. */
function aimBody(replay: Replay, body: unknown): unknown {
  if (isAssignment(body)) {
    const { users, servicePrincipals } = replay.local.world;
    const isPerson = body.properties.principalType === "User" || body.properties.requestType !== undefined;
    const principalId = isPerson ? users[0]?.id : servicePrincipals.keys().next().value;
    return { ...body, properties: { ...body.properties, principalId } };
  }
  if (typeof body !== "object" || body === null || !("location" in body)) return body;
  return { ...body, location: replay.machines[0]?.location };
}

type QueryBody = { subscriptions?: string[]; managementGroups?: string[]; query: string; options?: Record<string, unknown> };

/** Recorded queries look at local scopes; a recorded skip token becomes one for the same query, five rows on. */
async function graphQuery(replay: Replay, row: RecordedExchange): Promise<QueryBody> {
  const body = structuredClone(row.requestBody) as QueryBody;
  const { world } = replay.local;
  if (body.subscriptions)
    body.subscriptions = world.subscriptions.filter(({ tenantId }) => tenantId === CONTOSO_TENANT_ID).map(({ id }) => id);
  if (body.managementGroups) body.managementGroups = [CONTOSO_TENANT_ID];
  if (body.options?.$skipToken === undefined) return body;
  const begin = { ...body, options: { ...body.options, $top: 3 } };
  const { json } = await replay.client.arm("POST", "/providers/Microsoft.ResourceGraph/resources?api-version=2021-03-01", {
    ...begin,
    options: { $top: 3, resultFormat: "objectArray" },
  });
  return { ...body, options: { ...body.options, $skipToken: json.$skipToken } };
}

/** Recorded objects that answered are replaced by local ones of their kind; those that were not found stay unknown. */
async function sendGraph(replay: Replay, row: RecordedExchange, url: URL): Promise<Reply> {
  const found = recordedObjects(row);
  const { world } = replay.local;
  const users = world.users.filter((user) => user.tenantId === CONTOSO_TENANT_ID && user.persona === undefined);
  const principals = [...world.servicePrincipals.values()].filter((principal) => principal.tenantId === CONTOSO_TENANT_ID);
  const names = new Map<string, string>();
  for (const object of found) pairObject(object, names, users, principals);
  // A list that was filtered by a name that its answer does not repeat is aimed at the first local person.
  let target = decodeURIComponent(`${url.pathname}${url.search}`);
  for (const [recorded, local] of names) target = target.replaceAll(recorded, local);
  if (found.length > 0) target = aimNameFilter(target, users);
  if (/\/users\('/.test(target)) target = target.replace(/\('[^']+'\)/, `('${users[0]?.userPrincipalName}')`);
  let text = JSON.stringify(row.requestBody ?? null);
  for (const [recorded, local] of names) text = text.replaceAll(recorded, local);
  const body: unknown = JSON.parse(text);
  return replay.client.graph(row.method, encodeURI(target).replaceAll("#", "%23"), body === null ? undefined : body);
}

function aimNameFilter(target: string, users: User[]): string {
  const [user] = users;
  return target
    .replace(/(userPrincipalName eq )'[^']+'/, `$1'${user?.userPrincipalName}'`)
    .replace(/(startswith\(displayName,)'[^']+'/, (all, head: string) =>
      target.includes("/users") ? `${head}'${user?.displayName}'` : all,
    );
}

type RecordedObject = { kind: "user" | "servicePrincipal"; id: string; appId: string; isManaged: boolean; names: string[] };

function recordedObjects(row: RecordedExchange): RecordedObject[] {
  if (row.status >= 300 || !row.responseBody) return [];
  const { value } = row.responseBody;
  const objects = Array.isArray(value) ? value : [row.responseBody];
  return objects.flatMap((object: unknown) => {
    if (typeof object !== "object" || object === null || !("id" in object)) return [];
    const fields = object as Record<string, unknown>;
    const kind = fields.servicePrincipalType === undefined ? "user" : "servicePrincipal";
    const names = Array.isArray(fields.servicePrincipalNames) ? fields.servicePrincipalNames.map(String) : [];
    return [
      {
        kind,
        id: String(fields.id),
        appId: String(fields.appId ?? ""),
        isManaged: fields.servicePrincipalType === "ManagedIdentity",
        names,
      },
    ];
  });
}

function pairObject(object: RecordedObject, names: Map<string, string>, users: User[], principals: ServicePrincipal[]): void {
  if (object.kind === "user") {
    const [user] = users;
    if (user) names.set(object.id, user.id);
    return;
  }
  const wanted = object.isManaged ? "ManagedIdentity" : "Application";
  const principal = principals.find((candidate) => candidate.servicePrincipalType === wanted);
  if (!principal) return;
  names.set(object.id, principal.id);
  for (const name of [object.appId, ...object.names]) if (name !== "") names.set(name, principal.appId);
}

function remember(replay: Replay, reply: Reply): void {
  const { headers, json } = reply;
  if (headers["azure-asyncoperation"])
    replay.operation = { status: headers["azure-asyncoperation"], result: headers.location ?? null };
  if (Array.isArray(json.value)) replay.nextLink = typeof json.nextLink === "string" ? json.nextLink : null;
}

function differencesOf(row: RecordedExchange, reply: Reply, family: Family): string[] {
  const differences: string[] = [];
  if (row.status !== reply.status) differences.push(`status ${row.status} recorded, ${reply.status} here`);
  for (const name of OPERATION_HEADERS) {
    // A list answer names its own service as location on Graph; it is no operation header there.
    const [recorded, local] = [row.responseHeaders[name] !== undefined, reply.headers[name] !== undefined];
    if (recorded !== local) differences.push(`header ${name} ${recorded ? "missing" : "added"}`);
  }
  if (row.responseBody === undefined && reply.text !== "") differences.push("body added");
  if (row.responseBody !== undefined) differences.push(...bodyDifferences(row.responseBody, reply, family));
  return differences;
}

/** What stands inside belongs to the resource or application at hand and not to the service that lists it. */
const OPEN: Partial<Record<Family, RegExp>> = {
  "resource graph": /^(properties|tags|data\.rows\[\]\[\])$/,
  "graph service principals": /(^|\.)(appRoles|oauth2PermissionScopes|resourceSpecificApplicationPermissions)(\[\])?$/,
};

function bodyDifferences(recorded: unknown, reply: Reply, family: Family): string[] {
  const open = OPEN[family];
  const options = open ? { open } : {};
  const difference = compareBodies(recorded, reply.json, options);
  if (isSameShape(difference)) return [];
  return [...difference.missing.map((path) => `key missing: ${path}`), ...difference.extra.map((path) => `key added: ${path}`)];
}
