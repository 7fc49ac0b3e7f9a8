import type { ExtensionFailure } from "./api";
import type { KnownFailure } from "./extension-failure-data";
import { KNOWN_FAILURES } from "./extension-failure-data";
import type { MachineExtension } from "./machine";

const HRESULT_BASE = 0x1_0000_0000;

/** Signed 32-bit exit code as HRESULT text, for example -2145648574 is 0x801C0042. Null for codes that are no HRESULT. */
export function hresultHex(code: number): string | null {
  if (!Number.isInteger(code) || code >= 0 || code < -0x8000_0000) return null;
  return `0x${(code + HRESULT_BASE).toString(16).toUpperCase()}`;
}

/** The signed exit code of an HRESULT in any spelling: 0x801C0042, 801c0042, -2145648574, 2149318722. Null otherwise. */
export function exitCodeOf(text: string): number | null {
  const trimmed = text.trim();
  const hex = /^(?:0x)([0-9a-f]{1,8})$/i.exec(trimmed)?.[1] ?? /^([89a-f][0-9a-f]{7})$/i.exec(trimmed)?.[1];
  if (hex !== undefined && !/^\d{1,7}$/.test(trimmed)) return signed(Number.parseInt(hex, 16));
  return /^-?\d{1,10}$/.test(trimmed) ? signed(Number(trimmed)) : null;
}

function signed(value: number): number | null {
  if (value >= HRESULT_BASE || value < -0x8000_0000) return null;
  return value >= 0x8000_0000 ? value - HRESULT_BASE : value;
}

export type FailureFacts = {
  /** error.code and error.message of the failed operation, or what stood in their place. */
  code: string | null;
  message: string | null;
  instanceView?: { code: string | null; message: string | null } | null;
  extensionType?: string | null;
};

const EXIT_CODE_TEXTS = [
  /extension exit code:?\s*(-?\d+|0x[0-9a-f]+)/i,
  /exit code(?: for \w+)?:?\s*(-?\d+|0x[0-9a-f]+)/i,
  /status code:?\s*(-\d+|0x[0-9a-f]{8})/i,
  /(?:error code|hresult):?\s*(-\d+|0x[0-9a-f]{8})/i,
  /\b(0x8[0-9a-f]{7})\b/i,
  /(?<![\w-])(-2\d{9})\b/,
];

/** Sentences that Azure or the agent writes where no number tells the reason. */
const TEXT_MARKS: readonly { id: string; mark: RegExp }[] = [
  { id: "blockedByLocalList", mark: /allow\s*list|block\s*list|monitor mode|extensions? (?:are|is) (?:disabled|not enabled)/i },
  { id: "handlerManifestMissing", mark: /handlermanifest\.json/i },
  {
    id: "agentNotConnected",
    mark: /agent (?:is )?(?:not connected|disconnected|offline|expired)|machine (?:is )?(?:disconnected|offline|expired)/i,
  },
  { id: "noexecMount", mark: /noexec/i },
  { id: "linuxLowMemory", mark: /(?:insufficient|not enough|low) memory|out of memory/i },
];

function extensionFamily(type: string | null | undefined): "windows" | "linux" | null {
  const text = (type ?? "").toLowerCase();
  if (text === "") return null;
  return text.includes("linux") ? "linux" : "windows";
}

function fits(row: KnownFailure, family: "windows" | "linux" | null): boolean {
  return family === null || row.extension === "any" || row.extension === family;
}

function findByCode(code: number, family: "windows" | "linux" | null): KnownFailure | null {
  const rows = KNOWN_FAILURES.filter((row) => fits(row, family));
  return rows.find((row) => row.exitCode === code) ?? rows.find((row) => row.terminalCode === code) ?? null;
}

/** The first exit code that the texts name; the instance view's code only counts when it is a number other than zero. */
function exitCodeFrom(facts: FailureFacts): number | null {
  const messages = [facts.instanceView?.message, facts.message].filter((text) => text !== null && text !== undefined);
  for (const pattern of EXIT_CODE_TEXTS) {
    for (const message of messages) {
      const found = pattern.exec(message)?.[1];
      const code = found === undefined ? null : exitCodeOf(found);
      if (code !== null && code !== 0) return code;
    }
  }
  for (const code of [facts.instanceView?.code, facts.code]) {
    const number = code === null || code === undefined ? null : exitCodeOf(code);
    if (number !== null && number !== 0) return number;
  }
  return terminalCodeIn(messages);
}

function terminalCodeIn(messages: readonly string[]): number | null {
  const known = KNOWN_FAILURES.flatMap((row) => (row.terminalCode === undefined ? [] : [row.terminalCode]));
  return (
    known.find((code) => messages.some((message) => new RegExp(`(?:code|error)\\W{0,4}${code}\\b`, "i").test(message))) ?? null
  );
}

function findByText(text: string, family: "windows" | "linux" | null): KnownFailure | null {
  const upper = text.toUpperCase();
  const named = KNOWN_FAILURES.find((row) => row.name !== null && fits(row, family) && upper.includes(row.name));
  if (named !== undefined) return named;
  const mark = TEXT_MARKS.find((entry) => entry.mark.test(text));
  return mark === undefined ? null : (KNOWN_FAILURES.find((row) => row.id === mark.id) ?? null);
}

function keys(id: string, part: "cause" | "fix", count: number): string[] {
  return Array.from({ length: count }, (_, index) => `failures.known.${id}.${part}${index + 1}`);
}

function describe(row: KnownFailure | null, exitCode: number | null, facts: FailureFacts): ExtensionFailure {
  // A terminal code such as 1007 is Azure's number; the handler's own exit code says more and is what people search for.
  const code =
    row?.terminalCode !== undefined && exitCode === row.terminalCode ? row.exitCode : (exitCode ?? row?.exitCode ?? null);
  return {
    exitCode: code === null ? null : String(code),
    hex: code === null ? null : hresultHex(code),
    name: row?.name ?? null,
    meaning: row === null ? "failures.unknown.meaning" : `failures.known.${row.id}.meaning`,
    likelyCauses: row === null ? [] : keys(row.id, "cause", row.causes),
    fixes: row === null ? ["failures.unknown.fix1", "failures.unknown.fix2"] : keys(row.id, "fix", row.fixes),
    confidence: row?.confidence ?? "none",
    sources: row?.sources ?? [],
    rawCode: facts.code ?? facts.instanceView?.code ?? null,
    rawMessage: facts.message ?? facts.instanceView?.message ?? null,
    actions: row?.actions ?? ["retry", "uninstall"],
  };
}

/**
 * What a failed extension means. Never throws and always keeps Azure's own words; a code that no source explains comes back
 * with confidence "none". Meaning, causes and fixes are message keys.
 * Source: extension-failure-data.ts, row by row.
 */
export function decodeFailure(facts: FailureFacts): ExtensionFailure {
  const family = extensionFamily(facts.extensionType);
  const exitCode = exitCodeFrom(facts);
  if (exitCode !== null) {
    const known = findByCode(exitCode, family);
    if (known !== null) return describe(known, exitCode, facts);
  }
  const text = [facts.code, facts.message, facts.instanceView?.code, facts.instanceView?.message].filter(Boolean).join("\n");
  return describe(findByText(text, family), exitCode, facts);
}

/** The same for an extension as Azure shows it. */
export function failureOfExtension({ instanceView, type }: MachineExtension): ExtensionFailure {
  return decodeFailure({
    code: instanceView?.code ?? null,
    message: instanceView?.message ?? null,
    instanceView,
    extensionType: type,
  });
}

/**
 * Known failures for what an operator typed: exit code signed or unsigned, hex with or without 0x, terminal code, error name,
 * or words of its text when `textOf` is given. Best matches first; empty for an empty query.
 */
export function lookUpFailures(query: string, textOf: (id: string) => string = () => ""): KnownFailure[] {
  const wanted = query.trim();
  if (wanted === "") return [];
  const code = exitCodeOf(wanted);
  if (code !== null) {
    const byCode = KNOWN_FAILURES.filter((row) => row.exitCode === code || row.terminalCode === code);
    if (byCode.length > 0) return byCode;
  }
  const words = wanted.toLowerCase().split(/\s+/);
  return KNOWN_FAILURES.filter((row) => {
    const hex = row.exitCode === null ? "" : (hresultHex(row.exitCode) ?? "");
    const text =
      `${row.id} ${row.name ?? ""} ${row.exitCode ?? ""} ${hex} ${row.terminalCode ?? ""} ${textOf(row.id)}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
