import type { Metadata } from "next";
import { ManageSetPage } from "@/components/elevation-manage/set-page";
import { t } from "@/messages/t";

export const metadata: Metadata = { title: t("elevationManage.set.pageTitle") };

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  return <ManageSetPage id={(await params).id} />;
}
