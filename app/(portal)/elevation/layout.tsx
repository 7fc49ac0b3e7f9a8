import type { ReactNode } from "react";
import { ElevationNav } from "@/components/elevation/elevation-nav";
import { pages } from "@/lib/config/routes";
import { t } from "@/messages/t";

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <>
      <ElevationNav extra={[{ href: pages.elevationManage(), label: t("elevationManage.nav") }]} />
      {children}
    </>
  );
}
