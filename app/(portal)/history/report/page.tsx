import type { Metadata } from "next";
import { Suspense } from "react";
import { ReportPage } from "@/components/history/report-page";
import { t } from "@/messages/t";

export const metadata: Metadata = { title: t("history.report") };

export default function Page() {
  return (
    <Suspense>
      <ReportPage />
    </Suspense>
  );
}
