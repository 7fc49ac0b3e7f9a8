import { readdirSync, readFileSync } from "node:fs";

const TICKS_PER_SECOND = 100;
// Fields of proc(5) stat after the command's closing bracket, counted from there: utime is the 12th, stime the 13th.
const USER_TIME = 11;

/** The parent's number is the second field, and what ended children have used stands behind the process's own time. */
const PARENT = 1;
const CHILDREN_TIME = 13;

function statFields(pid: number): string[] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return null;
  }
}

const milliseconds = (fields: readonly string[], at: number): number =>
  ((Number(fields[at]) + Number(fields[at + 1])) * 1000) / TICKS_PER_SECOND;

/** Processor milliseconds a process has used; null where there is no /proc. Unlike a stopwatch it does not see other programs. */
export function cpuMs(pid: number): number | null {
  const fields = statFields(pid);
  return fields === null ? null : milliseconds(fields, USER_TIME);
}

/** The same for a process with its children, those that have ended too. */
export function familyCpuMs(pid: number): number | null {
  const own = statFields(pid);
  if (own === null) return null;
  const children = readdirSync("/proc").flatMap((name) => {
    const fields = /^\d+$/.test(name) ? statFields(Number(name)) : null;
    return fields?.[PARENT] === String(pid) ? [milliseconds(fields, USER_TIME)] : [];
  });
  return children.reduce((sum, ms) => sum + ms, milliseconds(own, USER_TIME) + milliseconds(own, CHILDREN_TIME));
}
