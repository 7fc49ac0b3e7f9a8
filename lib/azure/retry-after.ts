import "server-only";

/** Recorded on HybridCompute: 429, text/plain, no header, and a sentence that names the UTC time. */
const SENTENCE = /retry after '?(\d{4}-\d\d-\d\dT[\d:.]+?)Z?'?\s*(?:UTC|$)/i;
const CLOCK_SPAN = /^(\d+):(\d\d):(\d\d)(?:\.\d+)?$/;

type Throttled = { status: number; headers: { get(name: string): string | undefined }; bodyText: string };

/** "00:00:05" in milliseconds; null when the text is no span. Resource Graph writes its quota window so. */
export function parseClockSpanMs(text: string | undefined): number | null {
  const match = text === undefined ? null : CLOCK_SPAN.exec(text.trim());
  if (match === null) return null;
  return ((Number(match[1]) * 60 + Number(match[2])) * 60 + Number(match[3])) * 1000;
}

function fromHeader(value: string, now: Date): number | null {
  const text = value.trim();
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(0, at - now.getTime());
}

/**
 * How long an answer asks to wait, in milliseconds; null when it does not say. Reads Retry-After as seconds or as HTTP date,
 * the millisecond variants, Resource Graph's quota header on a 429, and the UTC time inside a plain-text sentence.
 * Source: "Throttling Resource Manager requests" and recorded answers.
 */
export function readRetryAfterMs(answer: Throttled, now: Date): number | null {
  for (const name of ["retry-after-ms", "x-ms-retry-after-ms"]) {
    const value = answer.headers.get(name);
    if (value !== undefined && /^\d+$/.test(value.trim())) return Number(value);
  }
  const header = answer.headers.get("retry-after");
  if (header !== undefined) return fromHeader(header, now);
  if (answer.status !== 429) return null;
  const quota = parseClockSpanMs(answer.headers.get("x-ms-user-quota-resets-after"));
  if (quota !== null) return quota;
  const named = SENTENCE.exec(answer.bodyText)?.[1];
  if (named === undefined) return null;
  const at = Date.parse(`${named}Z`);
  return Number.isNaN(at) ? null : Math.max(0, at - now.getTime());
}
