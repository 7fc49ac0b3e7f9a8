import type { Metadata } from "next";
import { OverviewPage } from "@/components/overview/overview-page";
import { t } from "@/messages/t";

export const metadata: Metadata = { title: t("overview.title") };

export default function Page() {
  return <OverviewPage />;
}
