import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { JudgedExchange } from "./exchange.ts";

const SPECIFICATION = fileURLToPath(new URL("../specs/specification/", import.meta.url));
const METHODS = ["get", "put", "post", "patch", "delete"] as const;

type Parameter = { name?: string; in?: string; $ref?: string };
type Operation = { operationId?: string; parameters?: Parameter[]; "x-ms-examples"?: Record<string, { $ref: string }> };
type Description = { swagger?: string; paths?: Record<string, Partial<Record<(typeof METHODS)[number], Operation>>> };
type Example = {
  parameters: Record<string, unknown>;
  responses: Record<string, { body?: unknown; headers?: Record<string, string> }>;
};

export type ExampleExchange = JudgedExchange & { operation: string; file: string };

/** Every official example that is in the repository, once per answer it shows, as an exchange. */
export function readExamples(): ExampleExchange[] {
  const files = readdirSync(SPECIFICATION, { recursive: true, encoding: "utf8" }).filter(
    (file) => file.endsWith(".json") && !file.includes("examples"),
  );
  return files.sort().flatMap((file) => {
    const description = JSON.parse(readFileSync(join(SPECIFICATION, file), "utf8")) as Description;
    return Object.entries(description.paths ?? {}).flatMap(([path, item]) =>
      METHODS.flatMap((method) => exchangesOf(join(SPECIFICATION, file), path, method, item[method])),
    );
  });
}

function exchangesOf(file: string, path: string, method: string, operation: Operation | undefined): ExampleExchange[] {
  return Object.values(operation?.["x-ms-examples"] ?? {}).flatMap(({ $ref }) => {
    const place = join(dirname(file), $ref);
    if (!existsSync(place)) return [];
    const example = JSON.parse(readFileSync(place, "utf8")) as Example;
    return Object.entries(example.responses).map(([status, response]) => ({
      file: basename(place),
      operation: operation?.operationId ?? "",
      ...requestOf(path, method, example.parameters, bodyName(operation, example)),
      status: Number(status),
      responseHeaders: { ...(response.body === undefined ? {} : { "content-type": "application/json" }), ...response.headers },
      responseBody: response.body as Record<string, unknown> | undefined,
    }));
  });
}

/** The body parameter is the declared one, or the only object among the values when it stands behind a reference. */
function bodyName(operation: Operation | undefined, example: Example): string | null {
  const declared = operation?.parameters?.find((parameter) => parameter.in === "body")?.name;
  if (declared !== undefined) return declared;
  return (
    Object.entries(example.parameters).find(
      ([, value]) => typeof value === "object" && value !== null && !Array.isArray(value),
    )?.[0] ?? null
  );
}

type RequestPart = Pick<JudgedExchange, "method" | "url" | "requestHeaders" | "requestBody">;

function requestOf(path: string, method: string, parameters: Record<string, unknown>, body: string | null): RequestPart {
  const used = new Set<string>(body === null ? [] : [body]);
  const filled = path.replace(/\{([^}]+)\}/g, (_all, name: string) => {
    used.add(name);
    return String(parameters[name] ?? `missing-${name}`).replace(/^\//, "");
  });
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters))
    if (!used.has(name) && typeof value !== "object") query.set(name, String(value));
  const content = body === null ? undefined : (parameters[body] as Record<string, unknown> | undefined);
  return {
    method: method.toUpperCase(),
    url: `https://management.azure.com${filled}?${query}`,
    requestHeaders: content === undefined ? {} : { "content-type": "application/json" },
    requestBody: content,
  };
}
