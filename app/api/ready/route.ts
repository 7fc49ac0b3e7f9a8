import { publicRoute } from "@/lib/http/route";

export const dynamic = "force-dynamic";

/** 200 when every dependency answers, else 503 with the failing one named. */
export const GET = publicRoute(async ({ runtime, signal }) => {
  const readiness = await runtime.readiness(signal);
  return Response.json(readiness, { status: readiness.ready ? 200 : 503 });
});
