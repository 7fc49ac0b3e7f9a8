import type { Metadata } from "next";
import { Suspense } from "react";
import { RolloutPage } from "@/components/rollouts/rollout-page";
import { t } from "@/messages/t";

export const metadata: Metadata = { title: t("rolloutLive.page.title") };

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  return (
    <Suspense>
      <RolloutPage id={id} />
    </Suspense>
  );
}
