import { createRoute } from "@/lib/http/route";
import type { ServiceContext } from "@/lib/services/context";

/** The wrapper of every signed-in API route, with the service context as its context. */
export const route = createRoute<ServiceContext>();
