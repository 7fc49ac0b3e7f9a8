import "server-only";

/** A call that Azure leaves without an answer is given up after this; its step is saved as not known and asked about later. */
export const GIVE_UP_AFTER_MS = 8_000;

/** Ends the background work: nothing new is taken, running steps are saved, and in the end every call of it is over. */
export async function stopWork(runners: readonly { stop(): Promise<void> }[], background: AbortController): Promise<void> {
  const limit = setTimeout(() => background.abort(), GIVE_UP_AFTER_MS);
  try {
    await Promise.all(runners.map((runner) => runner.stop()));
  } finally {
    clearTimeout(limit);
    background.abort();
  }
}
