import type { Metadata } from "next";
import { PersonPage } from "@/components/access/fleet/person-page";
import { t } from "@/messages/t";

export const metadata: Metadata = { title: t("accessFleet.person.pageTitle") };

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  return <PersonPage id={(await params).id} />;
}
