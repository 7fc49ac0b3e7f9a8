import { Unread } from "@/components/ui/page-state";
import { t } from "@/messages/t";

const TITLES = {
  forbidden: t("rolloutLive.page.forbidden"),
  throttled: t("rolloutLive.page.throttled"),
  not_found: t("rolloutLive.page.notFound"),
};

/** Roll-outs, or a part of one, that could not be read. */
export function Unavailable(props: { error: unknown; title?: string; onRetry: () => void }) {
  return <Unread titles={TITLES} {...props} />;
}
