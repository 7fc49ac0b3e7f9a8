import "server-only";
import { Family } from "./registry";

/** What this process counts by itself. Next evaluates modules once per bundle, so the counts hang on globalThis. */

const HTTP_BOUNDS = [0.01, 0.05, 0.1, 0.3, 1, 3, 10, 30];
const AZURE_BOUNDS = [0.05, 0.1, 0.3, 1, 3, 10, 30];

export type HttpObservation = { route: string; method: string; status: number; seconds: number };
export type AzureObservation = {
  service: "entra" | "arm" | "resourceGraph" | "graph";
  /** Null = no answer came. */
  status: number | null;
  seconds: number;
};

export type PortalMetrics = {
  http(seen: HttpObservation): void;
  azure(seen: AzureObservation): void;
  families(): Family[];
};

const METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** 2xx, 4xx ...; "none" where no answer came. */
function statusClass(status: number | null): string {
  return status === null ? "none" : `${Math.floor(status / 100)}xx`;
}

function createPortalMetrics(): PortalMetrics {
  const http = new Family(
    "histogram",
    "arcwarden_http_request_duration_seconds",
    "Answers of the portal by route, in seconds.",
    HTTP_BOUNDS,
  );
  const azure = new Family(
    "histogram",
    "arcwarden_azure_request_duration_seconds",
    "Requests to Azure by service, one per attempt, in seconds.",
    AZURE_BOUNDS,
  );
  const throttled = new Family("counter", "arcwarden_azure_throttled_total", "Requests that Azure refused with 429, by service.");
  return {
    http: ({ route, method, status, seconds }) => {
      http.observe({ route, method: METHODS.has(method) ? method : "other", status: statusClass(status) }, seconds);
    },
    azure: ({ service, status, seconds }) => {
      azure.observe({ service, status: statusClass(status) }, seconds);
      if (status === 429) throttled.add({ service });
    },
    families: () => [http, azure, throttled],
  };
}

type Holder = { __arcwardenMetrics?: PortalMetrics };

/** The counts of this process. */
export function portalMetrics(): PortalMetrics {
  const holder = globalThis as Holder;
  holder.__arcwardenMetrics ??= createPortalMetrics();
  return holder.__arcwardenMetrics;
}

/**
 * Route of an address with its parameters by name: /api/rollouts/{id}. Only names that the program itself knows come in, so the
 * number of routes is bounded.
 */
export function routeTemplate(pathname: string, params: Readonly<Record<string, string | string[] | undefined>>): string {
  const open = new Map(
    Object.entries(params).flatMap(([name, value]) => [value].flat().map((one) => [one ?? "", name] as const)),
  );
  const segments = pathname.split("/").map((segment) => {
    const name = open.get(decoded(segment));
    return name === undefined ? segment : `{${name}}`;
  });
  return segments.join("/");
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
