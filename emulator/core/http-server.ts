import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Ending, Incoming } from "./request-life.ts";

const MOST_BODY_BYTES = 8 * 1024 * 1024;
/** Signed operation URLs of 3 KB and long filters must fit. */
const MOST_HEADER_BYTES = 64 * 1024;

export type Listener = { port: number; close(): Promise<void> };
export type Handle = (incoming: Incoming) => Promise<Ending>;

async function readBody(message: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    const bytes = chunk as Buffer;
    size += bytes.length;
    if (size > MOST_BODY_BYTES) return null;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function readHeaders(message: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(message.headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(", ") : value]],
    ),
  );
}

function write(response: ServerResponse, ending: Ending): void {
  if (ending.kind === "reset") {
    response.socket?.resetAndDestroy();
    return;
  }
  const { status, headers, body } = ending.answer;
  const bytes = Buffer.from(body, "utf8");
  const { "set-cookie": cookies, ...plain } = headers;
  const length: Record<string, string> = status === 204 || status === 304 ? {} : { "content-length": String(bytes.length) };
  response.writeHead(status, { ...plain, ...(cookies === undefined ? {} : { "set-cookie": cookies.split("\n") }), ...length });
  if (ending.kind === "answer") {
    response.end(bytes);
    return;
  }
  // The length says more than comes, so that the client sees a broken body and not a short one.
  response.write(bytes.subarray(0, ending.bytes), () => response.socket?.destroy());
}

async function serve(handle: Handle, secure: boolean, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const gone = new AbortController();
  // After each answer too; a reason without a stack spares the search for one.
  response.once("close", () => gone.abort("closed"));
  const body = await readBody(message);
  if (body === null) {
    response.writeHead(413, { connection: "close" }).end();
    return;
  }
  const ending = await handle({
    method: message.method ?? "GET",
    target: message.url ?? "/",
    headers: readHeaders(message),
    body,
    secure,
    signal: gone.signal,
  });
  if (!response.destroyed) write(response, ending);
}

/** Listens on the loopback address. Port 0 takes any free one. Rejects with the error of the socket when the port is taken. */
export function listen(args: { port: number; handle: Handle; tls?: { key: string; cert: string } }): Promise<Listener> {
  const secure = args.tls !== undefined;
  const onRequest = (message: IncomingMessage, response: ServerResponse) => {
    serve(args.handle, secure, message, response).catch((error: unknown) => {
      process.stderr.write(`local Azure: a request could not be answered: ${String(error)}\n`);
      response.destroy();
    });
  };
  const options = { maxHeaderSize: MOST_HEADER_BYTES, keepAliveTimeout: 30_000 };
  const server: Server =
    args.tls === undefined ? createServer(options, onRequest) : createTlsServer({ ...options, ...args.tls }, onRequest);
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(args.port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve({
        port: (server.address() as AddressInfo).port,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            server.closeAllConnections();
          }),
      });
    });
  });
}
