import { route } from "@/app/api/service-route";
import { getNotices } from "@/lib/services/notices/manage";

export const dynamic = "force-dynamic";

export const GET = route(({ ctx }) => getNotices({ ctx }), { role: "Portal.Admin" });
