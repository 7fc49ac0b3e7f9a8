import { readFileSync } from "node:fs";

const TICKS_PER_SECOND = 100;
// Fields of proc(5) stat after the command's closing bracket, counted from there: utime is the 12th, stime the 13th.
const USER_TIME = 11;

/** Processor milliseconds a process has used; null where there is no /proc. Unlike a stopwatch it does not see other programs. */
export function cpuMs(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return ((Number(fields[USER_TIME]) + Number(fields[USER_TIME + 1])) * 1000) / TICKS_PER_SECOND;
  } catch {
    return null;
  }
}
