import { createServer } from "node:net";

/** A port of loopback that can be listened on: `wanted` itself, or any free one for 0. null when `wanted` is taken. */
export function freePort(wanted: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(null));
    server.listen(wanted, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : wanted;
      server.close(() => resolve(port));
    });
  });
}

/** The port a variable names, its default, or the sentence that says what is wrong with it. */
export function readPort(variable: string, value: string | undefined, fallback: number): { port: number } | { problem: string } {
  if (value === undefined || value === "") return { port: fallback };
  const port = Number(value);
  if (/^\d{1,5}$/.test(value) && port <= 65_535) return { port };
  return { problem: `${variable} is "${value}". Set it to a port number from 0 to 65535; 0 takes any free one.` };
}
