/** Any JSON value in words. `String` fails on an object with a member named `toString`, which is JSON like any other. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}
