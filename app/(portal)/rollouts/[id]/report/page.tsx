import type { Metadata } from "next";
import { ReportPage } from "@/components/rollouts/report-page";
import { t } from "@/messages/t";

export const metadata: Metadata = { title: t("rolloutLive.report.title") };

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  return <ReportPage id={(await params).id} />;
}
