import { route } from "@/app/api/service-route";
import { services } from "@/lib/services/runtime";

export const dynamic = "force-dynamic";

export const GET = route(() => services().history.chainState());
