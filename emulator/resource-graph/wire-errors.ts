import { WireError, type WireRequest } from "../core/contract.ts";
import type { KqlFailure } from "./kql-errors.ts";
import { formatDateTime, ticksOfMs } from "./kql-values.ts";

type Detail = Record<string, unknown>;

const INVALID_QUERY: Detail = {
  code: "InvalidQuery",
  message:
    "Query is invalid. Please refer to the documentation for the Azure Resource Graph service and fix the error before retrying.",
};

/** The service names time and correlation id in the outer message; the reason stands in `details`. */
export function resourceGraphError(
  status: number,
  code: string,
  details: Detail[],
  request: WireRequest,
  nowMs: number,
): WireError {
  const message = `Please provide below info when asking for support: timestamp = ${formatDateTime(ticksOfMs(nowMs))}, correlationId = ${request.correlationId}.`;
  return new WireError(status, { error: { code, message, details } });
}

/** Forms seen in public reports: azure-powershell issues 9850 and 13762, aztfexport issue 485, azqr (logical table). */
export function queryError(failure: KqlFailure, request: WireRequest, nowMs: number): WireError {
  return resourceGraphError(400, "BadRequest", detailsOf(failure), request, nowMs);
}

function detailsOf(failure: KqlFailure): Detail[] {
  switch (failure.kind) {
    case "parser": {
      const { line, column, token, expected } = failure;
      const place = { line, characterPositionInLine: column, token };
      return [
        INVALID_QUERY,
        {
          code: "ParserFailure",
          message: "ParserFailure",
          ...place,
          ...(expected === undefined ? {} : { expectedToken: expected }),
        },
      ];
    }
    case "language":
      return [
        INVALID_QUERY,
        {
          code: "InvalidQueryLanguage",
          message: "InvalidQueryLanguage",
          line: -1,
          characterPositionInLine: -1,
          token: failure.token,
        },
      ];
    case "table":
      return [{ code: "DisallowedLogicalTableName", message: `Table ${failure.table} is invalid, unsupported or disallowed.` }];
    case "semantic":
      return [INVALID_QUERY, { code: "SemanticError", message: failure.message }];
  }
}
