import { readFileSync } from "node:fs";
import type { SpecialMachine } from "./special-machine.ts";

type RecordedKey = "amazonLinux2021" | "expiredSuse2021" | "keyOnly2021" | "server2016Of2019" | "windows11Of2023";
type RecordedFile = { machines: Record<RecordedKey, Record<string, unknown>> };
const recorded = (JSON.parse(readFileSync(new URL("./data/recorded-machines.json", import.meta.url), "utf8")) as RecordedFile)
  .machines;

/** Properties word for word from recordings, odd as they are: no time zone, unknown hardware, missing fields. */
export const RECORDED: readonly SpecialMachine[] = [
  {
    name: "lon-rec-0051",
    archetype: "ubuntu2204:recorded-2021-amazon",
    subscription: "sandbox",
    overrides: { properties: recorded.amazonLinux2021 },
    ...long(220),
  },
  {
    name: "lon-rec-0052",
    archetype: "sles15:recorded-2021-expired",
    subscription: "sandbox",
    overrides: { properties: recorded.expiredSuse2021 },
    ...long(300),
  },
  {
    name: "lon-rec-0053",
    archetype: "server2022:recorded-2021-key-only",
    subscription: "sandbox",
    overrides: { properties: recorded.keyOnly2021 },
  },
  {
    name: "lon-rec-0054",
    archetype: "server2016:recorded-2019",
    subscription: "sandbox",
    overrides: { properties: recorded.server2016Of2019 },
    ...long(400),
  },
  {
    name: "lon-rec-0055",
    archetype: "win1122h2:recorded-2023",
    subscription: "sandbox",
    overrides: { properties: recorded.windows11Of2023 },
    ...long(30),
  },
];

/** Silent for so many days, with a certificate that was 20 days old when the silence began. */
function long(offlineDays: number): { offlineDays: number; certificateDaysLeft: number } {
  return { offlineDays, certificateDaysLeft: 70 - offlineDays };
}
