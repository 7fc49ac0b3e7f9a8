import { createHash, timingSafeEqual } from "node:crypto";
import { AppError } from "@/lib/domain/errors";
import { publicRoute } from "@/lib/http/route";
import { getMetrics } from "@/lib/services/metrics/get";
import { services } from "@/lib/services/runtime";

export const dynamic = "force-dynamic";

const digest = (text: string) => createHash("sha256").update(text).digest();

/** Open by default, because it holds numbers only; with METRICS_TOKEN only for who sends it. */
export const GET = publicRoute(async ({ runtime, request }) => {
  const wanted = runtime.config.metricsToken;
  if (wanted !== null) {
    const sent = request.headers.get("authorization") ?? "";
    if (!timingSafeEqual(digest(sent), digest(`Bearer ${wanted.reveal()}`))) {
      throw new AppError({
        code: "unauthenticated",
        message: "The metrics of this portal need a token.",
        nextStep: "Send METRICS_TOKEN of the portal as bearer token.",
      });
    }
  }
  const text = await getMetrics({ config: runtime.config, db: services().db, startedAt: runtime.startedAt });
  return new Response(text, { headers: { "content-type": "text/plain; version=0.0.4; charset=utf-8" } });
});
