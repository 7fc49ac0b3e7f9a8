import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { dockerfileProblems, instructionsOf } from "./check-dockerfile.ts";
import { isAlive } from "./health.ts";

const root = new URL("..", import.meta.url);
const dockerfile = readFileSync(new URL("Dockerfile", root), "utf8");
const ignore = readFileSync(new URL(".dockerignore", root), "utf8");

it("the image keeps every rule", () => {
  expect(dockerfileProblems(dockerfile, ignore)).toEqual([]);
});

it("joins continued lines and leaves comments out", () => {
  expect(instructionsOf("# a\nENV A=1 \\\n    B=2\n\nrun x")).toEqual([
    { line: 2, name: "ENV", rest: "A=1 B=2" },
    { line: 5, name: "RUN", rest: "x" },
  ]);
});

describe("a change that breaks a rule is told", () => {
  it.each<[string, (text: string) => string, RegExp]>([
    ["root", (text) => text.replace("USER 65532:65532", "USER root"), /USER/],
    ["uid 0", (text) => text.replace("USER 65532:65532", "USER 0"), /USER/],
    ["no user", (text) => text.replace("USER 65532:65532", ""), /USER/],
    ["code copied after the user", (text) => text.replace("EXPOSE 3000", "COPY app ./app"), /after USER/],
    ["code given to the user", (text) => text.replace("COPY lib", "COPY --chown=65532 lib"), /--chown/],
    ["another volume", (text) => text.replace('VOLUME ["/data"]', 'VOLUME ["/data", "/app"]'), /VOLUME/],
    [
      "curl in the health check",
      (text) => text.replace('CMD ["node", "scripts/health.ts"]', "CMD curl -f localhost"),
      /HEALTHCHECK/,
    ],
    ["no health check", (text) => text.replace(/^HEALTHCHECK.*$/m, ""), /HEALTHCHECK/],
    ["a shell around the portal", (text) => text.replace('CMD ["node", "scripts/start.ts"]', "CMD node scripts/start.ts"), /CMD/],
    ["another signal", (text) => text.replace("STOPSIGNAL SIGTERM", "STOPSIGNAL SIGKILL"), /SIGTERM/],
    ["a Node that moves by itself", (text) => text.replace("node:24.21.0-", "node:24-"), /NODE_IMAGE/],
    ["another Node", (text) => text.replace("node:24.21.0-", "node:20.1.0-"), /NODE_IMAGE/],
    ["development dependencies", (text) => text.replace("npm ci --omit=dev", "npm ci"), /omit=dev/],
    ["npm in the last stage", (text) => text.replace("RUN install", "RUN npm ci --omit=dev && install"), /last stage/],
    ["a download", (text) => text.replace("COPY package.json next", "ADD https://example.com/x next"), /ADD/],
    [
      "a package from outside of the lockfile",
      (text) => text.replace("RUN npm ci --no-audit", "RUN npm install x --no-audit"),
      /lockfile/,
    ],
    ["a secret", (text) => text.replace("DATA_DIR=/data", "CLIENT_SECRET=x"), /secret/],
  ])("%s", (_, change, problem) => {
    const changed = change(dockerfile);
    expect(changed).not.toBe(dockerfile);
    expect(dockerfileProblems(changed, ignore).join("\n")).toMatch(problem);
  });

  it.each([
    ["everything let in", ignore.replace("\n*\n", "\n"), /begin with \*/],
    ["the history let in", `${ignore}\n!.git`, /does not need/],
  ])("%s", (_, changed, problem) => {
    expect(changed).not.toBe(ignore);
    expect(dockerfileProblems(dockerfile, changed).join("\n")).toMatch(problem);
  });
});

describe("the health check", () => {
  it.each([
    [200, true],
    [500, false],
  ])("an answer of %s means alive: %s", async (status, alive) => {
    const server = createServer((request, response) => {
      response.statusCode = request.url === "/api/health" ? status : 404;
      response.end("{}");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const port = String((server.address() as AddressInfo).port);
    expect(await isAlive(port)).toBe(alive);
    await new Promise((resolve) => server.close(resolve));
    expect(await isAlive(port)).toBe(false);
  });
});
