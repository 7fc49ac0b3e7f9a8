import type { Metadata } from "next";
import { ChangeListPage } from "@/components/access/change-flow/change-list-page";
import { t } from "@/messages/t";

export const metadata: Metadata = { title: t("access.change.set.listTitle") };

export default function Page() {
  return <ChangeListPage />;
}
