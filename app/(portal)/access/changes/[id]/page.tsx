import type { Metadata } from "next";
import { ChangeSetPage } from "@/components/access/change-flow/change-set-page";
import { t } from "@/messages/t";

export const metadata: Metadata = { title: t("access.change.set.pageTitle") };

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  return <ChangeSetPage id={(await params).id} />;
}
