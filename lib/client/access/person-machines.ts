import { type AccessCapabilityId, CAPABILITY_IDS } from "@/lib/domain/access/capabilities";
import type { AccessLane } from "@/lib/domain/access/types";
import { parseMachineId } from "@/lib/domain/machine";
import { ACCESS_LANES } from "./matrix-types";
import type { Place } from "./people";
import type { PersonMachine, PersonMachinesQuery, PersonMachinesView } from "./people-types";

type Held = { capability: AccessCapabilityId; lane: AccessLane; bits: Uint32Array };

const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

function isSet(bits: Uint32Array, machine: number): boolean {
  return (((bits[machine >>> 5] ?? 0) >>> (machine & 31)) & 1) === 1;
}

/** Every machine that one principal reaches, with what it may do there. Bit sets are made once per principal. */
export class PersonMachines {
  readonly #place: Place;
  readonly #held: readonly Held[];
  readonly #sorted: readonly number[];
  readonly #subscriptionName: (id: string) => string;
  #shown: readonly number[] = [];

  constructor(place: Place, subscriptionName: (id: string) => string) {
    this.#place = place;
    this.#subscriptionName = subscriptionName;
    const { fleet, number } = place;
    this.#held = CAPABILITY_IDS.flatMap((capability) =>
      ACCESS_LANES.flatMap((lane) =>
        fleet.reach(number, capability, lane) === 0
          ? []
          : [{ capability, lane, bits: fleet.machineBits(number, capability, lane) }],
      ),
    );
    this.#sorted = fleet.machines
      .map((_, machine) => machine)
      .filter((machine) => this.#held.some(({ bits }) => isSet(bits, machine)))
      .sort((a, b) => collator.compare(fleet.machines[a]?.name ?? "", fleet.machines[b]?.name ?? ""));
  }

  query(query: PersonMachinesQuery, from: number, size: number): PersonMachinesView {
    const { machines } = this.#place.fleet;
    const text = query.search.trim().toLowerCase();
    const wanted = this.#held.filter(
      ({ capability, lane }) =>
        (query.capability === null || capability === query.capability) && (query.lane === null || lane === query.lane),
    );
    this.#shown = this.#sorted.filter(
      (machine) =>
        (text === "" || (machines[machine]?.id ?? "").toLowerCase().includes(text)) &&
        wanted.some(({ bits }) => isSet(bits, machine)),
    );
    return { total: this.#sorted.length, shown: this.#shown.length, from, rows: this.rows(from, size) };
  }

  rows(from: number, size: number): PersonMachine[] {
    return this.#shown.slice(from, from + size).map((machine) => this.#row(machine));
  }

  #row(machine: number): PersonMachine {
    const { id = "", name = "" } = this.#place.fleet.machines[machine] ?? {};
    const ref = parseMachineId(id);
    const held = new Map<AccessCapabilityId, AccessLane[]>();
    for (const { capability, lane, bits } of this.#held) {
      if (isSet(bits, machine)) held.set(capability, [...(held.get(capability) ?? []), lane]);
    }
    return {
      id,
      name,
      subscription: this.#subscriptionName(ref?.subscriptionId ?? ""),
      group: ref?.resourceGroup ?? "",
      held: [...held].map(([capability, lanes]) => ({ capability, lanes })),
    };
  }
}
