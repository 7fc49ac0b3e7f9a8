import { route } from "@/app/api/service-route";
import { noticeRetrySchema, sendNoticeAgain } from "@/lib/services/notices/manage";
import { services } from "@/lib/services/runtime";

export const dynamic = "force-dynamic";

export const POST = route(
  async ({ ctx, body }) => {
    const queued = await sendNoticeAgain({ ctx, input: body });
    services().history.sender.wake();
    return queued;
  },
  { body: noticeRetrySchema, role: "Portal.Admin" },
);
