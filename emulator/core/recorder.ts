import type { Face } from "./contract.ts";

/** One request and its answer as the wire saw them, without anything secret. */
export type Exchange = {
  seq: number;
  atMs: number;
  durationMs: number;
  face: Face;
  method: string;
  url: string;
  path: string;
  host: string;
  caller: { upn: string; oid: string } | null;
  requestHeaders: Record<string, string>;
  requestBody: string;
  status: number;
  responseHeaders: Record<string, string>;
  responseBody: string;
  requestBodyCut: boolean;
  responseBodyCut: boolean;
  /** Id of the fault that shaped the answer. */
  faultId: string | null;
};

export type ExchangeFilter = { since?: number; face?: string; path?: string };

export type Recorder = {
  add(exchange: Omit<Exchange, "seq">): void;
  list(filter: ExchangeFilter): { exchanges: Exchange[]; lastSeq: number; dropped: number };
  clear(): void;
};

const MOST_EXCHANGES = 20_000;
const MOST_CHARS = 96 * 1024 * 1024;
const REMOVED = "removed-by-local-azure";
const SECRET_HEADERS = new Set(["authorization", "cookie", "set-cookie"]);
const SECRET_FIELDS =
  /^(client_secret|client_assertion|assertion|refresh_token|access_token|id_token|code|code_verifier|password|protectedsettings)$/i;

function cleanHeaders(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => !SECRET_HEADERS.has(name))
      .map(([name, value]) => [
        name,
        name === "location" ? value.replace(/([?#&](?:code|id_token|access_token)=)[^&]*/g, `$1${REMOVED}`) : value,
      ]),
  );
}

function cleanValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(cleanValue);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name, SECRET_FIELDS.test(name) && part !== null ? REMOVED : cleanValue(part)]),
  );
}

/** Secret fields of forms, and of JSON that may hold one, are replaced; other bodies stay byte for byte. */
export function cleanBody(contentType: string, body: string): string {
  if (contentType.includes("x-www-form-urlencoded")) {
    const form = new URLSearchParams(body);
    for (const name of [...form.keys()]) if (SECRET_FIELDS.test(name)) form.set(name, REMOVED);
    return form.toString();
  }
  if (contentType.includes("text/html")) return body.replace(/(name="(?:code|flow)" value=")[^"]*/g, `$1${REMOVED}`);
  if (!/"(client_secret|assertion|refresh_token|access_token|id_token|password|protectedSettings)"/i.test(body)) return body;
  try {
    return JSON.stringify(cleanValue(JSON.parse(body)));
  } catch {
    return REMOVED;
  }
}

/** A real copy: a slice would keep the whole text of a fleet page in memory. */
function cut(text: string, mostChars: number): string {
  return text.length <= mostChars ? text : Buffer.from(text.slice(0, mostChars), "utf16le").toString("utf16le");
}

export function createRecorder(mostChars: () => number): Recorder {
  let kept: Exchange[] = [];
  let chars = 0;
  let lastSeq = 0;
  let dropped = 0;
  const sizeOf = (exchange: Exchange) => exchange.requestBody.length + exchange.responseBody.length + 2_000;
  return {
    add: (exchange) => {
      const requestBody = cleanBody(exchange.requestHeaders["content-type"] ?? "", exchange.requestBody);
      const responseBody = cleanBody(exchange.responseHeaders["content-type"] ?? "", exchange.responseBody);
      lastSeq += 1;
      const row: Exchange = {
        ...exchange,
        seq: lastSeq,
        requestHeaders: cleanHeaders(exchange.requestHeaders),
        responseHeaders: cleanHeaders(exchange.responseHeaders),
        requestBody: cut(requestBody, mostChars()),
        requestBodyCut: requestBody.length > mostChars(),
        responseBody: cut(responseBody, mostChars()),
        responseBodyCut: responseBody.length > mostChars(),
      };
      kept.push(row);
      chars += sizeOf(row);
      while (kept.length > MOST_EXCHANGES || chars > MOST_CHARS) {
        const oldest = kept.shift();
        if (oldest === undefined) break;
        chars -= sizeOf(oldest);
        dropped += 1;
      }
    },
    list: (filter) => ({
      exchanges: kept.filter(
        (row) =>
          row.seq > (filter.since ?? 0) &&
          (filter.face === undefined || row.face === filter.face) &&
          (filter.path === undefined || row.url.toLowerCase().includes(filter.path.toLowerCase())),
      ),
      lastSeq,
      dropped,
    }),
    clear: () => {
      kept = [];
      chars = 0;
      dropped = 0;
    },
  };
}
