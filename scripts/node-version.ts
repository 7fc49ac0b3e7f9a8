const WANTED_MAJOR = 24;

/** Scripts rely on type stripping and node:sqlite of Node 24; the `node` package brings it whatever the machine has. */
export function checkNodeVersion(version: string): string | null {
  const major = Number(version.replace(/^v/, "").split(".")[0]);
  if (major === WANTED_MAJOR) return null;
  return (
    `This runs on Node ${version}, but Node ${WANTED_MAJOR} is needed. It comes with the dependencies: run "npm ci" without --ignore-scripts ` +
    `and start scripts through npm (npm run <name>) or with node_modules/.bin/node.`
  );
}

if (process.argv[1] === import.meta.filename) {
  const problem = checkNodeVersion(process.version);
  process.stdout.write(`node ${process.version}\n`);
  if (problem !== null) {
    process.stderr.write(`${problem}\n`);
    process.exit(1);
  }
}
