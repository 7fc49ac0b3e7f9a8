declare module "*/boundaries.mjs" {
  export const layers: Record<string, string[]>;
  export const composers: string[];
  export const forbiddenInDomain: RegExp[];
}
