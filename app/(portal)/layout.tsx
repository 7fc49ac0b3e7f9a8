import { NuqsAdapter } from "nuqs/adapters/next/app";
import type { ReactNode } from "react";
import { PortalShell } from "@/components/shell/portal-shell";

export default function PortalLayout({ children }: { children: ReactNode }) {
  return (
    <NuqsAdapter>
      <PortalShell>{children}</PortalShell>
    </NuqsAdapter>
  );
}
