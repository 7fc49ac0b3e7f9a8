import { createArmJudge, type Finding, type Verdict } from "./arm-judge.ts";
import type { JudgedExchange } from "./exchange.ts";
import { createGraphJudge } from "./graph-judge.ts";
import { deviationOf, requestDeviationOf } from "./known-deviations.ts";

/** An exchange as local Azure's request list holds it (control API, GET /requests). */
export type ListedExchange = {
  face: string;
  method: string;
  url: string;
  requestHeaders: Record<string, string>;
  requestBody: string;
  status: number;
  responseHeaders: Record<string, string>;
  responseBody: string;
  requestBodyCut?: boolean;
  responseBodyCut?: boolean;
  faultId?: string | null;
};

export type WireError = Finding & { method: string; url: string; operation: string; status: number };
export type WireReport = {
  /** Exchanges that a description covers. */
  checked: number;
  requestErrors: WireError[];
  /** Those that real Azure does not show; the others are in `tolerated`. */
  responseErrors: WireError[];
  /** Reason of a known deviation -> how often it was met. */
  tolerated: Record<string, number>;
  /** Reason -> how many exchanges were not judged. */
  skipped: Record<string, number>;
};
export type WireJudge = { judge: (exchanges: readonly ListedExchange[]) => Promise<WireReport> };

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function add(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1;
}

/** A spoilt, cut or non-JSON answer says nothing about the shapes of local Azure; its request is judged all the same. */
function responseReason(row: ListedExchange): string | null {
  if (row.faultId) return "answer shaped by a fault";
  if (row.responseBodyCut === true) return "answer too long for the request list";
  if (row.responseBody !== "" && parse(row.responseBody) === undefined) return "answer is not JSON";
  return null;
}

/**
 * Judges recorded exchanges by the official descriptions: ARM and Resource Graph by oav, Graph by its OpenAPI subset. One
 * judge serves any number of lists.
 */
export async function createWireJudge(): Promise<WireJudge> {
  const [arm, graph] = [await createArmJudge(), await createGraphJudge()];
  const verdictOf = async (row: ListedExchange, exchange: JudgedExchange): Promise<Verdict> => {
    if (row.face === "graph") return graph(exchange);
    return row.face === "arm" || row.face === "resourceGraph" ? arm(exchange) : { kind: "skipped", reason: "not an Azure API" };
  };
  return {
    judge: async (exchanges) => {
      const report: WireReport = { checked: 0, requestErrors: [], responseErrors: [], tolerated: {}, skipped: {} };
      for (const row of exchanges) {
        if (row.method === "OPTIONS") {
          add(report.skipped, "preflight");
          continue;
        }
        const verdict = await verdictOf(row, exchangeOf(row));
        if (verdict.kind === "skipped") add(report.skipped, verdict.reason);
        else count(report, row, verdict);
      }
      return report;
    },
  };
}

function exchangeOf(row: ListedExchange): JudgedExchange {
  return {
    method: row.method,
    url: row.url,
    requestHeaders: row.requestHeaders,
    requestBody: parse(row.requestBody),
    status: row.status,
    responseHeaders: row.responseHeaders,
    responseBody: parse(row.responseBody),
  };
}

function count(report: WireReport, row: ListedExchange, verdict: Extract<Verdict, { kind: "judged" }>): void {
  report.checked += 1;
  const { method, url, status } = row;
  const { operation } = verdict;
  if (row.requestBodyCut !== true) {
    for (const error of verdict.requestErrors) {
      const known = requestDeviationOf(operation, error);
      if (known) add(report.tolerated, known.reason);
      else report.requestErrors.push({ ...error, method, url, operation, status });
    }
  }
  const reason = responseReason(row);
  if (reason !== null) {
    add(report.skipped, reason);
    return;
  }
  for (const error of verdict.responseErrors) {
    const known = deviationOf(operation, error);
    if (known) add(report.tolerated, known.reason);
    else report.responseErrors.push({ ...error, method, url, operation, status });
  }
}

/** The line the test run prints. */
export function scoreLine(name: string, report: WireReport): string {
  const tolerated = Object.values(report.tolerated).reduce((sum, value) => sum + value, 0);
  const skipped = Object.values(report.skipped).reduce((sum, value) => sum + value, 0);
  return `conformance ${name}: ${report.checked} exchanges checked, ${report.requestErrors.length} request errors, ${report.responseErrors.length} response errors, ${tolerated} known deviations, ${skipped} not judged`;
}
