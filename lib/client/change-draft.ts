import type { AccessChangeRequest } from "@/lib/domain/access/api";
import { type AccessCapabilityId, isCapabilityId } from "@/lib/domain/access/capabilities";
import type { PrincipalInput } from "@/lib/domain/access/types";
import { readStored, writeStored } from "./session-store";

/**
 * What another page hands to the change flow. Everything is a proposal: the flow shows it and the operator decides. Holds
 * ids and names only, nothing secret, because it may stand in an address.
 */
export type ChangePreset = {
  /** Who should get something. */
  who?: PrincipalInput[];
  /** GUIDs of role definitions. */
  roleIds?: string[];
  /** What the person should be able to do; the flow proposes the smallest role. */
  wants?: AccessCapabilityId[];
  /** Scopes, narrowest first. */
  scopes?: string[];
  /** Finished changes, for example removals, an undo or the fix of a finding. They go straight to the preview. */
  changes?: AccessChangeRequest[];
  /** Page to go back to. Only an address of the portal itself is used. */
  back?: string;
};

/** Longer presets stay in the tab's memory, because servers and proxies cut long addresses. */
const IN_ADDRESS_MAX = 2_000;
const STORED = "stored.";

function toBase64Url(text: string): string {
  const bytes = new TextEncoder().encode(text);
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function fromBase64Url(text: string): string {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return new TextDecoder().decode(Uint8Array.from(binary, (char) => char.charCodeAt(0)));
}

const isText = (value: unknown): value is string => typeof value === "string";

function isPrincipal(value: unknown): value is PrincipalInput {
  return typeof value === "object" && value !== null && "id" in value && isText(value.id) && "displayName" in value;
}

function isChange(value: unknown): value is AccessChangeRequest {
  return typeof value === "object" && value !== null && "kind" in value && isText(value.kind);
}

function listOf<T>(value: unknown, isT: (item: unknown) => item is T): T[] | undefined {
  return Array.isArray(value) && value.length > 0 && value.every(isT) ? value : undefined;
}

/** Only a path of this portal: an address in a link must never lead elsewhere. */
function ownPath(value: unknown): string | undefined {
  return isText(value) && /^\/(?![/\\])/.test(value) ? value : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function toPreset(value: unknown): ChangePreset {
  if (!isRecord(value)) return {};
  const who = listOf(value.who, isPrincipal);
  const roleIds = listOf(value.roleIds, isText);
  const wants = listOf(value.wants, isText)?.filter(isCapabilityId);
  const scopes = listOf(value.scopes, isText);
  const changes = listOf(value.changes, isChange);
  const back = ownPath(value.back);
  return {
    ...(who === undefined ? {} : { who }),
    ...(roleIds === undefined ? {} : { roleIds }),
    ...(wants === undefined ? {} : { wants }),
    ...(scopes === undefined ? {} : { scopes }),
    ...(changes === undefined ? {} : { changes }),
    ...(back === undefined ? {} : { back }),
  };
}

/** Short name of a text, the same for the same text: a link that is drawn again does not fill the memory. */
function nameOf(text: string): string {
  let [a, b] = [0x811c9dc5, 0x1000193];
  for (let index = 0; index < text.length; index += 1) {
    a = Math.imul(a ^ text.charCodeAt(index), 0x01000193);
    b = Math.imul(b + text.charCodeAt(index), 0x85ebca6b) ^ (b >>> 13);
  }
  return `${(a >>> 0).toString(16)}-${(b >>> 0).toString(16)}-${text.length.toString(16)}`;
}

/** The preset as text for `pages.accessChange`. */
export function encodePreset(preset: ChangePreset): string {
  const text = toBase64Url(JSON.stringify(preset));
  if (text.length <= IN_ADDRESS_MAX) return text;
  const id = nameOf(text);
  writeStored(`changePreset.${id}`, preset);
  return STORED + id;
}

/** Reads what `encodePreset` wrote; anything else, or a stored one of another tab, is an empty preset. */
export function decodePreset(text: string): ChangePreset {
  if (text.startsWith(STORED)) return toPreset(readStored(`changePreset.${text.slice(STORED.length)}`, isRecord));
  try {
    return toPreset(JSON.parse(fromBase64Url(text)));
  } catch {
    return {};
  }
}
