import type { z } from "zod";
import { AppError, type FieldError } from "@/lib/domain/errors";
import { RequestRefusal } from "./request-refusal";

export const MAX_BODY_BYTES = 64 * 1024;

type Part = "body" | "query" | "params";

function fieldErrors(part: Part, issues: readonly z.core.$ZodIssue[]): FieldError[] {
  return issues.slice(0, 20).flatMap((issue) => {
    const path = issue.path.map(String).join(".");
    if (issue.code === "unrecognized_keys") {
      return issue.keys.slice(0, 20).map((key) => ({
        field: [part, path, key].filter((step) => step !== "").join("."),
        message: "This field is not known here.",
      }));
    }
    return [{ field: path === "" ? part : `${part}.${path}`, message: issue.message }];
  });
}

function shorten(text: string): string {
  return text.length > 120 ? `${text.slice(0, 120)}...` : text;
}

/** Checks a value against its schema. Throws AppError invalid_input that names every wrong field. */
export function parsePart<T>(part: Part, schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const fields = fieldErrors(part, parsed.error.issues).map(({ field, message }) => ({
    field: shorten(field),
    message: shorten(message),
  }));
  const first = fields[0];
  throw new AppError({
    code: "invalid_input",
    message: first === undefined ? `The ${part} cannot be used.` : `${first.field}: ${first.message}`,
    nextStep: "Correct the fields named here and send the request again.",
    fields,
  });
}

/** Repeated names become lists, so that a schema of single values refuses them. */
export function queryRecord(search: URLSearchParams): Record<string, string | string[]> {
  const names = [...new Set(search.keys())];
  return Object.fromEntries(
    names.map((name) => {
      const values = search.getAll(name);
      return [name, values.length === 1 ? (values[0] ?? "") : values];
    }),
  );
}

async function readLimited(request: Request, limit: number): Promise<string> {
  const declared = Number(request.headers.get("content-length") ?? "0");
  if (declared > limit) throw tooLarge(limit);
  if (request.body === null) return "";
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body as unknown as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > limit) throw tooLarge(limit);
    chunks.push(chunk);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks));
  } catch (cause) {
    throw new AppError({
      code: "invalid_input",
      message: "body: it is not UTF-8 text.",
      fields: [{ field: "body", message: "Not UTF-8." }],
      cause,
    });
  }
}

function tooLarge(limit: number): RequestRefusal {
  return new RequestRefusal(413, {
    code: "invalid_input",
    message: `body: it is larger than ${limit / 1024} KB.`,
    nextStep: "Send less in one request.",
    fields: [{ field: "body", message: "Too large." }],
  });
}

/** The JSON body of a request. Throws 415 for another content type, 413 above the limit, invalid_input for what is not JSON. */
export async function readJsonBody(request: Request, limit = MAX_BODY_BYTES): Promise<unknown> {
  const type = (request.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json") {
    throw new RequestRefusal(415, {
      code: "invalid_input",
      message: "content-type: only application/json is taken.",
      nextStep: "Send the body as application/json.",
      fields: [{ field: "content-type", message: "Only application/json is taken." }],
    });
  }
  const text = await readLimited(request, limit);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError({
      code: "invalid_input",
      message: "body: it is not valid JSON.",
      nextStep: "Send valid JSON.",
      fields: [{ field: "body", message: "Not valid JSON." }],
      cause,
    });
  }
}

/** A route without a body schema refuses any content instead of ignoring it. */
export function refuseBody(request: Request): void {
  const length = request.headers.get("content-length");
  const hasBody = (length !== null && length !== "0") || request.headers.has("transfer-encoding");
  if (!hasBody) return;
  throw new AppError({
    code: "invalid_input",
    message: "body: this request takes none.",
    nextStep: "Send the request without a body.",
    fields: [{ field: "body", message: "This request takes no body." }],
  });
}
