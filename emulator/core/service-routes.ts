import type { Route } from "./contract.ts";

async function routesOf(path: string, name: string): Promise<Route[]> {
  try {
    const loaded = (await import(path)) as Record<string, Route[]>;
    return loaded[name] ?? [];
  } catch (error) {
    process.stderr.write(`local Azure: ${path} is not there yet: ${error instanceof Error ? error.message : String(error)}\n`);
    return [];
  }
}

/** Routes of the Azure services behind the sign-in. */
export async function serviceRoutes(): Promise<Route[]> {
  const lists = await Promise.all([
    routesOf(new URL("../arm/routes.ts", import.meta.url).href, "armRoutes"),
    routesOf(new URL("../resource-graph/routes.ts", import.meta.url).href, "resourceGraphRoutes"),
    routesOf(new URL("../graph/routes.ts", import.meta.url).href, "graphRoutes"),
  ]);
  return lists.flat();
}
