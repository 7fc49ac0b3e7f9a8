import type { Instance } from "../core/instance.ts";
import type { Ending } from "../core/request-life.ts";

/** Which service a token is asked for; null = one that no identity endpoint here gives tokens for. */
export function resourceKind(audience: string, cloud: Instance["cloud"]): "arm" | "graph" | null {
  const bare = audience.replace(/\/$/, "");
  if (cloud.armAudiences.includes(bare)) return "arm";
  return cloud.graphAudiences.includes(bare) ? "graph" : null;
}

export function json(status: number, body: unknown): Ending {
  const headers = { "content-type": "application/json", "cache-control": "no-store" };
  return { kind: "answer", answer: { status, headers, body: JSON.stringify(body) } };
}
