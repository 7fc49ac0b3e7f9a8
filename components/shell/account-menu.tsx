"use client";

import { LogOut } from "lucide-react";
import { Badge } from "@/components/ui/badge";
import { Menu, MenuItem, MenuLabel, MenuRadioGroup, MenuRadioItem, MenuSeparator } from "@/components/ui/menu";
import { useSession } from "@/lib/client/session";
import type { ThemeChoice } from "@/lib/client/theme";
import { setTheme, useTheme } from "@/lib/client/use-theme";
import { t } from "@/messages/t";

const THEMES: readonly ThemeChoice[] = ["light", "dark", "system"];

export function initials(name: string): string {
  const parts = name.split(/[\s.@_-]+/).filter((part) => part !== "");
  const first = parts[0]?.[0] ?? "?";
  const last = parts.length > 1 ? (parts.at(-1)?.[0] ?? "") : "";
  return (first + last).toUpperCase();
}

export function AccountMenu() {
  const { account, info, signOut, switchTenant } = useSession();
  const theme = useTheme();
  if (account === null) return <span className="size-8 rounded-full bg-quiet-soft" />;
  const tenants = info?.tenants ?? [];
  const current = tenants.find((tenant) => tenant.current);
  return (
    <Menu
      className="w-72"
      trigger={
        <button
          type="button"
          className="grid size-8 shrink-0 place-items-center rounded-full bg-selected font-semibold text-foreground text-xs hover:bg-selected-hover"
        >
          <span aria-hidden>{initials(account.name)}</span>
          <span className="sr-only">{t("shell.account.open", { name: account.name })}</span>
        </button>
      }
    >
      <div className="px-2 py-2">
        <p className="flex items-center gap-2 font-semibold">
          <span className="truncate">{account.name}</span>
          {info?.operator.isGuest === true ? <Badge tone="info">{t("shell.account.guest")}</Badge> : null}
        </p>
        <p className="truncate text-muted text-xs">{account.username}</p>
      </div>
      {tenants.length > 0 ? (
        <>
          <MenuSeparator />
          <MenuLabel>{t("shell.account.tenant")}</MenuLabel>
          <MenuRadioGroup
            value={current?.tenantId ?? ""}
            onValueChange={(tenantId) => {
              if (tenantId !== current?.tenantId) void switchTenant(tenantId).catch(() => undefined);
            }}
          >
            {tenants.map((tenant) => (
              <MenuRadioItem key={tenant.tenantId} value={tenant.tenantId}>
                <span className="min-w-0">
                  <span className="block truncate">{tenant.displayName}</span>
                  <span className="block truncate text-muted text-xs">{tenant.defaultDomain}</span>
                </span>
              </MenuRadioItem>
            ))}
          </MenuRadioGroup>
        </>
      ) : null}
      <MenuSeparator />
      <MenuLabel>{t("shell.account.theme")}</MenuLabel>
      <MenuRadioGroup
        value={theme}
        onValueChange={(value) => {
          const choice = THEMES.find((item) => item === value);
          if (choice !== undefined) setTheme(choice);
        }}
      >
        {THEMES.map((choice) => (
          <MenuRadioItem key={choice} value={choice}>
            {t(`shell.account.${choice}`)}
          </MenuRadioItem>
        ))}
      </MenuRadioGroup>
      <MenuSeparator />
      <MenuItem onSelect={() => void signOut()}>
        <LogOut aria-hidden />
        {t("shell.account.signOut")}
      </MenuItem>
    </Menu>
  );
}
