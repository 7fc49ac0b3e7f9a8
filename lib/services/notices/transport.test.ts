import { createHmac } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { readConfig } from "@/lib/config/env";
import { createNoticeTransport, hostOf, signatureOf } from "./transport";

const SECRET = "a secret of at least thirty-two characters";
const NOW = new Date("2026-03-01T10:00:00.500Z");
const NOTICE = { eventId: "e1", kind: "test", target: "json" as const, body: '{"a":"ü"}', attempt: 2 };
let server: Server | null = null;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function receiver(handle: (request: IncomingMessage, response: ServerResponse, body: string) => void): Promise<string> {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => handle(request, response, Buffer.concat(chunks).toString("utf8")));
  });
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?key=1`;
}

const configFor = (url: string) =>
  readConfig({ LOCAL_AZURE_ORIGIN: "http://localhost:42000", NOTICE_WEBHOOK_URL: url, NOTICE_WEBHOOK_SECRET: SECRET });

it("signs the exact bytes with the time, so that a receiver can prove body, sender and freshness", async () => {
  let seen: { headers: IncomingMessage["headers"]; body: string } | null = null;
  const url = await receiver((request, response, body) => {
    seen = { headers: request.headers, body };
    response.writeHead(204).end();
  });
  const answer = await createNoticeTransport(configFor(url), () => NOW).send(NOTICE);
  expect(answer).toEqual({ status: 204, retryAfterMs: null });
  const seconds = Math.floor(NOW.getTime() / 1000);
  const expected = createHmac("sha256", SECRET).update(`${seconds}.${NOTICE.body}`).digest("hex");
  expect(seen).toMatchObject({
    body: NOTICE.body,
    headers: {
      "x-arcwarden-event-id": "e1",
      "x-arcwarden-event": "test",
      "x-arcwarden-attempt": "2",
      "x-arcwarden-signature": `t=${seconds},v1=${expected}`,
    },
  });
  expect(signatureOf(SECRET, `${NOTICE.body} `, NOW)).not.toContain(expected);
});

it("does not follow a redirect to another address", async () => {
  let calls = 0;
  const url = await receiver((_, response) => {
    calls++;
    response.writeHead(302, { location: "http://169.254.169.254/metadata" }).end();
  });
  expect(await createNoticeTransport(configFor(url), () => NOW).send(NOTICE)).toMatchObject({ status: 302 });
  expect(calls).toBe(1);
});

it("gives up on an attempt that is not answered, in words without address and secret", async () => {
  const url = await receiver(() => undefined);
  const sending = createNoticeTransport(configFor(url), () => NOW, 50).send(NOTICE);
  await expect(sending).rejects.toThrow(/^The receiver did not answer within 10 seconds\.$/);
});

it("reads how long a receiver wants to be left alone", async () => {
  const url = await receiver((_, response) => response.writeHead(429, { "retry-after": "90" }).end());
  expect(await createNoticeTransport(configFor(url), () => NOW).send(NOTICE)).toEqual({ status: 429, retryAfterMs: 90_000 });
});

it("shows the host of a target and nothing else of its address", () => {
  const config = configFor("http://127.0.0.1:9/secret-path?sig=abc");
  expect(hostOf(config, "json")).toBe("127.0.0.1:9");
  expect(hostOf(config, "teams")).toBeNull();
  expect(JSON.stringify(config)).not.toContain("sig=abc");
});

const LOCAL = { LOCAL_AZURE_ORIGIN: "http://localhost:42000" };
it.each([
  ["http to another computer", { ...LOCAL, NOTICE_TEAMS_URL: "http://10.0.0.1/x" }, /NOTICE_TEAMS_URL is not an https address/],
  [
    "a user name in the address",
    { ...LOCAL, NOTICE_TEAMS_URL: "https://a:b@example.com/x" },
    /NOTICE_TEAMS_URL is not an https address/,
  ],
  ["another scheme", { ...LOCAL, NOTICE_TEAMS_URL: "file:///etc/passwd" }, /NOTICE_TEAMS_URL is not an https address/],
  ["an address without a secret", { ...LOCAL, NOTICE_WEBHOOK_URL: "https://example.com/x" }, /belong together/],
  [
    "a short secret",
    { ...LOCAL, NOTICE_WEBHOOK_URL: "https://example.com/x", NOTICE_WEBHOOK_SECRET: "short" },
    /NOTICE_WEBHOOK_SECRET has a value of the wrong form/,
  ],
])("refuses to start with %s", (_, env, problem) => {
  expect(() => readConfig(env)).toThrow(problem);
});
