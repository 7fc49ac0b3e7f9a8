import { issueToken } from "../control/token-desk.ts";
import type { LocalAzure } from "../core/start.ts";
import { machineResourceId } from "../world/ids.ts";
import type { MachineSpec } from "../world/types.ts";
import type { Json } from "./request-reading.ts";

/** Version that the portal sends by default. */
export const API = "2025-01-13";
export const OLIVIA = "olivia.operator@contoso.example";

export type Answer = { status: number; headers: Headers; text: string; body: Json };
export type Ask = { upn?: string; body?: unknown; apiVersion?: string; headers?: Record<string, string>; tenantId?: string };

export type ArmTestClient = {
  call(method: string, path: string, ask?: Ask): Promise<Answer>;
  /** Follows an absolute URL byte for byte. */
  follow(url: string, ask?: Ask): Promise<Answer>;
  machine(name: string): MachineSpec;
  machineId(name: string): string;
};

/** Raw HTTP against a running local Azure, signed in as a persona. */
export function armTestClient(azure: () => LocalAzure): ArmTestClient {
  const tokens = new Map<string, string>();
  async function token(ask: Ask): Promise<string> {
    const upn = ask.upn ?? OLIVIA;
    const key = `${azure().origin}|${upn}|${ask.tenantId ?? ""}`;
    const known = tokens.get(key);
    if (known !== undefined) return known;
    const order = { upn, resource: "arm" as const, ...(ask.tenantId === undefined ? {} : { tenantId: ask.tenantId }) };
    const made = await issueToken(azure().instance, order);
    tokens.set(key, made);
    return made;
  }
  async function send(method: string, url: string, ask: Ask): Promise<Answer> {
    const body = ask.body === undefined ? undefined : typeof ask.body === "string" ? ask.body : JSON.stringify(ask.body);
    const headers = { authorization: `Bearer ${await token(ask)}`, "content-type": "application/json", ...ask.headers };
    const response = await fetch(url, { method, headers, ...(body === undefined ? {} : { body }) });
    const text = await response.text();
    const json = text.startsWith("{") ? (JSON.parse(text) as Json) : {};
    return { status: response.status, headers: response.headers, text, body: json };
  }
  function machine(name: string): MachineSpec {
    const spec = azure().world.machines.find((candidate) => candidate.name === name);
    if (spec === undefined) throw new Error(`no machine ${name}`);
    return spec;
  }
  return {
    call: (method, path, ask = {}) => {
      const version = ask.apiVersion ?? API;
      const url = `${azure().origin}${path}${path.includes("?") ? "&" : "?"}api-version=${version}`;
      return send(method, url, ask);
    },
    follow: (url, ask = {}) => send("GET", url, ask),
    machine,
    machineId: (name) => machineResourceId(machine(name)),
  };
}

export function errorOf(answer: Answer): { code: string; message: string; target?: string } {
  return answer.body.error as { code: string; message: string; target?: string };
}

export function valuesOf(answer: Answer): Json[] {
  return answer.body.value as Json[];
}
