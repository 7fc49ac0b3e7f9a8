import { route } from "@/app/api/service-route";
import { noticeTestSchema, testNotice } from "@/lib/services/notices/manage";
import { services } from "@/lib/services/runtime";

export const dynamic = "force-dynamic";

export const POST = route(
  async ({ ctx, body }) => {
    const queued = await testNotice({ ctx, input: body });
    services().history.sender.wake();
    return queued;
  },
  { body: noticeTestSchema, role: "Portal.Admin" },
);
