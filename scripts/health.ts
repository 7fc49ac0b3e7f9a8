/** Asks the portal of this container whether it is alive; the exit code is the answer. Needs no other program. */

const LIMIT_MS = 4_000;

export async function isAlive(port: string): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/api/health`, { signal: AbortSignal.timeout(LIMIT_MS) });
    return response.ok;
  } catch {
    return false;
  }
}

if (process.argv[1] === import.meta.filename) process.exit((await isAlive(process.env.PORT ?? "3000")) ? 0 : 1);
