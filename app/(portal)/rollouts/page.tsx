import type { Metadata } from "next";
import { Suspense } from "react";
import { ListPage } from "@/components/rollouts/list-page";
import { t } from "@/messages/t";

export const metadata: Metadata = { title: t("rolloutLive.title") };

export default function Page() {
  return (
    <Suspense>
      <ListPage />
    </Suspense>
  );
}
