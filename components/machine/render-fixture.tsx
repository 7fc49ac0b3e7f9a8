import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render } from "@testing-library/react";
import type { ReactNode } from "react";
import { ConfigProvider } from "@/lib/client/config";
import type { PublicConfig } from "@/lib/domain/api";
import { CONFIG } from "./detail-fixture";

/** Renders a part of the machine page with what every page has around it. */
export function renderPart(children: ReactNode, config: PublicConfig = CONFIG) {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  return render(
    <ConfigProvider config={config}>
      <QueryClientProvider client={client}>{children}</QueryClientProvider>
    </ConfigProvider>,
  );
}
