import "server-only";

/** A string literal of the query language: backslash and quote are escaped, control characters cannot end the line. */
export function kqlText(text: string): string {
  const escaped = text
    .replaceAll("\\", "\\\\")
    .replaceAll("'", "\\'")
    .replaceAll(/[\r\n\t]/g, " ");
  return `'${escaped}'`;
}
