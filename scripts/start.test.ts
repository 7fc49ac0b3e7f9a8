import { once } from "node:events";
import { createServer } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { freePort, readPort } from "./free-port.ts";
import { checkNodeVersion } from "./node-version.ts";
import { createPortalServer, isDecodablePath } from "./start.ts";

describe("the portal's server", () => {
  const servers: { close(): void }[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  async function serve(handle: Parameters<typeof createPortalServer>[0]): Promise<number> {
    const server = createPortalServer(handle);
    servers.push(server);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  }

  it.each(["/api/machines/%E0%A4%A/x", "/%", "/a%2"])("answers 400 to %s and never reaches the portal", async (path) => {
    let reached = false;
    const port = await serve(async (_request, response) => {
      reached = true;
      response.end();
    });
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    expect(response.status).toBe(400);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await response.json()).toMatchObject({ code: "invalid_input", fields: [{ field: "path" }] });
    expect(reached).toBe(false);
  });

  it.each(["/", "/api/machines/a%20b/c%2Fd?q=%", "/%25"])("passes %s on", async (path) => {
    const port = await serve(async (_request, response) => void response.end("reached"));
    expect(await (await fetch(`http://127.0.0.1:${port}${path}`)).text()).toBe("reached");
  });

  it.each([
    [["application/vnd.arcwarden.fleet+json"], "application/vnd.arcwarden.fleet+json"],
    [["text/event-stream"], ["text/event-stream"]],
    ["text/html", "text/html"],
  ])("names the content type %j as %j to Next's compression", async (given, seen) => {
    let found: unknown;
    const port = await serve(async (_request, response) => {
      response.setHeader("content-type", given);
      response.setHeader("x-list", ["a+json"]);
      found = [response.getHeader("content-type"), response.getHeader("x-list")];
      response.end();
    });
    await fetch(`http://127.0.0.1:${port}/`);
    expect(found).toEqual([seen, ["a+json"]]);
  });

  it("judges the path only, not the query", () => {
    expect(isDecodablePath("/a?x=%E0%A4%A")).toBe(true);
    expect(isDecodablePath("/%E0%A4%A")).toBe(false);
  });
});

describe("ports", () => {
  it("finds a free port for 0, and none when the wanted one is taken", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const taken = typeof address === "object" && address !== null ? address.port : 0;
    expect(await freePort(taken)).toBeNull();
    expect(await freePort(0)).toBeGreaterThan(0);
    server.close();
  });

  it("reads a port from a variable or says what is wrong", () => {
    expect(readPort("PORT", undefined, 3000)).toEqual({ port: 3000 });
    expect(readPort("PORT", "0", 3000)).toEqual({ port: 0 });
    expect(readPort("PORT", "65535", 3000)).toEqual({ port: 65_535 });
    for (const value of ["65536", "-1", "3000a", " "])
      expect(readPort("PORT", value, 3000)).toMatchObject({ problem: expect.stringContaining("PORT is") });
  });
});

describe("the version of Node", () => {
  it("takes 24 only and says how to get it", () => {
    expect(checkNodeVersion("v24.0.0")).toBeNull();
    for (const version of ["v20.20.2", "v22.1.0", "v25.0.0", "v240.0.0"]) expect(checkNodeVersion(version)).toContain("npm ci");
  });
});
