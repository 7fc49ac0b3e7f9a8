import { issueToken } from "../control/token-desk.ts";
import type { LocalAzure } from "../core/start.ts";

export type Reply = { status: number; headers: Record<string, string>; text: string; json: Record<string, unknown> };
export type LocalClient = {
  /** Path and query, or an absolute link that an answer gave; only its origin is replaced. */
  arm(method: string, target: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>;
  graph(method: string, target: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>;
};

const HOSTS = { arm: "management.azure.com", graph: "graph.microsoft.com" };

/** A person who talks to local Azure under the real host names, as the portal does. */
export async function clientOf(local: LocalAzure, upn: string, tenantId?: string): Promise<LocalClient> {
  const order = { upn, ...(tenantId === undefined ? {} : { tenantId }) };
  const tokens = {
    arm: await issueToken(local.instance, { ...order, resource: "arm" }),
    graph: await issueToken(local.instance, { ...order, resource: "graph" }),
  };
  const send = async (
    face: "arm" | "graph",
    method: string,
    target: string,
    body: unknown,
    headers: Record<string, string>,
  ): Promise<Reply> => {
    const url = new URL(target, `https://${HOSTS[face]}`);
    const response = await fetch(local.origin + url.pathname + url.search, {
      method,
      headers: {
        authorization: `Bearer ${tokens[face]}`,
        "x-forwarded-host": HOSTS[face],
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: Object.fromEntries(response.headers), text, json: parseObject(text) };
  };
  return {
    arm: (method, target, body, headers = {}) => send("arm", method, target, body, headers),
    graph: (method, target, body, headers = {}) => send("graph", method, target, body, headers),
  };
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
