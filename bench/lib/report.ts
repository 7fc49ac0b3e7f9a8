import { writeFileSync } from "node:fs";

export type Figure = { bench: string; name: string; value: number; unit: string; target: number | null; floor: number | null };

/** Prints figure, floor and ratio; with `--json FILE` also writes them. Never judges: a missed target is for people to read. */
export function report(figures: Figure[]): void {
  const rows = figures.map((figure) => [
    figure.name,
    `${round(figure.value)} ${figure.unit}`,
    figure.floor === null ? "-" : `${round(figure.floor)} ${figure.unit}`,
    figure.floor === null || figure.floor === 0 ? "-" : `${(figure.value / figure.floor).toFixed(2)}x`,
    figure.target === null ? "-" : `${round(figure.target)} ${figure.unit}`,
    figure.target === null ? "" : figure.value <= figure.target ? "met" : "missed",
  ]);
  const table = [["figure", "value", "floor", "ratio", "target", ""], ...rows];
  const widths = [0, 1, 2, 3, 4, 5].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  for (const row of table) console.log(row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  "));
  const index = process.argv.indexOf("--json");
  const file = index === -1 ? undefined : process.argv[index + 1];
  if (file !== undefined) writeFileSync(file, `${JSON.stringify(figures, null, 2)}\n`);
}

export function round(value: number): number {
  return value >= 100 ? Math.round(value) : Math.round(value * 10) / 10;
}

export function quantile(values: number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}
