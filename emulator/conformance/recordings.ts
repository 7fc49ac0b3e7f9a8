import { readdirSync, readFileSync } from "node:fs";
import type { JudgedExchange } from "./exchange.ts";

const FOLDER = new URL("../specs/recordings/", import.meta.url);

type Stored = {
  method: string;
  url: string;
  requestHeaders?: Record<string, string>;
  requestBody?: unknown;
  status: number;
  responseHeaders?: Record<string, string>;
  responseBody?: unknown;
  /** How many identical polls followed in a row. */
  repeated?: number;
};

export type RecordedExchange = JudgedExchange & { file: string; index: number };

function parsed(body: unknown): Record<string, unknown> | undefined {
  if (typeof body === "object" && body !== null) return body as Record<string, unknown>;
  if (typeof body !== "string" || body === "") return undefined;
  // Some recorders stored Python byte literals around the JSON: b'b\'{..}\''.
  const text = body.slice(Math.max(0, body.indexOf("{")), body.lastIndexOf("}") + 1);
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

/** Every recorded exchange whose file name begins so. */
export function readRecordings(prefix = ""): RecordedExchange[] {
  const files = readdirSync(FOLDER)
    .filter((file) => file.endsWith(".json") && file.startsWith(prefix))
    .sort();
  return files.flatMap((file) => {
    const stored = JSON.parse(readFileSync(new URL(file, FOLDER), "utf8")) as Stored[];
    return stored.map((row, index) => ({
      file,
      index,
      method: row.method,
      url: row.url,
      requestHeaders: row.requestHeaders ?? {},
      requestBody: parsed(row.requestBody),
      status: row.status,
      responseHeaders: row.responseHeaders ?? {},
      responseBody: parsed(row.responseBody),
    }));
  });
}
