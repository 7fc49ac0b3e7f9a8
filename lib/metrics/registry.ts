import "server-only";

/**
 * Counters, gauges and histograms in Prometheus' text form, version 0.0.4. A family takes a limited number of label sets: what
 * comes beyond is counted under "other", so that no input can make the answer or the memory grow.
 * Source: prometheus.io, "Exposition formats".
 */

export type Labels = Readonly<Record<string, string>>;
type Kind = "counter" | "gauge" | "histogram";
type Series = { labels: Labels; value: number; buckets: number[]; count: number };

const MOST_SERIES = 400;

function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"');
}

function labelText(labels: Labels): string {
  const parts = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return parts.length === 0 ? "" : `{${parts.join(",")}}`;
}

export class Family {
  readonly name: string;
  private readonly kind: Kind;
  private readonly help: string;
  private readonly bounds: readonly number[];
  private readonly series = new Map<string, Series>();

  constructor(kind: Kind, name: string, help: string, bounds: readonly number[] = []) {
    this.kind = kind;
    this.name = name;
    this.help = help;
    this.bounds = bounds;
  }

  /** Counter: adds. */
  add(labels: Labels, amount = 1): void {
    this.of(labels).value += amount;
  }

  /** Gauge: replaces. */
  set(labels: Labels, value: number): void {
    this.of(labels).value = value;
  }

  /** Histogram: one observation. */
  observe(labels: Labels, value: number): void {
    const series = this.of(labels);
    series.count += 1;
    series.value += value;
    for (const [index, bound] of this.bounds.entries()) {
      if (value <= bound) series.buckets[index] = (series.buckets[index] ?? 0) + 1;
    }
  }

  lines(): string[] {
    const head = [
      `# HELP ${this.name} ${this.help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")}`,
      `# TYPE ${this.name} ${this.kind}`,
    ];
    return [...head, ...[...this.series.values()].flatMap((series) => this.seriesLines(series))];
  }

  private seriesLines({ labels, value, buckets, count }: Series): string[] {
    if (this.kind !== "histogram") return [`${this.name}${labelText(labels)} ${value}`];
    const steps = this.bounds.map(
      (bound, index) => `${this.name}_bucket${labelText({ ...labels, le: String(bound) })} ${buckets[index] ?? 0}`,
    );
    return [
      ...steps,
      `${this.name}_bucket${labelText({ ...labels, le: "+Inf" })} ${count}`,
      `${this.name}_sum${labelText(labels)} ${value}`,
      `${this.name}_count${labelText(labels)} ${count}`,
    ];
  }

  private of(labels: Labels): Series {
    const known = this.series.get(JSON.stringify(labels));
    if (known !== undefined) return known;
    const full = this.series.size >= MOST_SERIES;
    const used = full ? Object.fromEntries(Object.keys(labels).map((name) => [name, "other"])) : labels;
    const key = JSON.stringify(used);
    const made = this.series.get(key) ?? { labels: used, value: 0, buckets: this.bounds.map(() => 0), count: 0 };
    this.series.set(key, made);
    return made;
  }
}

/** The families as one text; each name stands once. */
export function metricsText(families: readonly Family[]): string {
  return `${families.flatMap((family) => family.lines()).join("\n")}\n`;
}
