import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render } from "@testing-library/react";
import { NuqsTestingAdapter } from "nuqs/adapters/testing";
import type { ReactNode } from "react";
import { ConfigProvider } from "@/lib/client/config";
import type { PublicConfig } from "@/lib/domain/api";

const TENANT = "44444444-4444-4444-4444-444444444444";
const CONFIG: PublicConfig = {
  cloudId: "public",
  cloudLabel: "Azure (public)",
  localMode: true,
  clientId: "c",
  authority: "https://login.microsoftonline.com",
  tenantId: TENANT,
  allowedTenantIds: [TENANT],
  apiScope: "api://c/access_as_user",
  authorityWireOrigin: null,
  rolloutIdentity: false,
  version: "0",
};

/** Renders a page of access with what every page has around it. */
export function renderAccess(children: ReactNode, search = "", config: Partial<PublicConfig> = {}) {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  return render(
    <NuqsTestingAdapter searchParams={search} hasMemory>
      <ConfigProvider config={{ ...CONFIG, ...config }}>
        <QueryClientProvider client={client}>{children}</QueryClientProvider>
      </ConfigProvider>
    </NuqsTestingAdapter>,
  );
}
