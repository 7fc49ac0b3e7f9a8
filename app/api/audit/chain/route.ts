import { route } from "@/app/api/service-route";
import { services } from "@/lib/services/runtime";

export const dynamic = "force-dynamic";

/** Whether the chain holds. Everyone signed in may know it; it tells nothing about the entries. */
export const GET = route(() => services().audit.state());
