import { createHmac, timingSafeEqual } from "node:crypto";
import type { EmulatorContext, WireRequest } from "../core/contract.ts";
import { armError } from "../core/errors.ts";
import { stableHex } from "../world/random.ts";
import type { Operation } from "../world/types.ts";
import { queryOf } from "./request-reading.ts";

/** Operation URLs carry a version of their own, not the caller's. Source: azure-apis.md 1.4 and the recordings. */
export const OPERATION_API_VERSION = "2024-11-10-preview";
const TICKS_AT_EPOCH = 621_355_968_000_000_000n;
/** Length of the recorded certificate parameter, which makes the URL about 3 KB. */
const LONG_CERTIFICATE = 2_400;
const SHORT_CERTIFICATE = 43;

type Kind = "operationstatus" | "operationresults";

/** Headers of an accepted operation, and of every poll while it runs. */
export function operationHeaders(request: WireRequest, ctx: EmulatorContext, operation: Operation): Record<string, string> {
  const retryAfter = ctx.options.extensionRetryAfterSeconds;
  return {
    "Azure-AsyncOperation": operationUrl(request, ctx, operation, "operationstatus"),
    Location: operationUrl(request, ctx, operation, "operationresults"),
    ...(retryAfter === null ? {} : { "Retry-After": String(retryAfter) }),
  };
}

function operationUrl(request: WireRequest, ctx: EmulatorContext, operation: Operation, kind: Kind): string {
  const subscriptionId = /^\/subscriptions\/([^/]+)/i.exec(operation.resourceId)?.[1] ?? "";
  const path = `/subscriptions/${subscriptionId}/providers/Microsoft.HybridCompute/locations/${operation.location}/${kind}/${operation.id}`;
  const t = String(BigInt(ctx.clock.nowMs()) * 10_000n + TICKS_AT_EPOCH);
  const c = certificateText(ctx);
  const s = sign(ctx, `${path.toLowerCase()}|${OPERATION_API_VERSION}|${t}|${c}`, 256);
  const h = sign(ctx, `h|${path.toLowerCase()}|${t}`, 32);
  return `${request.origin}${path}?api-version=${OPERATION_API_VERSION}&t=${t}&c=${c}&s=${s}&h=${h}`;
}

function certificateText(ctx: EmulatorContext): string {
  const length = ctx.options.longOperationUrls ? LONG_CERTIFICATE : SHORT_CERTIFICATE;
  return `MII${stableHex(ctx.world.seed, "operation-certificate", length - 3)}`;
}

/** An HMAC stretched to the length that the real signature has. */
function sign(ctx: EmulatorContext, text: string, bytes: number): string {
  const blocks: Buffer[] = [];
  for (let length = 0; length < bytes; length += 32) {
    blocks.push(createHmac("sha256", `local-azure-operations-${ctx.world.seed}`).update(`${length}|${text}`).digest());
  }
  return Buffer.concat(blocks).subarray(0, bytes).toString("base64url");
}

/** Refuses a poll whose URL was changed anywhere: clients must send it byte for byte. */
export function verifyOperationUrl(request: WireRequest, ctx: EmulatorContext): void {
  const [t, c, s, h] = ["t", "c", "s", "h"].map((name) => queryOf(request, name) ?? "");
  const version = queryOf(request, "api-version") ?? "";
  const path = request.path.toLowerCase();
  const right = same(s ?? "", sign(ctx, `${path}|${version}|${t}|${c}`, 256)) && same(h ?? "", sign(ctx, `h|${path}|${t}`, 32));
  if (!right)
    throw armError(400, "InvalidOperationUrl", "The signature of the operation URL does not fit. Send the URL unchanged.");
}

function same(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
