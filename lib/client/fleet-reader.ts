import type { FleetHead, FleetMessage, FleetProgress, FleetTail } from "@/lib/domain/fleet-wire";
import { type BrokenLine, JsonLines } from "./json-lines";

/** What the reader of a stream needs to know besides the rows, which go to the store only. */
export type FleetEvent = FleetHead | FleetProgress | FleetTail | BrokenLine;

const TYPES: ReadonlySet<FleetMessage["type"]> = new Set(["head", "rows", "certificates", "extensions", "progress", "tail"]);

/** The lines of GET /api/fleet. */
export class FleetReader extends JsonLines<FleetMessage> {
  constructor() {
    super(TYPES, "a fleet message");
  }
}
