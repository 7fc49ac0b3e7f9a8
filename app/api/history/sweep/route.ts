import { route } from "@/app/api/service-route";
import { services } from "@/lib/services/runtime";

export const dynamic = "force-dynamic";

/** Only asks for what is read anyway, with the rights of whoever asks, so it needs no portal role. */
export const POST = route(({ operator }) => services().history.sweepNow(operator.tenantId));
