import { route } from "@/app/api/service-route";
import { getSession } from "@/lib/services/session/get";

export const dynamic = "force-dynamic";

export const GET = route(({ ctx }) => getSession({ ctx }));
