import type { ReactNode } from "react";
import { ElevationNav } from "@/components/elevation/elevation-nav";

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <>
      <ElevationNav />
      {children}
    </>
  );
}
