import type { Metadata } from "next";
import { Suspense } from "react";
import { HistoryPage } from "@/components/history/history-page";
import { t } from "@/messages/t";

export const metadata: Metadata = { title: t("history.title") };

export default function Page() {
  return (
    <Suspense>
      <HistoryPage />
    </Suspense>
  );
}
