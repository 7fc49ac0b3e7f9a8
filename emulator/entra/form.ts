import type { WireRequest } from "../core/contract.ts";
import { EntraError } from "./errors.ts";

export type Form = {
  get(name: string): string | null;
  /** The value, or AADSTS900144 that names the missing parameter. */
  require(name: string): string;
};

/** Form fields of a POST. A repeated parameter is malformed, as OAuth demands. */
export function readForm(request: WireRequest): Form {
  const contentType = request.headers["content-type"] ?? "";
  if (!contentType.toLowerCase().startsWith("application/x-www-form-urlencoded")) {
    throw new EntraError(9002313, ["The body must be application/x-www-form-urlencoded."]);
  }
  return toForm(new URLSearchParams(request.bodyText));
}

export function toForm(fields: URLSearchParams): Form {
  for (const name of fields.keys()) {
    if (fields.getAll(name).length > 1)
      throw new EntraError(9002313, [`The parameter '${name}' stands in the request more than once.`]);
  }
  const get = (name: string) => {
    const value = fields.get(name);
    return value === null || value === "" ? null : value;
  };
  return {
    get,
    require: (name) => {
      const value = get(name);
      if (value === null) throw new EntraError(900144, [name]);
      return value;
    },
  };
}
