import "server-only";
import { findOperation } from "@/lib/db/operations";
import type { OperationView } from "@/lib/domain/api";
import { isFinal } from "@/lib/domain/operation-state";
import type { OperationRunner } from "@/lib/jobs/operation-runner";
import type { ServiceContext } from "../context";
import { readableOperation } from "./get";
import { viewOf } from "./view";

/** Another instance may move the operation, so the store is looked at even when nothing was announced here. */
const LOOK_EVERY_MS = 2_000;
const HEARTBEAT_EVERY_MS = 15_000;

function nextChange(runner: OperationRunner, id: string, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      off();
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    const off = runner.onChange(id, end);
    signal.addEventListener("abort", end, { once: true });
    if (signal.aborted) end();
  });
}

/** The operation as it is now and after each change, until it ends or the reader leaves. `null` is a heartbeat. */
export async function* watchOperation(args: {
  ctx: ServiceContext;
  runner: OperationRunner;
  id: string;
}): AsyncGenerator<OperationView | null> {
  const { ctx, runner, id } = args;
  let row = await readableOperation(ctx, id);
  let shown = "";
  let quietMs = 0;
  while (!ctx.signal.aborted) {
    const view = await viewOf(ctx.db, row);
    const text = JSON.stringify(view);
    if (text !== shown) {
      shown = text;
      quietMs = 0;
      yield view;
      if (isFinal(row.state)) return;
    } else if (quietMs >= HEARTBEAT_EVERY_MS) {
      quietMs = 0;
      yield null;
    }
    await nextChange(runner, id, LOOK_EVERY_MS, ctx.signal);
    quietMs += LOOK_EVERY_MS;
    const fresh = await findOperation(ctx.db, id);
    if (fresh === null) return;
    row = fresh;
  }
}

/** Server-sent events of an operation: one `data:` line with the whole view each, and comment lines as heartbeat. */
export function operationEventStream(views: AsyncGenerator<OperationView | null>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      try {
        const next = await views.next();
        if (next.done === true) controller.close();
        else
          controller.enqueue(
            encoder.encode(next.value === null ? ": still here\n\n" : `data: ${JSON.stringify(next.value)}\n\n`),
          );
      } catch (error) {
        controller.error(error);
      }
    },
    async cancel() {
      await views.return(undefined);
    },
  });
}
