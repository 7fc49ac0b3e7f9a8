import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * The rules of the container image that matter here: who runs it, what it may write, what gets in. No linter of others is needed
 * for them, and `npm run lint` says which one is broken.
 */

type Instruction = { line: number; name: string; rest: string };

/** Instructions with their continuation lines joined; comments and empty lines are left out. */
export function instructionsOf(text: string): Instruction[] {
  const found: Instruction[] = [];
  let open: Instruction | null = null;
  for (const [index, raw] of text.split("\n").entries()) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) continue;
    const more = line.endsWith("\\");
    const part = more ? line.slice(0, -1).trim() : line;
    if (open === null) {
      const [name = "", ...rest] = part.split(/\s+/);
      open = { line: index + 1, name: name.toUpperCase(), rest: rest.join(" ") };
    } else {
      open.rest += ` ${part}`;
    }
    if (more) continue;
    found.push(open);
    open = null;
  }
  return found;
}

const isSecretName = (text: string) => /(SECRET|PASSWORD|TOKEN|DATABASE_URL|_KEY)\b\s*=/i.test(text);

function stageProblems(stage: readonly Instruction[]): string[] {
  const last = (name: string) => stage.findLast((one) => one.name === name);
  const problems: string[] = [];
  const user = last("USER");
  const uid = /^(\d+)(:\d+)?$/.exec(user?.rest ?? "")?.[1];
  if (uid === undefined || Number(uid) === 0) {
    problems.push("the last stage names no USER by number other than 0: a cluster can only check numbers");
  }
  if (user !== undefined && stage.some((one) => one.line > user.line && ["RUN", "COPY", "ADD"].includes(one.name))) {
    problems.push("something is copied or run after USER: the portal could own and change its own code");
  }
  if (stage.some((one) => one.name === "COPY" && /--chown/.test(one.rest))) {
    problems.push("COPY --chown gives code to the portal's user, which could change it then");
  }
  const volumes = stage.filter((one) => one.name === "VOLUME").map((one) => one.rest);
  if (volumes.join() !== '["/data"]') problems.push("/data must be the one VOLUME: nothing else may be written");
  const health = last("HEALTHCHECK")?.rest ?? "";
  if (!/CMD \[.*\]$/.test(health) || /curl|wget/.test(health)) {
    problems.push("HEALTHCHECK must run a program of the image itself, as a list: there is no curl and no shell to rely on");
  }
  for (const name of ["CMD", "ENTRYPOINT"] as const) {
    const found = last(name);
    if (found !== undefined && !found.rest.startsWith("[")) {
      problems.push(`${name} must be a list: a shell would not pass SIGTERM on`);
    }
  }
  if (last("CMD") === undefined) problems.push("the last stage has no CMD");
  if (last("STOPSIGNAL")?.rest !== "SIGTERM") problems.push("STOPSIGNAL must be SIGTERM, on which the portal drains and saves");
  return problems;
}

/** Everything that is wrong with the Dockerfile and the .dockerignore beside it; empty when they keep the rules. */
export function dockerfileProblems(dockerfile: string, ignore: string): string[] {
  const all = instructionsOf(dockerfile);
  const problems: string[] = [];
  const image = all.find((one) => one.name === "ARG" && one.rest.startsWith("NODE_IMAGE="))?.rest ?? "";
  if (!/^NODE_IMAGE=node:24\.\d+\.\d+-/.test(image)) problems.push("NODE_IMAGE must name Node 24 by its full version");
  const stages = all.filter((one) => one.name === "FROM");
  if (stages.length < 2) problems.push("there must be several stages: the tools of the build do not belong into the image");
  const lastFrom = stages.at(-1)?.line ?? 0;
  const final = all.filter((one) => one.line > lastFrom);
  if (final.some((one) => one.name === "RUN" && /npm (ci|install)/.test(one.rest))) {
    problems.push("npm runs in the last stage: its cache and tools would stay in the image");
  }
  if (!all.some((one) => one.name === "RUN" && /npm ci --omit=dev/.test(one.rest))) {
    problems.push("no stage installs without development dependencies (npm ci --omit=dev)");
  }
  for (const one of all) {
    if (one.name === "ADD") problems.push(`line ${one.line}: ADD unpacks and downloads; use COPY`);
    if (one.name === "RUN" && /npm install|curl|wget|sudo/.test(one.rest)) {
      problems.push(`line ${one.line}: only npm ci brings files in, by the lockfile`);
    }
    if ((one.name === "ENV" || one.name === "ARG") && isSecretName(one.rest)) {
      problems.push(`line ${one.line}: a secret in ${one.name} stays readable in the image`);
    }
  }
  const lines = ignore.split("\n").map((line) => line.trim());
  if (lines.find((line) => line !== "" && !line.startsWith("#")) !== "*") {
    problems.push(".dockerignore must begin with * and let in by name: a new folder stays out until it is named");
  }
  if (lines.some((line) => /^!(\.git|\.env|\.data|emulator|e2e|specs)/.test(line))) {
    problems.push(".dockerignore lets in what the portal does not need");
  }
  return [...problems, ...stageProblems(final)];
}

function main(): void {
  const root = join(import.meta.dirname, "..");
  const problems = dockerfileProblems(
    readFileSync(join(root, "Dockerfile"), "utf8"),
    readFileSync(join(root, ".dockerignore"), "utf8"),
  );
  for (const problem of problems) process.stderr.write(`Dockerfile: ${problem}\n`);
  process.stdout.write(`Dockerfile: ${problems.length} problems\n`);
  process.exit(problems.length === 0 ? 0 : 1);
}

if (process.argv[1] === import.meta.filename) main();
