import type { Face } from "./contract.ts";
import type { FaultEffect } from "./faults.ts";

type JsonObject = Record<string, unknown>;

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Visits the holder of the last part of a dotted path. `*` stands for every element of an array or every value of an object. */
function visit(
  root: unknown,
  path: string,
  makeParts: boolean,
  act: (holder: JsonObject | unknown[], key: string) => void,
): void {
  const parts = path.split(".");
  const last = parts.pop() ?? "";
  let holders: unknown[] = [root];
  for (const part of parts) {
    holders = holders.flatMap((holder) => {
      if (part === "*") return Array.isArray(holder) ? holder : isObject(holder) ? Object.values(holder) : [];
      if (Array.isArray(holder)) return [holder[Number(part)]];
      if (!isObject(holder)) return [];
      if (holder[part] === undefined && makeParts) holder[part] = {};
      return [holder[part]];
    });
  }
  for (const holder of holders) {
    if (!isObject(holder) && !Array.isArray(holder)) continue;
    const keys = last === "*" ? Object.keys(holder) : [last];
    for (const key of keys) act(holder, key);
  }
}

function assign(holder: JsonObject | unknown[], key: string, value: unknown): void {
  if (Array.isArray(holder)) holder[Number(key)] = value;
  else holder[key] = value;
}

function drop(holder: JsonObject | unknown[], key: string): void {
  if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else delete holder[key];
}

function nextLinkName(face: Face): string {
  if (face === "graph") return "@odata.nextLink";
  return face === "resourceGraph" ? "$skipToken" : "nextLink";
}

/** Changes the JSON text of an answer as the fault says. Text that is not JSON stays as it is. */
export function reshapeBody(effect: FaultEffect, body: string, face: Face, url: string): string {
  if (effect.kind !== "patchJson" && effect.kind !== "endlessNextLink" && effect.kind !== "dropNextLink") return body;
  let root: unknown;
  try {
    root = JSON.parse(body);
  } catch {
    return body;
  }
  if (effect.kind === "patchJson") {
    for (const [path, value] of Object.entries(effect.set ?? {}))
      visit(root, path, true, (holder, key) => assign(holder, key, value));
    for (const path of effect.remove ?? []) visit(root, path, false, drop);
  } else if (isObject(root)) {
    const name = nextLinkName(face);
    if (effect.kind === "dropNextLink") delete root[name];
    // A link to the page just served: a client without a page cap would follow it for ever.
    else root[name] = face === "resourceGraph" ? "local-azure-endless" : url;
  }
  return JSON.stringify(root);
}
