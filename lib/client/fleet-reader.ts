import type { FleetHead, FleetMessage, FleetProgress, FleetTail } from "@/lib/domain/fleet-wire";

/** A line that is no JSON, or no message: the stream cannot be trusted any further. */
export type BrokenLine = { type: "broken"; reason: string };

/** What the reader of a stream needs to know besides the rows, which go to the store only. */
export type FleetEvent = FleetHead | FleetProgress | FleetTail | BrokenLine;

const TYPES: ReadonlySet<string> = new Set(["head", "rows", "certificates", "extensions", "progress", "tail"]);

function parseLine(line: string): FleetMessage | BrokenLine {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === "object" && value !== null && "type" in value && TYPES.has(String(value.type))) {
      // The portal's own API wrote it; its shape is fixed by lib/domain/fleet-wire.ts.
      return value as FleetMessage;
    }
    return { type: "broken", reason: "a line is not a fleet message" };
  } catch {
    return { type: "broken", reason: "a line is not JSON" };
  }
}

/** Turns bytes into messages: a line may come in several chunks and a chunk may hold several lines. */
export class FleetReader {
  #decoder = new TextDecoder();
  #rest = "";

  /** Begins a new stream and forgets an unfinished line of the last one. */
  reset(): void {
    this.#decoder = new TextDecoder();
    this.#rest = "";
  }

  push(chunk: Uint8Array): (FleetMessage | BrokenLine)[] {
    const text = this.#rest + this.#decoder.decode(chunk, { stream: true });
    const end = text.lastIndexOf("\n");
    this.#rest = text.slice(end + 1);
    return end < 0 ? [] : this.#parse(text.slice(0, end));
  }

  finish(): (FleetMessage | BrokenLine)[] {
    const text = this.#rest + this.#decoder.decode();
    this.reset();
    return this.#parse(text);
  }

  #parse(text: string): (FleetMessage | BrokenLine)[] {
    return text
      .split("\n")
      .filter((line) => line.trim() !== "")
      .map(parseLine);
  }
}
