import { EntraError } from "./errors.ts";

/** What a `claims` parameter of a client asks for, as far as Entra acts on it. */
export type DemandedClaims = { acrs: string[]; notBeforeSeconds: number | null; capabilities: string[] };

type ClaimEntry = { value?: unknown; values?: unknown };

function texts(entry: unknown): string[] {
  if (typeof entry !== "object" || entry === null) return [];
  const { value, values } = entry as ClaimEntry;
  const all = [...(Array.isArray(values) ? values : []), ...(value === undefined ? [] : [value])];
  return all.filter((part): part is string => typeof part === "string");
}

function member(root: unknown, name: string): Record<string, unknown> {
  const part = typeof root === "object" && root !== null ? (root as Record<string, unknown>)[name] : undefined;
  return typeof part === "object" && part !== null ? (part as Record<string, unknown>) : {};
}

/** Reads the claims request parameter. Source: OpenID Connect Core 5.5 and Microsoft's page on claims challenges. */
export function readDemandedClaims(text: string | null): DemandedClaims {
  if (text === null) return { acrs: [], notBeforeSeconds: null, capabilities: [] };
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch {
    throw new EntraError(9002313, ["The claims parameter is not JSON."]);
  }
  const access = member(root, "access_token");
  const id = member(root, "id_token");
  const notBefore = Number(texts(access.nbf)[0] ?? Number.NaN);
  const acrs = [...texts(access.acrs), ...texts(id.acrs)];
  // Mandatory multifactor authentication asks by amr; the confirmation page satisfies it as well.
  const wantsMfa = [...texts(access.amr), ...texts(id.amr)].includes("mfa");
  return {
    acrs: [...new Set([...acrs, ...(wantsMfa ? ["mfa"] : [])])],
    notBeforeSeconds: Number.isFinite(notBefore) ? notBefore : null,
    capabilities: [...new Set([...texts(access.xms_cc), ...texts(id.xms_cc)].map((part) => part.toLowerCase()))],
  };
}

/** Contexts that the sign-in does not have yet. */
export function unmetAcrs(demanded: readonly string[], has: { acrs: readonly string[]; amr: readonly string[] }): string[] {
  return demanded.filter((value) => (value === "mfa" ? !has.amr.includes("mfa") : !has.acrs.includes(value)));
}

/** The claims text that a refusal hands to the client, so that it can repeat the request interactively. */
export function claimsFor(unmet: readonly string[]): Record<string, unknown> {
  const acrs = unmet.filter((value) => value !== "mfa");
  const [value] = acrs;
  if (value === undefined) return { access_token: { amr: { essential: true, values: ["mfa"] } } };
  const demanded = acrs.length === 1 ? { essential: true, value } : { essential: true, values: acrs };
  return { access_token: { acrs: demanded } };
}
