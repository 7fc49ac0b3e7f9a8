/** Facts a property may need besides its row. */
export type Facts = {
  /** The request selects this property by name. */
  isSelected: boolean;
  /** A list or getByIds, where key material is withheld. */
  inList: boolean;
};
export type PropertyKind = "text" | "flag" | "time" | "texts" | "complex";
export type Property<Row> = { kind: PropertyKind; get: (row: Row, facts: Facts) => unknown };
export type Entity<Row> = {
  /** Name in `@odata.type`. */
  type: string;
  set: string;
  properties: Map<string, Property<Row>>;
  /** Properties without $select, in wire order. */
  defaults: string[];
  /** Properties that $search may name. */
  searchable: string[];
};

export const text = <Row>(get: (row: Row) => string | null): Property<Row> => ({ kind: "text", get });
export const flag = <Row>(get: (row: Row) => boolean | null): Property<Row> => ({ kind: "flag", get });
export const time = <Row>(get: (row: Row) => string | null): Property<Row> => ({ kind: "time", get });
export const texts = <Row>(get: (row: Row) => string[]): Property<Row> => ({ kind: "texts", get });
export const complex = <Row>(get: (row: Row, facts: Facts) => unknown): Property<Row> => ({ kind: "complex", get });

/** Properties that local Azure never fills: null texts, as real directories mostly show them. */
export function emptyTexts<Row>(names: string[]): [string, Property<Row>][] {
  return names.map((name) => [name, text<Row>(() => null)]);
}

/** Collections that are always empty. */
export function emptyLists<Row>(names: string[]): [string, Property<Row>][] {
  return names.map((name) => [name, complex<Row>(() => [])]);
}
