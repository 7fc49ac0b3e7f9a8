import { apiResponse } from "./api";
import { ApiProblem } from "./api-problem";

export type SseMessage = { event: string; data: string; id: string | null };

/** Splits a text stream into events (html.spec.whatwg.org, server-sent events): LF, CR or CRLF, comments left out. */
export class SseParser {
  #rest = "";
  #event = "";
  #data: string[] = [];
  #id: string | null = null;

  push(text: string): SseMessage[] {
    const messages: SseMessage[] = [];
    // A CR at the very end may be the first half of CRLF, so it waits for the next piece.
    const whole = this.#rest + text;
    const heldBack = whole.endsWith("\r") ? "\r" : "";
    const lines = whole.slice(0, whole.length - heldBack.length).split(/\r\n|\r|\n/);
    this.#rest = (lines.pop() ?? "") + heldBack;
    for (const line of lines) {
      const message = this.#line(line);
      if (message !== null) messages.push(message);
    }
    return messages;
  }

  #line(line: string): SseMessage | null {
    if (line === "") return this.#dispatch();
    if (line.startsWith(":")) return null;
    const colon = line.indexOf(":");
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") this.#event = value;
    else if (field === "data") this.#data.push(value);
    else if (field === "id") this.#id = value;
    return null;
  }

  #dispatch(): SseMessage | null {
    const message = { event: this.#event || "message", data: this.#data.join("\n"), id: this.#id };
    const filled = this.#data.length > 0;
    this.#event = "";
    this.#data = [];
    return filled ? message : null;
  }
}

export type SseHandlers = {
  onMessage: (message: SseMessage) => void;
  /** false while the connection is lost and being made again. */
  onConnected?: (connected: boolean) => void;
  /** A refusal that repeating cannot cure; the stream has ended. */
  onRefused?: (problem: ApiProblem) => void;
};

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;
/** The server sends a heartbeat more often than this. */
const SILENCE_MS = 45_000;

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
    signal.addEventListener("abort", done);
  });
}

async function readAll(response: Response, handlers: SseHandlers, onPiece: () => void): Promise<void> {
  if (response.body === null) return;
  const parser = new SseParser();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    onPiece();
    for (const message of parser.push(value)) handlers.onMessage(message);
  }
}

/** One connection: ends when the server closes it, when it falls silent, or when `signal` aborts. */
async function connectOnce(path: string, lastId: string | null, handlers: SseHandlers, signal: AbortSignal): Promise<void> {
  const controller = new AbortController();
  const abort = () => controller.abort();
  signal.addEventListener("abort", abort);
  let timer = setTimeout(abort, SILENCE_MS);
  try {
    const headers = { accept: "text/event-stream", ...(lastId === null ? {} : { "last-event-id": lastId }) };
    const response = await apiResponse(path, { headers, signal: controller.signal, background: true });
    handlers.onConnected?.(true);
    await readAll(response, handlers, () => {
      clearTimeout(timer);
      timer = setTimeout(abort, SILENCE_MS);
    });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", abort);
  }
}

function isFinalRefusal(error: unknown): error is ApiProblem {
  return error instanceof ApiProblem && error.problem.status >= 400 && error.problem.status < 500 && error.problem.status !== 429;
}

/**
 * An event stream with the operator's token (EventSource cannot send one). Connects again after every loss, with growing
 * pauses, until the returned function is called or the API refuses for good.
 */
export function openEventStream(path: string, handlers: SseHandlers): () => void {
  const controller = new AbortController();
  const { signal } = controller;

  async function run(): Promise<void> {
    let wait = FIRST_PAUSE_MS;
    let lastId: string | null = null;
    const watched: SseHandlers = {
      ...handlers,
      onMessage: (message) => {
        wait = FIRST_PAUSE_MS;
        lastId = message.id ?? lastId;
        if (!signal.aborted) handlers.onMessage(message);
      },
    };
    while (!signal.aborted) {
      try {
        await connectOnce(path, lastId, watched, signal);
      } catch (error) {
        if (isFinalRefusal(error)) return handlers.onRefused?.(error);
      }
      if (signal.aborted) return;
      handlers.onConnected?.(false);
      await pause(wait, signal);
      wait = Math.min(wait * 2, LONGEST_PAUSE_MS);
    }
  }

  void run();
  return () => controller.abort();
}
