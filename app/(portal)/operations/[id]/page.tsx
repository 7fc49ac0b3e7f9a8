import type { Metadata } from "next";
import { OperationPage } from "@/components/machine/operation-page";
import { t } from "@/messages/t";

export const metadata: Metadata = { title: t("machine.operation.title") };

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  return <OperationPage id={(await params).id} />;
}
