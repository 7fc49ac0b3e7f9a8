import { createHash } from "node:crypto";

/** Place in a result. The token belongs to one query of one caller and means nothing elsewhere. */
export type SkipToken = {
  rowsToSkip: number;
  resultId: string /** Page size of the query that began, used when $top is absent. */;
  pageSize: number;
};

function sign(seed: number, binding: string, payload: string): string {
  return createHash("sha256").update(`${seed}\u0000${binding}\u0000${payload}`).digest("base64url").slice(0, 22);
}

export function writeSkipToken(seed: number, binding: string, token: SkipToken): string {
  const payload = JSON.stringify({ $id: "1", MaxRows: token.pageSize, RowsToSkip: token.rowsToSkip, ResultId: token.resultId });
  return Buffer.from(JSON.stringify({ payload, signature: sign(seed, binding, payload) })).toString("base64");
}

/** Null when the token was changed, or was made for another query or caller. */
export function readSkipToken(seed: number, binding: string, text: string): SkipToken | null {
  try {
    const { payload, signature } = JSON.parse(Buffer.from(text, "base64").toString("utf8"));
    if (typeof payload !== "string" || signature !== sign(seed, binding, payload)) return null;
    const { MaxRows, RowsToSkip, ResultId } = JSON.parse(payload);
    return { rowsToSkip: Number(RowsToSkip), resultId: String(ResultId), pageSize: Number(MaxRows) };
  } catch {
    return null;
  }
}
