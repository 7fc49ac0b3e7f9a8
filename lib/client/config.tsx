"use client";

import { createContext, type ReactNode, useContext } from "react";
import type { PublicConfig } from "@/lib/domain/api";

const ConfigContext = createContext<PublicConfig | null>(null);

export function ConfigProvider({ config, children }: { config: PublicConfig; children: ReactNode }) {
  return <ConfigContext value={config}>{children}</ConfigContext>;
}

/** Cloud, tenant and mode of this portal, as the server put them into the page. */
export function useConfig(): PublicConfig {
  const config = useContext(ConfigContext);
  if (config === null) throw new Error("useConfig needs ConfigProvider, which app/layout.tsx renders.");
  return config;
}
