import "server-only";
import { z } from "zod";
import type { DeviceRow, DevicesOfName } from "./access-ports";
import { batchGet, type GraphBatch } from "./graph-batch";
import { followPages, type Page } from "./paging";
import type { CallOptions } from "./ports";
import type { RestClient } from "./rest-client";

/** Directory filters take at most 15 values in one `in`. */
const NAMES_PER_FILTER = 15;
const LANES = 4;
const SELECT = "id,deviceId,displayName,trustType,accountEnabled";
const PAGE = 999;
/** Devices of 15 names beyond this are a loop. */
const MAX_PAGES = 20;

const text = z.string().nullish().catch(null);
const deviceWireSchema = z.looseObject({
  id: z.string(),
  deviceId: text,
  displayName: text,
  trustType: text,
  accountEnabled: z.boolean().nullish().catch(null),
});
const listWireSchema = z.looseObject({ value: z.array(z.unknown()), "@odata.nextLink": text });

/** A device as Graph sends it; null for an object that is none. Source: Graph v1.0 device. */
function toDevice(raw: unknown): DeviceRow | null {
  const wire = deviceWireSchema.safeParse(raw);
  if (!wire.success) return null;
  const { id, deviceId, displayName, trustType, accountEnabled } = wire.data;
  return {
    id,
    deviceId: deviceId ?? "",
    displayName: displayName ?? "",
    trustType: trustType ?? "",
    accountEnabled: accountEnabled ?? null,
  };
}

/** Address of one batch step. A quote inside a name is doubled, as OData demands. */
function devicesUrl(names: readonly string[]): string {
  const values = names.map((name) => `'${name.replaceAll("'", "''")}'`).join(",");
  return `/devices?$filter=${encodeURIComponent(`displayName in (${values})`)}&$select=${SELECT}&$top=${PAGE}`;
}

function pageOf(body: unknown): Page<DeviceRow[]> | null {
  const list = listWireSchema.safeParse(body);
  if (!list.success) return null;
  const items = list.data.value.map(toDevice).filter((device) => device !== null);
  return { items, nextLink: list.data["@odata.nextLink"] ?? null };
}

type Read = { devices: DeviceRow[]; error: unknown };

async function finish(rest: RestClient, answer: GraphBatch | undefined, options: CallOptions): Promise<Read> {
  if (answer === undefined || answer.error !== null) return { devices: [], error: answer?.error ?? new Error("no answer") };
  const first = pageOf(answer.body);
  if (first === null) return { devices: [], error: new Error("The devices came in an unknown form.") };
  const devices: DeviceRow[] = [];
  const next = async (url: string): Promise<Page<DeviceRow[]>> => {
    const page = await rest.send({ ...options, method: "GET", url, subject: "devices by name" });
    return pageOf(page.body) ?? { items: [], nextLink: null };
  };
  try {
    const pages = followPages({
      service: "graph",
      subject: "devices",
      first: () => Promise.resolve(first),
      next,
      maxPages: MAX_PAGES,
    });
    for await (const items of pages) devices.push(...items);
    return { devices, error: null };
  } catch (error) {
    if (options.signal?.aborted) throw error;
    return { devices: [], error };
  }
}

/**
 * Devices of Entra by display name; names match without case. Each name carries its own answer or its own reason why there is
 * none, 403 for example where Device.Read.All is missing. Source: Graph v1.0 "List devices", JSON batching.
 */
export async function readDevicesByNames(
  rest: RestClient,
  names: readonly string[],
  options: CallOptions = {},
): Promise<DevicesOfName[]> {
  const distinct = [...new Map(names.map((name) => [name.toLowerCase(), name])).values()];
  const groups: string[][] = [];
  for (let at = 0; at < distinct.length; at += NAMES_PER_FILTER) groups.push(distinct.slice(at, at + NAMES_PER_FILTER));
  const answers = await batchGet(rest, groups.map(devicesUrl), LANES, options);
  const found = new Map<string, Read>();
  for (const [index, group] of groups.entries()) {
    const { devices, error } = await finish(rest, answers[index], options);
    for (const name of group) {
      const own = devices.filter((device) => device.displayName.toLowerCase() === name.toLowerCase());
      found.set(name.toLowerCase(), { devices: own, error });
    }
  }
  return names.map((name) => ({ name, ...(found.get(name.toLowerCase()) ?? { devices: [], error: null }) }));
}
