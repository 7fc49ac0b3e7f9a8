/** Selected rows as one byte per row: a range over rows that were never fetched costs nothing. */
export class FleetSelection {
  #chosen = new Uint8Array(1_024);
  count = 0;

  has(row: number): boolean {
    return this.#chosen[row] === 1;
  }

  set(row: number, selected: boolean): void {
    if (this.has(row) === selected) return;
    if (row >= this.#chosen.length) {
      const grown = new Uint8Array(Math.max(row + 1, this.#chosen.length * 2));
      grown.set(this.#chosen);
      this.#chosen = grown;
    }
    this.#chosen[row] = selected ? 1 : 0;
    this.count += selected ? 1 : -1;
  }

  clear(): void {
    this.#chosen.fill(0);
    this.count = 0;
  }

  /** Rows in ascending order. */
  *rows(): Generator<number> {
    for (let row = 0; row < this.#chosen.length; row++) if (this.#chosen[row] === 1) yield row;
  }
}
