/** Accepted api-versions per area (azure-apis.md 0.1 and 2.1); older ones are those of the recordings. */
export const HYBRID_COMPUTE = [
  "2019-12-12",
  "2020-08-02",
  "2021-05-20",
  "2022-03-10",
  "2022-11-10",
  "2022-12-27",
  "2024-07-10",
  "2025-01-13",
  "2025-06-01",
  "2026-07-15",
  "preview",
] as const;
export const RESOURCES = [
  "2016-06-01",
  "2019-10-01",
  "2019-11-01",
  "2020-01-01",
  "2021-01-01",
  "2021-04-01",
  "2022-09-01",
  "2022-12-01",
  "2024-03-01",
  "2024-11-01",
] as const;
export const MANAGEMENT_GROUPS = ["2020-02-01", "2020-05-01", "2021-04-01", "2023-04-01"] as const;
export const AUTHORIZATION = ["2015-07-01", "2020-10-01", "2022-04-01", "preview"] as const;
export const ACTIVITY_LOG = ["2015-04-01"] as const;

/** Machine DELETE is asynchronous from here on. */
const ASYNC_DELETE_SINCE = "2025-01-13";

export function apiVersionOf(query: URLSearchParams): string {
  for (const [name, value] of query) if (name.toLowerCase() === "api-version") return value;
  return "";
}

export function deletesAsynchronously(apiVersion: string): boolean {
  return apiVersion >= ASYNC_DELETE_SINCE;
}
