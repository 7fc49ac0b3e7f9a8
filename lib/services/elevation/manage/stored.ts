import "server-only";
import { z } from "zod";
import type { ChangeItemRow } from "@/lib/db/access-changes";
import type { ExactRequest } from "@/lib/domain/api";
import type { ManageNames } from "@/lib/domain/elevation/manage/api";
import type { ManageRequest } from "@/lib/domain/elevation/manage/requests";

/** Text columns of an item as values again. They were written by this portal, perhaps by an older version of it. */
const requestSchema = z.custom<ManageRequest>((value) => typeof value === "object" && value !== null && "kind" in value);
const exactSchema = z.array(z.object({ method: z.enum(["PUT", "PATCH", "DELETE"]), url: z.string(), body: z.unknown() }));
const beforeSchema = z.looseObject({
  names: z.looseObject({ principal: z.string().nullable(), role: z.string(), scope: z.string() }),
});
const undoSchema = requestSchema.nullable();

export function storedRequest(item: Pick<ChangeItemRow, "request">): ManageRequest {
  return requestSchema.parse(JSON.parse(item.request));
}

export function storedSteps(item: Pick<ChangeItemRow, "exact">): ExactRequest[] {
  return exactSchema.parse(JSON.parse(item.exact)).map(({ method, url, body }) => ({ method, url, body: body ?? null }));
}

/** Names as they were when the change was decided. */
export function storedNames(item: Pick<ChangeItemRow, "before">): ManageNames {
  const { principal, role, scope } = beforeSchema.parse(JSON.parse(item.before)).names;
  return { principal, role, scope };
}

export function storedUndo(item: Pick<ChangeItemRow, "undo">): ManageRequest | null {
  return undoSchema.parse(JSON.parse(item.undo));
}
