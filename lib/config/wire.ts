import type { ServerConfig } from "./env";

/** Thrown for an address outside the outbound allow-list: a defect or an attack, never an operator's mistake. */
export class UnknownOriginError extends Error {
  readonly origin: string;

  constructor(origin: string) {
    super(`The portal does not talk to ${origin}: it is not an address of the configured cloud.`);
    this.name = "UnknownOriginError";
    this.origin = origin;
  }
}

/** Where a request for this address really goes. Throws UnknownOriginError for an origin outside the allow-list. */
export function toWireUrl(config: Pick<ServerConfig, "wireMap">, address: string): URL {
  const url = new URL(address);
  const target = Object.hasOwn(config.wireMap, url.origin) ? config.wireMap[url.origin] : undefined;
  if (target === undefined) throw new UnknownOriginError(url.origin);
  return new URL(target + url.pathname + url.search);
}
