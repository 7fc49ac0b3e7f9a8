import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ApiProblem } from "./api-problem";
import { openEventStream, type SseMessage } from "./sse";

const apiResponse = vi.hoisted(() => vi.fn());
vi.mock("./api", () => ({ apiResponse }));

let messages: SseMessage[];
let connected: boolean[];
let refused: ApiProblem[];
let close: () => void;

const stream = (text: string) => async () => new Response(text);
const problem = (status: number) =>
  new ApiProblem({ type: "x", title: "t", status, code: status === 404 ? "not_found" : "upstream", detail: "d", traceId: "t" });
/** A connection that stays open and silent until it is aborted. */
const silent = async (_path: string, init: { signal: AbortSignal }) =>
  new Response(
    new ReadableStream({
      start: (controller) => init.signal.addEventListener("abort", () => controller.error(new Error("aborted"))),
    }),
  );

function open(): void {
  close = openEventStream("/api/operations/1/events", {
    onMessage: (message) => messages.push(message),
    onConnected: (state) => connected.push(state),
    onRefused: (error) => refused.push(error),
  });
}

beforeEach(() => {
  vi.useFakeTimers();
  messages = [];
  connected = [];
  refused = [];
  apiResponse.mockReset().mockImplementation(silent);
});
afterEach(() => {
  close();
  vi.useRealTimers();
});

it("connects again after the server closed, from the last event on, and says when it is not connected", async () => {
  apiResponse.mockImplementationOnce(stream("id: 7\ndata: a\n\n"));
  open();
  await vi.advanceTimersByTimeAsync(499);
  expect(messages.map(({ data }) => data)).toEqual(["a"]);
  expect(connected).toEqual([true, false]);
  expect(apiResponse).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(apiResponse.mock.calls[1]?.[1].headers).toMatchObject({ "last-event-id": "7", accept: "text/event-stream" });
  expect(connected).toEqual([true, false, true]);
});

it("waits longer after each failure, up to 15 s", async () => {
  apiResponse.mockRejectedValue(problem(502));
  open();
  await vi.advanceTimersByTimeAsync(500 + 1_000 + 2_000);
  expect(apiResponse).toHaveBeenCalledTimes(4);
  await vi.advanceTimersByTimeAsync(4_000 + 8_000 + 15_000 + 15_000);
  expect(apiResponse).toHaveBeenCalledTimes(8);
});

it("gives up a connection that is silent for 45 s", async () => {
  open();
  await vi.advanceTimersByTimeAsync(44_999);
  expect(apiResponse).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(1 + 500);
  expect(apiResponse).toHaveBeenCalledTimes(2);
});

it("ends at a refusal that repeating cannot cure, but not at 429", async () => {
  apiResponse.mockRejectedValueOnce(problem(429)).mockRejectedValueOnce(problem(404));
  open();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(apiResponse).toHaveBeenCalledTimes(2);
  expect(refused.map((error) => error.problem.status)).toEqual([404]);
});

it("stops for good when it is closed, and never leaves the page for a sign-in", async () => {
  open();
  await vi.advanceTimersByTimeAsync(0);
  expect(apiResponse.mock.calls[0]?.[1]).toMatchObject({ background: true });
  close();
  await vi.advanceTimersByTimeAsync(120_000);
  expect(apiResponse).toHaveBeenCalledTimes(1);
});
