import { execFileSync, spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";

/** Draws and answers like the browser without its windows: whole runs take a third less time. */
const SHELL = "chromium-headless-shell";
const NAMES = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "microsoft-edge",
  "microsoft-edge-stable",
];
const FIXED_PATHS = [
  "/usr/bin/chromium",
  "/usr/lib/chromium/chromium",
  "/snap/bin/chromium",
  "/opt/google/chrome/chrome",
  "/opt/microsoft/msedge/msedge",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
];
const PLAYWRIGHT_FOLDERS = [
  process.env.PLAYWRIGHT_BROWSERS_PATH,
  join(homedir(), ".cache/ms-playwright"),
  join(homedir(), "Library/Caches/ms-playwright"),
  process.env.LOCALAPPDATA === undefined ? undefined : join(process.env.LOCALAPPDATA, "ms-playwright"),
];
const PLAYWRIGHT_BINARIES = [
  "chrome-linux64/chrome",
  "chrome-linux/chrome",
  "chrome-mac/Chromium.app/Contents/MacOS/Chromium",
  "chrome-win/chrome.exe",
  "chrome-win64/chrome.exe",
];
const INSTALL_LIMIT_MS = 240_000;
/** What only makes the tests faster is not waited for long. */
const SHELL_LIMIT_MS = 60_000;
const PACKAGED = "@sparticuz/chromium@153.0.0";

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function named(): string | null {
  for (const variable of ["CHROME_PATH", "E2E_BROWSER"]) {
    const path = process.env[variable];
    if (path === undefined || path === "") continue;
    if (isExecutable(path)) return path;
    throw new Error(`${variable} is ${path}, which is not an executable file. Set it to the browser's program, or unset it.`);
  }
  return null;
}

function installed(): string | null {
  const onPath = (process.env.PATH ?? "").split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return [...onPath, ...FIXED_PATHS].find(isExecutable) ?? null;
}

function installedShell(): string | null {
  const onPath = (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, SHELL));
  return [...onPath, `/usr/bin/${SHELL}`].find(isExecutable) ?? null;
}

/** Where Debian's package may be had. Without it any browser will do, only slower. */
function shellByApt(): string | null {
  if (process.platform !== "linux" || process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return null;
  say(`installing Debian's ${SHELL} with apt-get, in which the browser tests take a third less time`);
  return run("apt-get", ["install", "-y", "--no-install-recommends", SHELL], SHELL_LIMIT_MS) ? installedShell() : null;
}

function playwrightDownload(): string | null {
  for (const folder of PLAYWRIGHT_FOLDERS) {
    if (folder === undefined || !existsSync(folder)) continue;
    const versions = readdirSync(folder)
      .filter((name) => /^chromium-\d+$/.test(name))
      .sort((a, b) => Number(b.split("-")[1]) - Number(a.split("-")[1]));
    const found = versions
      .flatMap((version) => PLAYWRIGHT_BINARIES.map((binary) => join(folder, version, binary)))
      .find(isExecutable);
    if (found !== undefined) return found;
  }
  return null;
}

function say(text: string): void {
  process.stderr.write(`find-browser: ${text}\n`);
}

function run(command: string, args: string[], timeout = INSTALL_LIMIT_MS): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const result = spawnSync(command, args, { stdio: ["ignore", "ignore", "ignore"], timeout, env });
  return result.status === 0;
}

function installByPlaywright(): string | null {
  say("no browser found; asking Playwright to download Chromium");
  const cli = join(import.meta.dirname, "../node_modules/@playwright/test/cli.js");
  return run(process.execPath, [cli, "install", "chromium"]) ? playwrightDownload() : null;
}

function installByApt(): string | null {
  if (process.platform !== "linux" || process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return null;
  say("no browser found; installing Debian's chromium with apt-get");
  const done = run("apt-get", ["install", "-y", "--no-install-recommends", "chromium"]);
  return done || (run("apt-get", ["update"]) && run("apt-get", ["install", "-y", "--no-install-recommends", "chromium"]))
    ? installed()
    : null;
}

/** 67 MB that only a machine needs which reaches the npm registry, has no browser and may not install one: fetched when wanted. */
async function fromPackage(): Promise<string | null> {
  if (process.platform !== "linux" || process.arch !== "x64") return null;
  say(`no browser found; fetching ${PACKAGED} from the npm registry`);
  const folder = join(import.meta.dirname, "../node_modules/.cache/arcwarden-browser");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{"private":true}');
  if (!run("npm", ["install", "--prefix", folder, "--no-audit", "--no-fund", PACKAGED])) return null;
  try {
    const entry = pathToFileURL(createRequire(join(folder, "package.json")).resolve("@sparticuz/chromium")).href;
    const { default: chromium } = (await import(entry)) as { default: { executablePath: () => Promise<string> } };
    const path = await chromium.executablePath();
    execFileSync(path, ["--version"], { stdio: "ignore", timeout: 20_000 });
    return path;
  } catch {
    return null;
  }
}

/** Path of a Chromium-like browser; gets one when the machine has none. `shell`: without windows is as good. */
export async function findBrowser({ shell = false }: { shell?: boolean } = {}): Promise<string> {
  const given = named();
  const path =
    given ??
    (shell ? (installedShell() ?? shellByApt()) : null) ??
    installed() ??
    playwrightDownload() ??
    installByPlaywright() ??
    installByApt() ??
    (await fromPackage());
  if (path !== null) return path;
  throw new Error(
    "No browser was found and none could be installed. Ways out: set CHROME_PATH to a Chrome, Chromium or Edge program; " +
      "install one (on Debian or Ubuntu: apt-get install -y chromium); or run npx playwright install --with-deps chromium.",
  );
}

if (process.argv[1] === import.meta.filename) {
  try {
    process.stdout.write(`${await findBrowser({ shell: process.argv.includes("--shell") })}\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
