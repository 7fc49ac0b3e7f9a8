import type { Metadata } from "next";
import { Suspense } from "react";
import { RoleEditorPage } from "@/components/access/fleet/role-editor-page";
import { t } from "@/messages/t";

export const metadata: Metadata = { title: t("accessFleet.roleEditor.pageTitle") };

export default function Page() {
  return (
    <Suspense>
      <RoleEditorPage />
    </Suspense>
  );
}
