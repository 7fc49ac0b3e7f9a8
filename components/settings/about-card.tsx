"use client";

import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { Link } from "@/components/ui/link";
import { Segmented } from "@/components/ui/segmented";
import { useConfig } from "@/lib/client/config";
import type { ThemeChoice } from "@/lib/client/theme";
import { setTheme, useTheme } from "@/lib/client/use-theme";
import { pages } from "@/lib/config/routes";
import { t } from "@/messages/t";
import { FactList } from "./fact-list";

const THEMES: readonly ThemeChoice[] = ["light", "dark", "system"];

export function AppearanceCard() {
  const theme = useTheme();
  return (
    <Card aria-labelledby="appearance">
      <CardHeader id="appearance" title={t("settings.appearance.title")} />
      <CardBody>
        <Segmented
          label={t("settings.appearance.theme")}
          value={theme}
          options={THEMES.map((value) => ({ value, label: t(`shell.account.${value}`) }))}
          onChange={setTheme}
        />
      </CardBody>
    </Card>
  );
}

export function AboutCard() {
  const config = useConfig();
  return (
    <Card aria-labelledby="about">
      <CardHeader
        id="about"
        title={t("settings.about.title")}
        actions={
          <Link href={pages.glossary()} className="font-medium text-link text-xs hover:underline">
            {t("settings.about.glossary")}
          </Link>
        }
      />
      <FactList
        facts={[
          { label: t("settings.about.version"), value: config.version },
          { label: t("settings.about.mode"), value: config.localMode ? t("settings.about.local") : t("settings.about.real") },
          {
            label: t("settings.about.client"),
            value: <code className="font-mono text-xs">{config.clientId}</code>,
            copy: config.clientId,
          },
          { label: t("settings.about.audience"), value: <code className="break-all font-mono text-xs">{config.apiScope}</code> },
        ]}
      />
    </Card>
  );
}
