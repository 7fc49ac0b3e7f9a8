import type { Metadata, Viewport } from "next";
import localFont from "next/font/local";
import { cookies, headers } from "next/headers";
import { connection } from "next/server";
import type { ReactNode } from "react";
import { Providers } from "@/components/auth/providers";
import { HINT_COOKIE, parseHint } from "@/lib/client/auth-hint";
import { publicConfig } from "@/lib/config/public-config";
import { getRuntime } from "@/lib/http/runtime";
import { t } from "@/messages/t";
import "./globals.css";

const inter = localFont({
  src: "../node_modules/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2",
  variable: "--font-inter",
  display: "swap",
  weight: "100 900",
});

export const metadata: Metadata = {
  title: { default: t("auth.product"), template: t("common.tabTitle", { name: "%s" }) },
  description: t("auth.landing.lead"),
  referrer: "no-referrer",
};

export const viewport: Viewport = { width: "device-width", initialScale: 1, colorScheme: "light dark" };

const THEME_COOKIE = "arcwarden-theme";

export default async function RootLayout({ children }: { children: ReactNode }) {
  // The nonce and the configuration belong to a request, never to the build.
  await connection();
  const [cookieJar, requestHeaders] = await Promise.all([cookies(), headers()]);
  const config = publicConfig(getRuntime().config);
  const dark = cookieJar.get(THEME_COOKIE)?.value.endsWith("dark") === true;
  const hint = parseHint(cookieJar.get(HINT_COOKIE)?.value);
  return (
    <html lang="en" className={`${inter.variable}${dark ? " dark" : ""}`} data-local-mode={config.localMode ? "true" : undefined}>
      <body>
        <Providers config={config} nonce={requestHeaders.get("x-nonce") ?? ""} likelySignedIn={hint !== null}>
          {children}
        </Providers>
      </body>
    </html>
  );
}
