import { ERROR_CODES, type ErrorCode, type Problem } from "@/lib/domain/errors";

/** A refusal or failure of the portal's API, with everything the operator needs to see. */
export class ApiProblem extends Error {
  readonly problem: Problem;

  constructor(problem: Problem, cause?: unknown) {
    super(problem.detail, cause === undefined ? undefined : { cause });
    this.name = "ApiProblem";
    this.problem = problem;
  }
}

function isCode(value: unknown): value is ErrorCode {
  return ERROR_CODES.some((code) => code === value);
}

/** Reads an error answer; a proxy's HTML page or an empty body still becomes a problem that says the status. */
export async function readProblem(response: Response): Promise<ApiProblem> {
  const body: unknown = await response.json().catch(() => null);
  if (typeof body === "object" && body !== null && "code" in body && isCode(body.code) && "detail" in body) {
    // The portal's own API wrote it; its shape is fixed by lib/domain/errors.ts.
    return new ApiProblem(body as Problem);
  }
  return new ApiProblem({
    type: "about:blank",
    title: "The portal did not answer as expected",
    status: response.status,
    code: response.status === 401 ? "unauthenticated" : "upstream",
    detail: `The server answered with status ${response.status} and without an explanation.`,
    nextStep: "Try again. If it goes on, check whether a proxy in front of the portal is in the way.",
    traceId: response.headers.get("x-trace-id") ?? "",
  });
}

/** No answer at all: the network, the server or a sleeping laptop. */
export function unreachableProblem(cause: unknown): ApiProblem {
  return new ApiProblem(
    {
      type: "urn:arcwarden:problem:unreachable",
      title: "The portal cannot be reached",
      status: 0,
      code: "upstream",
      detail: "The browser got no answer from the portal.",
      nextStep: "Check the network connection and try again. What is on this page stays.",
      traceId: "",
    },
    cause,
  );
}

/** Any thrown value as a problem, for places that show one. */
export function toClientProblem(error: unknown): Problem {
  return error instanceof ApiProblem ? error.problem : unreachableProblem(error).problem;
}
