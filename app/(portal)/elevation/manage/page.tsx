import type { Metadata } from "next";
import { Suspense } from "react";
import { ManagePage } from "@/components/elevation-manage/manage-page";
import { t } from "@/messages/t";

export const metadata: Metadata = { title: t("elevationManage.title") };

export default function Page() {
  return (
    <Suspense>
      <ManagePage />
    </Suspense>
  );
}
