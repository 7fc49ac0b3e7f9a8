import "server-only";

/**
 * Server-sent events out of values: one `data:` line each, and a comment line for null, which keeps the connection open. The
 * first value is made before the stream begins, so that a refusal is an answer and not a broken stream.
 */
export async function eventStream<Value>(values: AsyncGenerator<Value | null>): Promise<ReadableStream<Uint8Array>> {
  const encoder = new TextEncoder();
  let ahead: IteratorResult<Value | null> | null = await values.next();
  return new ReadableStream({
    async pull(controller) {
      try {
        const next: IteratorResult<Value | null> = ahead ?? (await values.next());
        ahead = null;
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
      await values.return(undefined);
    },
  });
}
