import "server-only";

/**
 * Lines as a byte stream, one line per chunk so that each page leaves at once. Resolves when the first line is there: what
 * fails before it can still be answered as an error. The reader's leaving ends the generator.
 */
export async function lineStream(lines: AsyncGenerator<string>): Promise<ReadableStream<Uint8Array>> {
  const encoder = new TextEncoder();
  let next: IteratorResult<string> | null = await lines.next();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const item = next ?? (await lines.next());
      next = null;
      if (item.done) controller.close();
      else controller.enqueue(encoder.encode(`${item.value}\n`));
    },
    async cancel() {
      await lines.return(undefined);
    },
  });
}
