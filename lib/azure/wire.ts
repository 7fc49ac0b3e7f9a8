import "server-only";
import type { HttpClient, PipelineRequest, PipelineResponse } from "@azure/core-rest-pipeline";
import { portalMetrics } from "@/lib/metrics/portal-metrics";
import { type AzureService, lostAnswerError } from "./errors";

/** Origin as written in the code (https) -> origin that is called. Equal outside local mode; other origins are refused. */
export type WireMap = Readonly<Record<string, string>>;

/**
 * The last step before the socket. Sends only to the origins it was given and never follows a redirect. Where the map names
 * another origin, only the origin is rewritten, so that signed operation addresses and next links reach local Azure unchanged.
 * Throws AppError upstream for an unknown origin or a redirect.
 */
export function wireHttpClient(args: { inner: HttpClient; wireMap: WireMap; service: AzureService }): HttpClient {
  return {
    async sendRequest(request) {
      const url = new URL(request.url);
      const target = Object.hasOwn(args.wireMap, url.origin) ? args.wireMap[url.origin] : undefined;
      if (target === undefined || url.protocol !== "https:") {
        throw lostAnswerError({
          service: args.service,
          what: "untrusted",
          message: `an address outside the configured cloud was refused (${url.origin}).`,
        });
      }
      const send = () =>
        target === url.origin ? args.inner.sendRequest(request) : sendRewritten(args.inner, request, url, target);
      const response = await counted(args.service, send);
      if (response.status >= 300 && response.status < 400) {
        throw lostAnswerError({
          service: args.service,
          what: "redirect",
          status: response.status,
          message: `the service answered with a redirect (HTTP ${response.status}), which the portal never follows.`,
        });
      }
      return response;
    },
  };
}

async function counted(service: AzureService, send: () => Promise<PipelineResponse>): Promise<PipelineResponse> {
  const begin = performance.now();
  let status: number | null = null;
  try {
    const response = await send();
    status = response.status;
    return response;
  } finally {
    portalMetrics().azure({ service, status, seconds: (performance.now() - begin) / 1000 });
  }
}

async function sendRewritten(inner: HttpClient, request: PipelineRequest, url: URL, target: string): Promise<PipelineResponse> {
  const original = request.url;
  // Local Azure builds its absolute addresses from the host the client meant.
  request.headers.set("x-forwarded-host", url.host);
  request.url = target + original.slice(url.origin.length);
  request.allowInsecureConnection = true;
  try {
    return await inner.sendRequest(request);
  } finally {
    request.url = original;
  }
}
