import { WireError } from "../core/contract.ts";

export function refuse(status: number, message: string): WireError {
  return new WireError(status, { error: message });
}

export type Input = Record<string, unknown>;

/**
 * The JSON object of a control call; nothing counts as an empty one. Unknown names are refused, so that typing mistakes show;
 * with null the caller checks the names.
 */
export function readInput(body: string, known: readonly string[] | null): Input {
  if (body.trim() === "") return {};
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw refuse(400, "The body is not JSON.");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw refuse(400, "The body is a JSON object.");
  const unknown = Object.keys(value).find((name) => known?.includes(name) === false);
  if (known !== null && unknown !== undefined)
    throw refuse(400, `The body has an unknown name '${unknown}'. Known names: ${known.join(", ")}.`);
  return value as Input;
}

export function wholeNumber(input: Input, name: string, range: { from: number; to: number }): number | undefined {
  const value = input[name];
  if (value === undefined) return undefined;
  if (typeof value === "number" && Number.isInteger(value) && value >= range.from && value <= range.to) return value;
  throw refuse(400, `'${name}' is a whole number from ${range.from} to ${range.to}.`);
}

export function text(input: Input, name: string): string | undefined {
  const value = input[name];
  if (value === undefined || typeof value === "string") return value;
  throw refuse(400, `'${name}' is a text.`);
}
